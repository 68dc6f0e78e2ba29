/** What a start says, in English. */
import { MAKE_A_TOKEN, SHORTEST_TOKEN } from '../worker/config/kinds.ts';

/** Places that are no file. */
const PLACES: Readonly<Record<string, string>> = {};

/** What would have been kept in a folder. */
export interface WantedState {
  /** Issued keys. */
  readonly issues: boolean;
  /** Streams that can be taken up again. */
  readonly records: boolean;
}

/** Labels are as wide as each other. */
export const en = {
  running: 'NexCode is running.',
  labels: {
    api: 'API          ',
    page: 'Page         ',
    usage: 'Usage        ',
    network: 'Network      ',
    upstream: 'Upstream     ',
    models: 'Models       ',
    credentials: 'Credentials  ',
    access: 'Access       ',
    kept: 'Kept         ',
  },
  stopHint: 'Ctrl-C stops it.',
  stopping: (seconds: number) =>
    `Stopping: answers under way have up to ${seconds} s to end. Ctrl-C again ends them at once.`,
  comma: ', ',
  semicolon: '; ',
  weight: (weight: number) => ` (weight ${weight})`,
  places: PLACES,
  keptKeys: 'issued keys (sk-nx-...) with their budgets',
  keptLedger: 'a ledger of every call',
  keptStreams: (seconds: number) =>
    `answers that may be taken up again, until ${seconds} s after their end (RESUMABLE)`,
  keptIn: (what: string, folder: string) => `${what}, in ${folder}`,
  isSet: (name: string, place: string) => `${name} is set in ${place}`,
  isNotSet: (name: string) => `${name} is not set`,
  clientKeys: (accepted: boolean): string =>
    accepted ? "callers' own keys are accepted" : "callers' own keys are refused",
  closed: 'closed: a request needs API_TOKEN',
  open: 'open: a request needs no token',
  because: {
    set: (value: boolean) => `REQUIRE_AUTH is ${value}`,
    local: (host: string) =>
      `REQUIRE_AUTH is not set, and only this machine reaches ${host}; what comes through a proxy needs a token`,
    nothingToSpend: 'REQUIRE_AUTH is not set, and the server has no key that could be charged',
    publicHosts: 'REQUIRE_AUTH is not set, and PUBLIC_HOSTS lets others in',
    reachable: (host: string) => `REQUIRE_AUTH is not set, and other machines can reach ${host}`,
  },
  parenthesis: (what: string, why: string) => `${what} (${why})`,
  modelUnsure: (base: string, model: string) =>
    `OPENAI_MODEL is not set: the assistant, and requests that name no model, ask ${base} for ${model}, which it may not have`,
  modelMissing: (base: string, model: string) =>
    `OPENAI_MODEL is not set: the assistant, and requests that name no model, ask ${base} for ${model}, which it does not have.`,
  serves: (names: string, more: number) => ` It serves: ${names}${more > 0 ? `, and ${more} more` : ''}.`,
  setAModel: (example: string) => `Set a model that it serves, for example: OPENAI_MODEL=${example}`,
  leadsTo: (model: string, target: string, problem: string) =>
    `MODELS.${model} leads to ${target}, but ${problem}`,
  noUpstream: (prefix: string, others: string, base: string) =>
    `there is no upstream ${prefix} (there is: ${others}), so it goes to ${base} as it stands.`,
  noKeyFor: (base: string) => `no upstream names it in its models, and there is no key for ${base}.`,
  isMeant: (name: string) => ` Is ${name} meant?`,
  noSetting: (name: string, place: string) => `${name} is set in ${place}, but is not a setting of NexCode.`,
  isMisspelt: ' Is it misspelt?',
  noKey: (command: string, file: string) =>
    "OPENAI_API_KEY is not set: the model nexcode answers from the documentation, other models need the caller's own key. To use the server's key:\n" +
    `      OPENAI_API_KEY=sk-... ${command}      (or write it into ${file})`,
  file: (file: string, example: string) => `${file}, as ${example} shows`,
  tokenMissing:
    'REQUIRE_AUTH is on but API_TOKEN is not set, so only callers with keys of their own are served.\n' +
    `      Set API_TOKEN. This makes a good one: ${MAKE_A_TOKEN}`,
  tokenShort: `API_TOKEN has fewer than ${SHORTEST_TOKEN} characters and could be guessed.\n      This makes a good one: ${MAKE_A_TOKEN}`,
  tokenShortOpen: (host: string) =>
    `API_TOKEN has fewer than ${SHORTEST_TOKEN} characters and could be guessed by whoever reaches ${host} over the network. This makes a good one: ${MAKE_A_TOKEN}`,
  openToAll:
    "REQUIRE_AUTH is false: whoever reaches this machine over the network can use the server's credentials.",
  stateUnwritable: (folder: string, reason: string, { issues, records }: WantedState) => {
    const off = [...(issues ? ['issued keys'] : []), ...(records ? ['resumable streams'] : [])].join(' and ');
    return `The folder ${folder} cannot be written (${reason}): ${off} are off. STATE_DIR names another.`;
  },
  notRunning: 'NexCode is not running.',
  sentenceEnd: '.',
  /** What the Worker says of a setting. */
  settingProblem: (message: string): string => message,
  setIn: (problem: string, place: string) => `${problem} (it is set in ${place})`,
  badHost: 'HOST must be a host name or an IP address, such as 127.0.0.1 or 0.0.0.0',
  badPort: 'PORT must be a whole number from 0 to 65535, such as 8000',
  portTaken: (port: number, host: string, another: string) =>
    `PORT ${port} is taken on ${host}: another program listens there. Stop it, or choose another port, for example: ${another}`,
  portForbidden: (port: number, another: string) =>
    `PORT ${port} may not be used without special rights. Choose one from 1024 on, for example: ${another}`,
  foreignHost: (host: string) =>
    `HOST ${host} is no address of this machine. Use 127.0.0.1 for this machine alone, or 0.0.0.0 for every network`,
  addressUnusable: (host: string, port: number, reason: string) =>
    `HOST ${host} and PORT ${port} cannot be used: ${reason}`,
  restarted: 'The Workers runtime stopped unexpectedly and was started again. Answers under way were cut.',
  lost: (reason: string) => `The Workers runtime stopped and could not be started again: ${reason}`,
  unreadableSettings: (file: string) =>
    `The settings file ${file} cannot be read: is it there, and may you read it?`,
  help: `NexCode: an OpenAI-compatible API and a chat page on this machine.

  npm start -- [options]
  npm run dev -- [options]     the same, and reloads when a file changes

  --port PORT   where to listen, instead of 8000 (PORT)
  --host HOST   0.0.0.0 for every network, instead of this machine alone (HOST)
  --version     says the version
  --help        says this

Everything else is a setting: an environment variable, a line in .dev.vars (see .dev.vars.example), or
[vars] in wrangler.local.toml; git ignores both files.
  OPENAI_API_KEY=sk-... npm start
  PowerShell: $env:OPENAI_API_KEY = "sk-..."; npm start`,
  seeHelp: 'See `npm start -- --help`',
};

/** The words of a start. */
export type LauncherWords = typeof en;
