/** What the commands of an operator say, in Chinese. */
import type { enOperator } from './en-operator.ts';

const KEY_FACTS: Readonly<Record<string, string>> = {
  id: 'ID',
  name: '名称',
  key: '密钥',
  created: '创建时间',
  used: '最近使用',
  expires: '到期时间',
  revoked: '吊销时间',
  models: '模型',
  rpm: '每分钟请求',
  tpm: '每分钟 token',
  budget: '预算',
  holds: '预留方式',
  durable: '先落盘',
  stateful: '可用已存响应',
  stream_usage: '流的用量',
  resumable: '流可续传',
  spent: '已用',
  held: '预留中',
  left: '剩余',
  resets: '重置时间',
};

export const zhOperator: typeof enOperator = {
  keys: '签发带限额和预算的密钥，列出和吊销密钥',
  keysIssue: '签发密钥；密钥只显示这一次',
  keysIssueName: '给谁或给什么用',
  keysList: '列出有效的密钥及其剩余预算',
  keysAll: '连同已吊销和已过期的',
  keysShow: '查看一个密钥；不写 ID 则查看当前使用的密钥',
  keysSet: '修改限额；没有提到的保持不变，none 表示取消',
  keysSetName: '新名称',
  keysRevoke: '立即吊销密钥；它的账目保留',
  keysStop: '同时在 5 分钟内终止正在进行的回答',
  keysYes: '不再询问',
  keysId: '它的 ID（key_...）或名称',
  limitModels: '可以使用的模型，例如 "gpt-*,nexcode"',
  limitRpm: '每分钟请求数',
  limitTpm: '每分钟 token 数',
  limitBudget: '5usd/month、200000tokens/day；day、week、month、total',
  limitExpires: '从现在起的有效期：90m、12h、30d、4w',
  limitHolds: 'strict：绝不超支；typical：可同时进行更多调用',
  limitDurable: '每次放行先写入磁盘再回应',
  limitStateful: '可以使用你账户中存储的响应',
  limitStreamUsage: 'fill 或 estimate：流的用量如何统计',
  limitResumable: '它的流都可以续传（服务器须已开启）',
  rawJson: '输出 API 的原始 JSON',
  badCount: (option) => `${option} 必须是 1 以上的整数，或 none。`,
  badBudget:
    '预算必须是美元或 token 数，例如 5usd/month、200000tokens/day，或 none。周期：day、week、month、total。',
  badDuration: '时长的单位是分、时、天或周，例如 90m、12h、30d、4w，或 none。',
  issued: (name, id) => `已为 ${name} 签发，ID 为 ${id}。上面的密钥只显示这一次，也不会保存。`,
  noKeys: '没有有效的密钥。签发一个：nexcode keys issue NAME。查看已吊销的：nexcode keys list --all',
  noSuchKey: (name) => `没有名为 ${name} 的有效密钥。列出密钥：nexcode keys list`,
  manyKeys: (name, ids) => `不止一个密钥叫 ${name}，请写出 ID：${ids}`,
  nothingToSet: '没有要修改的内容。请写出限额，例如：nexcode keys set ID --rpm 60',
  askRevoke: (name) => `永久吊销 ${name}？`,
  notRevoked: '没有吊销任何密钥。',
  revoked: (id) => `已吊销 ${id}。`,
  keyColumns: {
    id: 'ID',
    name: '名称',
    state: '状态',
    models: '模型',
    budget: '预算',
    left: '剩余',
    used: '最近使用',
  },
  keyStates: { active: '有效', expired: '已过期', revoked: '已吊销' },
  keyFacts: KEY_FACTS,
  accountsOff:
    '密钥和用量需要用服务器的令牌（API_TOKEN）作为密钥，并且服务器启用了它们：`npm start` 和 `nexcode serve` 设置 API_TOKEN 即启用，Cloudflare 上需要 KEYS_SECRET 或 LEDGER。',
  usageOf: '谁花了多少：按日、模型或密钥列表',
  usageSince: '2026-11-01、2026-11、时间，或 7d、12h 之前；默认 7d',
  usageUntil: '写法同上，所写的日或月包括在内；默认到现在',
  usageBy: 'day、model、key，或几项：day,model',
  usageModel: '只看这个模型；可重复',
  usageKey: '只看这个密钥（ID 或名称），或 token、session、open',
  usageRows: '每次调用一行：CSV，或加 --json 每行一个对象',
  usageCsv: '输出供电子表格使用的 CSV',
  usageJson: '输出 JSON',
  badTime: (option) =>
    `${option} 必须是日期（2026-11-01）、月份（2026-11）、带时区的时间（2026-11-01T08:00Z）或多久以前（7d、12h、4w）。`,
  emptyPeriod: '时段的结束早于开始，请检查 --since 和 --until。',
  badBy: '必须是 day、model、key，或用逗号分隔的几项。',
  oneForm: '--csv 和 --json 只能选一个。',
  rowsAreAll: '--rows 输出所有人的调用：请按 CSV 的 key 和 model 列筛选。',
  usagePeriod: (from, to) => `${from} 至 ${to}，日期按 UTC`,
  usageColumns: {
    day: '日期',
    model: '模型',
    key: '密钥',
    requests: '请求',
    failed: '失败',
    input: '输入',
    cached: '缓存',
    output: '输出',
    cost: '费用',
  },
  total: '合计',
  noUsage: '这段时间没有入账。使用签发密钥的调用总会入账，其他调用需要 LEDGER=true。',
  unpricedCalls: (count) =>
    `${count} 次调用没有价格，费用中按零计。请设置 PRICES（nexcode prices import），再 POST /v1/usage/reprice。`,
  prices: '把价格表转换成 PRICES 的格式',
  pricesImport: '读取 LiteLLM 的公开价格表，或 JSON、TOML 写的 PRICES',
  pricesFile: '价格表',
  pricesModel: '要导入的模型，名称或模式；可重复',
  pricesProvider: '只要这个厂商，写法同价格表；可重复',
  pricesServed: '只要服务器列出的模型',
  pricesOutput: '写入的设置文件；不写则输出到标准输出',
  pricesForm: 'toml、env 或 json；默认由文件名决定',
  pricesVerbose: '列出所有已导入和未导入的模型',
  noPriceTable: (file) =>
    `${file} 不是价格表：既不是 LiteLLM 的 model_prices_and_context_window.json，也不是 JSON 或 wrangler.toml 里的 PRICES。`,
  noPricesTaken: '没有导入任何模型，也没有写入。请检查 --model 和 --provider。',
  pricesTooLarge: (kilobytes) =>
    `这些价格共 ${kilobytes} KB。Cloudflare 的一个变量最多 5 KB：请用 --model、--provider 或 --served 挑选模型。`,
  pricesStandAlready: (file) =>
    `没有修改 ${file}：它已有自己的 PRICES，或无法解析。请先删去原有的价格，或不带 --output 输出。`,
  pricesWritten: (file) => `已写入 ${file}，下次启动时生效。`,
  pricesTaken: '已导入',
  pricesUnsized: '其中没有长度信息，有预算的密钥不能使用',
  pricesUntaken: {
    no_price: '未导入：PRICES 无法表示其价格',
    pattern: '未导入：名称本身是模式',
    malformed: '未导入：格式有误',
  },
  pricesNamed: (what, count, names, more) =>
    `${what}：${count} 个（${names}${more > 0 ? `，另有 ${more} 个` : ''}）`,
  pricesUnasked: (count) => `未选择：${count} 个`,
  doctor: '检查配置和运行中的服务器，指出问题和改法',
  doctorFolder: '有设置的目录；默认为当前目录，或自己的 settings.env',
  doctorAsk: '向模型发送一个只有几个 token 的请求',
  doctorJson: '以 JSON 输出检查结果',
  init: '生成可部署到 Cloudflare 的项目',
  initFolder: '目录，新的或空的；不写则为当前目录。在已生成的项目里则更新 Worker',
  notEmpty: (folder) => `目录 ${folder} 不是空的，没有写入任何文件。请指定新目录：nexcode init my-gateway`,
  initialised: (folder, place) => `已写入：${folder}

部署：
${place === '' ? '' : `  cd "${place}"\n`}  npm install && npm run deploy
然后设置机密：
  npx wrangler secret put API_TOKEN
  npx wrangler secret put OPENAI_API_KEY`,
  updated: (folder, version) =>
    `${folder} 里的 Worker 和页面已更新为 NexCode ${version}；wrangler.toml 保持不变。部署：npm install && npm run deploy`,
  deploymentReadme: `# Cloudflare 上的 NexCode

兼容 OpenAI 的 API 和聊天页面，已经构建好，可以直接部署。需要 Node.js 22 或更新版本和 Cloudflare 账户。

\`\`\`sh
npm install
npm run deploy
\`\`\`

第一次部署会打开浏览器登录，并输出地址。然后设置自己的令牌和厂商的密钥，命令会询问它们的值：

\`\`\`sh
npx wrangler secret put API_TOKEN
npx wrangler secret put OPENAI_API_KEY
\`\`\`

生成一个好的令牌：\`node -p "crypto.randomBytes(24).toString('base64url')"\`。设置 \`KEYS_SECRET\`（32 个以上的随机字符）后，
网关可以签发带预算的密钥。

其他设置写在 \`wrangler.toml\` 的 \`[vars]\` 下。\`npm run dev\` 在本机运行，机密取自 \`.dev.vars\`（参照 \`.dev.vars.example\`）。
文档是部署后网关的页面：\`/docs/zh\`。

更新：用新版 NexCode 运行 \`nexcode init .\`，它替换 \`worker/\` 和 \`site/\`，然后重新部署。
`,
};
