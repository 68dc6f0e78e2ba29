/** What the commands of an operator say, in English. */
import type { Dimension } from './usage-lines.ts';

const KEY_FACTS: Readonly<Record<string, string>> = { used: 'last used', stream_usage: 'stream usage' };

export const enOperator = {
  keys: 'issues keys with limits and budgets, lists and revokes them',
  keysIssue: 'issues a key; its value is shown this once',
  keysIssueName: 'who or what it is for',
  keysList: 'lists the keys in force, and what is left of their budgets',
  keysAll: 'revoked and expired ones too',
  keysShow: 'shows one key; without an id, the key that you ask with',
  keysSet: 'changes limits; what is not named stays, none takes one away',
  keysSetName: 'a new name',
  keysRevoke: 'revokes a key at once; its rows stay in the ledger',
  keysStop: 'ends its running answers too, within 5 minutes',
  keysYes: 'asks nothing',
  keysId: 'its id (key_...), or its name',
  limitModels: 'models it may use, such as "gpt-*,nexcode"',
  limitRpm: 'requests a minute',
  limitTpm: 'tokens a minute',
  limitBudget: '5usd/month, 200000tokens/day; day, week, month, total',
  limitExpires: 'from now on: 90m, 12h, 30d, 4w',
  limitHolds: 'strict: never overspent; typical: more calls at a time',
  limitDurable: 'each admission is on disk before it is answered',
  limitStateful: 'may use the stored responses of your account',
  limitStreamUsage: 'fill or estimate: how streams are counted',
  limitResumable: 'its streams can be taken up again (needs RESUMABLE)',
  rawJson: "prints the API's own JSON",
  badCount: (option: string) => `${option} must be a whole number from 1 on, or none.`,
  badBudget:
    'The budget must be dollars or tokens, such as 5usd/month, 200000tokens/day or none. Periods: day, week, month, total.',
  badDuration: 'The duration must be minutes, hours, days or weeks, such as 90m, 12h, 30d or 4w, or none.',
  issued: (name: string, id: string) =>
    `Issued for ${name} as ${id}. The value above is shown this once and stored nowhere.`,
  noKeys:
    'There are no keys in force. Issue one with: nexcode keys issue NAME. Revoked ones: nexcode keys list --all',
  noSuchKey: (name: string) => `There is no key ${name} in force. List them with: nexcode keys list`,
  manyKeys: (name: string, ids: string) => `More than one key is called ${name}. Say its id: ${ids}`,
  nothingToSet: 'There is nothing to change. Name a limit, such as: nexcode keys set ID --rpm 60',
  askRevoke: (name: string) => `Revoke ${name} for ever?`,
  notRevoked: 'Nothing was revoked.',
  revoked: (id: string) => `Revoked ${id}.`,
  keyColumns: {
    id: 'ID',
    name: 'NAME',
    state: 'STATE',
    models: 'MODELS',
    budget: 'BUDGET',
    left: 'LEFT',
    used: 'LAST USED',
  },
  keyStates: { active: 'active', expired: 'expired', revoked: 'revoked' },
  keyFacts: KEY_FACTS,
  accountsOff:
    "Keys and usage need the server's token (API_TOKEN) as the key, and a server that keeps them: `npm start` and `nexcode serve` do where API_TOKEN is set, Cloudflare where KEYS_SECRET or LEDGER is.",
  usageOf: 'who spent what: tables by day, model or key',
  usageSince: '2026-11-01, 2026-11, a time, or 7d, 12h ago; else 7d',
  usageUntil: 'likewise; that day or month is included. Else now',
  usageBy: 'day, model, key, or several: day,model',
  usageModel: 'this model alone; may be repeated',
  usageKey: 'this key alone, by id or name; or token, session, open',
  usageRows: 'every call as a row, as CSV or with --json as a line',
  usageCsv: 'prints CSV for spreadsheets',
  usageJson: 'prints JSON',
  badTime: (option: string) =>
    `${option} must be a day (2026-11-01), a month (2026-11), a time with its zone (2026-11-01T08:00Z), or so long ago (7d, 12h, 4w).`,
  emptyPeriod: 'The period ends before it begins. Check --since and --until.',
  badBy: 'must be day, model, key, or several of them with commas.',
  oneForm: 'Say either --csv or --json.',
  rowsAreAll: '--rows prints the calls of everybody: filter its CSV by the columns key and model.',
  usagePeriod: (from: string, to: string) => `${from} to ${to}, days in UTC`,
  usageColumns: {
    day: 'DAY',
    model: 'MODEL',
    key: 'KEY',
    requests: 'REQUESTS',
    failed: 'FAILED',
    input: 'INPUT',
    cached: 'CACHED',
    output: 'OUTPUT',
    cost: 'COST',
  } satisfies Record<Dimension, string> & Record<string, string>,
  total: 'Total',
  noUsage:
    'Nothing was booked in this period. Calls with issued keys are booked always, others with LEDGER=true.',
  unpricedCalls: (count: number) =>
    `${count} calls have no price and count as nothing in COST. Set PRICES (nexcode prices import), then POST /v1/usage/reprice.`,
  prices: 'brings price tables into the form of PRICES',
  pricesImport: "reads LiteLLM's public price table, or PRICES as JSON or TOML",
  pricesFile: 'the table',
  pricesModel: 'models to take, a name or a pattern; may be repeated',
  pricesProvider: "one vendor's alone, as the table names it; may be repeated",
  pricesServed: 'the models alone that the server lists',
  pricesOutput: 'a file of settings to write into; else standard output',
  pricesForm: 'toml, env or json; else as the file is called',
  pricesVerbose: 'names every model that was taken or not',
  noPriceTable: (file: string) =>
    `${file} holds no table of prices: neither LiteLLM's model_prices_and_context_window.json, nor PRICES as JSON or in a wrangler.toml.`,
  noPricesTaken: 'No model was taken, and nothing was written. Check --model and --provider.',
  pricesTooLarge: (kilobytes: number) =>
    `These prices are ${kilobytes} KB. Cloudflare takes 5 KB as one variable: choose models with --model, --provider or --served.`,
  pricesStandAlready: (file: string) =>
    `${file} was not changed: it has PRICES of its own, or cannot be read. Take them out, or print these without --output.`,
  pricesWritten: (file: string) => `Written into ${file}. They count from the next start on.`,
  pricesTaken: 'Taken',
  pricesUnsized: 'Of these without sizes, so keys with a budget cannot use them',
  pricesUntaken: {
    no_price: 'Not taken, for PRICES cannot say their price',
    pattern: 'Not taken, for their name is a pattern',
    malformed: 'Not taken, for they are malformed',
  },
  pricesNamed: (what: string, count: number, names: string, more: number) =>
    `${what}: ${count} (${names}${more > 0 ? `, and ${more} more` : ''})`,
  pricesUnasked: (count: number) => `Not asked for: ${count}`,
  doctor: 'says what is wrong with a configuration or a server, and its cure',
  doctorFolder: 'a folder with settings; else this one, or your settings.env',
  doctorAsk: 'sends one request of a few tokens to the model',
  doctorJson: 'prints the findings as JSON',
  init: 'writes a project that deploys the gateway to Cloudflare',
  initFolder: 'its folder, empty or new; else this one. In its own project, updates the Worker',
  notEmpty: (folder: string) =>
    `The folder ${folder} is not empty, and nothing was written. Name a new one: nexcode init my-gateway`,
  initialised: (folder: string, place: string) => `Written: ${folder}

Deploy it with:
${place === '' ? '' : `  cd "${place}"\n`}  npm install && npm run deploy
Then give it its secrets:
  npx wrangler secret put API_TOKEN
  npx wrangler secret put OPENAI_API_KEY`,
  updated: (folder: string, version: string) =>
    `The Worker and the page in ${folder} are those of NexCode ${version}; wrangler.toml stayed as it was. Deploy with: npm install && npm run deploy`,
  deploymentReadme: `# NexCode on Cloudflare

An OpenAI-compatible API and a chat page, built and ready to deploy. You need Node.js 22 or newer
and an account of Cloudflare.

\`\`\`sh
npm install
npm run deploy
\`\`\`

The first deployment opens a browser to log in, and prints the address. Then set a token of your own and the key of the
vendor; each asks for its value:

\`\`\`sh
npx wrangler secret put API_TOKEN
npx wrangler secret put OPENAI_API_KEY
\`\`\`

A good token: \`node -p "crypto.randomBytes(24).toString('base64url')"\`. With \`KEYS_SECRET\` (32 random characters or more)
the gateway issues keys with budgets.

Other settings stand in \`wrangler.toml\` under \`[vars]\`. \`npm run dev\` runs it on this machine with the secrets of \`.dev.vars\`
(see \`.dev.vars.example\`). The guides are pages of the deployed gateway: \`/docs/en\`.

To update: \`nexcode init .\` of a newer NexCode replaces \`worker/\` and \`site/\`; then deploy again.
`,
};
