/** What `nexcode doctor` finds, in words of both languages. */
import type { Language } from '../launcher/locale.ts';

const en = {
  configuration: 'Configuration',
  server: 'Server',
  readFrom: (files: string) => `Settings are read from ${files}.`,
  noFile: (folder: string) => `There is no file of settings in ${folder}: the environment alone counts.`,
  malformed: (file: string, line: number | undefined) =>
    `${file}${line === undefined ? '' : `, line ${line},`} is malformed. Mend it: nothing in it counts as it stands.`,
  noPair: (file: string, line: number) =>
    `${file}, line ${line}, is no NAME=VALUE and is passed over. Write it so, or put # before it.`,
  secretInToml: (name: string, file: string) =>
    `${name} stands in ${file}, and would be deployed as a plain variable. Take it out, and set it with: npx wrangler secret put ${name} (on this machine: in .dev.vars). If the file was ever pushed, make a new key.`,
  openFile: (file: string) =>
    `Other users may read ${file}, which holds secrets. Close it with: chmod 600 "${file}"`,
  notIgnored: (file: string) =>
    `git does not ignore ${file}, which holds secrets. Add a line to .gitignore: ${file}`,
  settingsGood: 'Every setting can be used.',
  largeVariable: (name: string, kilobytes: number) =>
    `${name} in wrangler.toml is ${kilobytes} KB, and Cloudflare takes 5 KB as one variable. Shorten it, or serve on a machine of your own.`,
  noBinding: (name: string) =>
    `wrangler.toml does not declare ${name}, which the Worker needs. Copy its part from the project's wrangler.toml, or write a fresh project with: nexcode init`,
  noFirst: (path: string) =>
    `run_worker_first of wrangler.toml lacks ${path}: files would be looked for before the API is asked. Add it.`,
  oldDate: (date: string, tested: string) =>
    `compatibility_date of wrangler.toml is ${date}, and this version was tested with ${tested}. Set that one.`,
  noDate: (tested: string) =>
    `wrangler.toml has no compatibility_date. Set the one that this version was tested with: ${tested}.`,
  noFlag: (flag: string) => `compatibility_flags of wrangler.toml lacks ${flag}. Add it.`,
  invocationLogs:
    'wrangler.toml lets the platform log the URL and headers of every request. Set invocation_logs = false under [observability.logs].',
  deployable: 'wrangler.toml declares all that a deployment needs.',
  plainHttp: (url: string) => `The key travels to ${url} unencrypted. Use https.`,
  noServer: (url: string, reason: string) =>
    `There is no answer from ${url} (${reason}). Start it with nexcode serve or npm start, or say where it is: --base-url URL.`,
  notOurs: (url: string, status: number) =>
    `What answers at ${url} is not NexCode (status ${status}). Is the base URL right? Another program may have the port.`,
  lives: (url: string, version: string) => `NexCode ${version} answers at ${url}.`,
  otherVersion: (server: string, own: string) =>
    `The server is version ${server}, this command ${own}. Update the older one.`,
  serverSetting: (problem: string) =>
    `The server cannot serve: ${problem}. Mend it there, and start it again.`,
  serverWarning: (warning: string) => `The server says: ${warning}`,
  keyRefused: (message: string) => `The server refuses the key: ${message}`,
  noDeep:
    "The upstreams were not asked: that needs the server's token as the key (--api-key, NEXCODE_API_KEY).",
  upstreamGood: (name: string) => `The upstream ${name} answers.`,
  upstreamBad: (name: string, message: string) =>
    `The upstream ${name} does not answer as it should: ${message}`,
  ledgerGood: 'Keys and the ledger answer.',
  ledgerBad:
    'Keys and the ledger do not answer: issued keys are refused. See the log of the server; on Cloudflare, whether the free plan is used up.',
  lostRows: (count: number) => `${count} rows of the ledger were lost. The log has them as ledger_lost.`,
  models: (count: number) => `${count} models are listed.`,
  noModels: 'No model is listed. Does the upstream have any?',
  modelUnlisted: (model: string) =>
    `The default model ${model} is not in the list of models. Set OPENAI_MODEL to one that is: nexcode models`,
  failedAt: (path: string, message: string) => `${path} failed: ${message}`,
  answered: (model: string, ms: number) => `The model ${model} answered within ${ms} ms.`,
  unanswered: (message: string) => `The request to the model failed: ${message}`,
  notAsked: 'No model was asked. --ask sends one request of a few tokens.',
  allGood: 'Nothing is wrong.',
  faults: (count: number) => `${count} to mend.`,
  warnings: (count: number) => `Nothing is broken; ${count} to look at.`,
};

/** The words of the doctor. */
export type DoctorWords = typeof en;

const zh: DoctorWords = {
  configuration: '配置',
  server: '服务器',
  readFrom: (files) => `设置读取自 ${files}。`,
  noFile: (folder) => `${folder} 中没有设置文件：只有环境变量起作用。`,
  malformed: (file, line) =>
    `${file}${line === undefined ? '' : ` 第 ${line} 行`}格式有误。请改正：目前其中的内容都不起作用。`,
  noPair: (file, line) => `${file} 第 ${line} 行不是 NAME=VALUE，会被跳过。请改成这种写法，或在行首加 #。`,
  secretInToml: (name, file) =>
    `${name} 写在 ${file} 里，部署后会成为明文变量。请删去，改用：npx wrangler secret put ${name}（本机写在 .dev.vars 里）。如果该文件曾经推送过，请更换密钥。`,
  openFile: (file) => `其他用户可以读取存有机密的 ${file}。请收紧权限：chmod 600 "${file}"`,
  notIgnored: (file) => `git 没有忽略存有机密的 ${file}。请在 .gitignore 中加一行：${file}`,
  settingsGood: '所有设置都可用。',
  largeVariable: (name, kilobytes) =>
    `wrangler.toml 中的 ${name} 有 ${kilobytes} KB，而 Cloudflare 的一个变量最多 5 KB。请缩短，或在自己的机器上运行。`,
  noBinding: (name) =>
    `wrangler.toml 没有声明 Worker 需要的 ${name}。请从项目的 wrangler.toml 复制这一段，或重新生成项目：nexcode init`,
  noFirst: (path) => `wrangler.toml 的 run_worker_first 缺少 ${path}：请求会先去找文件而不是 API。请加上。`,
  oldDate: (date, tested) =>
    `wrangler.toml 的 compatibility_date 是 ${date}，本版本用 ${tested} 测试。请改成后者。`,
  noDate: (tested) => `wrangler.toml 没有 compatibility_date。请设为本版本测试所用的：${tested}。`,
  noFlag: (flag) => `wrangler.toml 的 compatibility_flags 缺少 ${flag}。请加上。`,
  invocationLogs:
    'wrangler.toml 允许平台记录每个请求的 URL 和请求头。请在 [observability.logs] 下设置 invocation_logs = false。',
  deployable: 'wrangler.toml 声明了部署所需的一切。',
  plainHttp: (url) => `密钥以未加密的方式发往 ${url}。请使用 https。`,
  noServer: (url, reason) =>
    `${url} 没有应答（${reason}）。用 nexcode serve 或 npm start 启动，或指明它的地址：--base-url URL。`,
  notOurs: (url, status) =>
    `在 ${url} 应答的不是 NexCode（状态码 ${status}）。base URL 是否正确？端口可能被其他程序占用。`,
  lives: (url, version) => `NexCode ${version} 在 ${url} 应答。`,
  otherVersion: (server, own) => `服务器版本是 ${server}，本命令是 ${own}。请更新较旧的一方。`,
  serverSetting: (problem) => `服务器无法提供服务：${problem}。请在服务器上改正并重新启动。`,
  serverWarning: (warning) => `服务器提示：${warning}`,
  keyRefused: (message) => `服务器拒绝了密钥：${message}`,
  noDeep: '没有检查上游：这需要用服务器的令牌作为密钥（--api-key、NEXCODE_API_KEY）。',
  upstreamGood: (name) => `上游 ${name} 有应答。`,
  upstreamBad: (name, message) => `上游 ${name} 应答不正常：${message}`,
  ledgerGood: '密钥和账目有应答。',
  ledgerBad:
    '密钥和账目没有应答：签发的密钥会被拒绝。请查看服务器日志；在 Cloudflare 上，请查看免费额度是否用完。',
  lostRows: (count) => `丢失了 ${count} 行账目，日志中以 ledger_lost 记录。`,
  models: (count) => `列出了 ${count} 个模型。`,
  noModels: '没有列出任何模型。上游有模型吗？',
  modelUnlisted: (model) =>
    `默认模型 ${model} 不在模型列表里。请把 OPENAI_MODEL 设为列表中的一个：nexcode models`,
  failedAt: (path, message) => `${path} 失败：${message}`,
  answered: (model, ms) => `模型 ${model} 在 ${ms} 毫秒内回答了。`,
  unanswered: (message) => `向模型的请求失败：${message}`,
  notAsked: '没有向模型提问。--ask 会发送一个只有几个 token 的请求。',
  allGood: '没有问题。',
  faults: (count) => `有 ${count} 处需要改正。`,
  warnings: (count) => `没有故障；有 ${count} 处值得留意。`,
};

/** The words in a language. */
export function doctorWords(language: Language): DoctorWords {
  return language === 'zh' ? zh : en;
}
