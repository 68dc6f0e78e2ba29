/** What a start says, in Chinese. */
import { MAKE_A_TOKEN, SHORTEST_TOKEN } from '../worker/config/kinds.ts';
import { settingProblemZh } from './setting-problems-zh.ts';
import type { LauncherWords } from './words-en.ts';

/** A name in Latin letters stands between spaces. */
function within(place: string): string {
  return /^[!-~]/.test(place) ? ` ${place} ` : place;
}

export const zh: LauncherWords = {
  running: 'NexCode 已启动。',
  labels: {
    api: 'API        ',
    page: '聊天页面   ',
    usage: '用量       ',
    network: '局域网     ',
    upstream: '上游       ',
    models: '模型       ',
    credentials: '凭据       ',
    access: '访问       ',
    kept: '保存       ',
  },
  stopHint: '按 Ctrl-C 停止。',
  stopping: (seconds) => `正在停止：进行中的回答最多还有 ${seconds} 秒。再按一次 Ctrl-C 立即结束。`,
  comma: '、',
  semicolon: '；',
  weight: (weight) => `（权重 ${weight}）`,
  places: { 'the environment': '环境变量' },
  keptKeys: '签发的密钥（sk-nx-...）及其预算',
  keptLedger: '每次调用的账目',
  keptStreams: (seconds) => `可以断线续传的回答，结束 ${seconds} 秒后删除（RESUMABLE）`,
  keptIn: (what, folder) => `${what}，在 ${folder}`,
  isSet: (name, place) => `${name} 已设置（${place}）`,
  isNotSet: (name) => `未设置 ${name}`,
  clientKeys: (accepted) => (accepted ? '接受调用者自带的密钥' : '不接受调用者自带的密钥'),
  closed: '关闭：请求需要 API_TOKEN',
  open: '开放：请求不需要令牌',
  because: {
    set: (value) => `REQUIRE_AUTH 为 ${value}`,
    local: (host) => `未设置 REQUIRE_AUTH，且只有本机能访问 ${host}；经代理来的请求需要令牌`,
    nothingToSpend: '未设置 REQUIRE_AUTH，且服务器没有会产生费用的密钥',
    publicHosts: '未设置 REQUIRE_AUTH，但 PUBLIC_HOSTS 允许他人访问',
    reachable: (host) => `未设置 REQUIRE_AUTH，但其他机器可以访问 ${host}`,
  },
  parenthesis: (what, why) => `${what}（${why}）`,
  modelUnsure: (base, model) =>
    `未设置 OPENAI_MODEL：助手和没有指定模型的请求会向 ${base} 请求 ${model}，它未必有这个模型。`,
  modelMissing: (base, model) =>
    `未设置 OPENAI_MODEL：助手和没有指定模型的请求会向 ${base} 请求 ${model}，而它没有这个模型。`,
  serves: (names, more) => `它提供：${names}${more > 0 ? `，另有 ${more} 个` : ''}。`,
  setAModel: (example) => `请设置它提供的模型，例如：OPENAI_MODEL=${example}`,
  leadsTo: (model, target, problem) => `MODELS.${model} 指向 ${target}，但${problem}`,
  noUpstream: (prefix, others, base) =>
    `没有名为 ${prefix} 的上游（现有：${others}），因此会原样发给 ${base}。`,
  noKeyFor: (base) => `没有上游在 models 中列出它，也没有 ${base} 的密钥。`,
  isMeant: (name) => `是否想写 ${name}？`,
  noSetting: (name, place) => `${within(place).trimStart()}中设置了 ${name}，但 NexCode 没有这个设置。`,
  isMisspelt: '是否写错了？',
  noKey: (command, file) =>
    '未设置 OPENAI_API_KEY：模型 nexcode 根据文档回答，其他模型需要调用者自带密钥。要使用服务器的密钥：\n' +
    `      OPENAI_API_KEY=sk-... ${command}      （或写入 ${file}）`,
  file: (file, example) => `${file}，参照 ${example}`,
  tokenMissing:
    '已开启 REQUIRE_AUTH，但未设置 API_TOKEN，因此只服务自带密钥的调用者。\n' +
    `      请设置 API_TOKEN。生成一个：${MAKE_A_TOKEN}`,
  tokenShort: `API_TOKEN 不足 ${SHORTEST_TOKEN} 个字符，可能被猜中。\n      生成一个好的：${MAKE_A_TOKEN}`,
  tokenShortOpen: (host) =>
    `API_TOKEN 不足 ${SHORTEST_TOKEN} 个字符，能通过网络访问 ${host} 的人可能猜中它。生成一个好的：${MAKE_A_TOKEN}`,
  openToAll: 'REQUIRE_AUTH 为 false：能通过网络访问这台机器的人都可以使用服务器的凭据。',
  stateUnwritable: (folder, reason, { issues, records }) => {
    const off = [...(issues ? ['签发密钥'] : []), ...(records ? ['断线续传'] : [])].join('、');
    return `目录 ${folder} 不可写（${reason}），已关闭：${off}。可用 STATE_DIR 指定另一个目录。`;
  },
  notRunning: 'NexCode 没有启动。',
  sentenceEnd: '。',
  settingProblem: settingProblemZh,
  setIn: (problem, place) => `${problem}（在${within(place)}中设置）`,
  badHost: 'HOST 必须是主机名或 IP 地址，例如 127.0.0.1 或 0.0.0.0',
  badPort: 'PORT 必须是 0 到 65535 的整数，例如 8000',
  portTaken: (port, host, another) =>
    `${host} 的端口 PORT ${port} 已被其他程序占用。请停止该程序，或换一个端口，例如：${another}`,
  portForbidden: (port, another) =>
    `使用端口 PORT ${port} 需要特殊权限。请选择 1024 以上的端口，例如：${another}`,
  foreignHost: (host) => `HOST ${host} 不是本机的地址。只供本机用 127.0.0.1，供所有网络用 0.0.0.0`,
  addressUnusable: (host, port, reason) => `无法使用 HOST ${host} 和 PORT ${port}：${reason}`,
  restarted: 'Workers 运行时意外停止，已重新启动。进行中的回答被中断。',
  lost: (reason) => `Workers 运行时已停止，且无法重新启动：${reason}`,
  unreadableSettings: (file) => `无法读取设置文件 ${file}：它是否存在，是否有权限读取？`,
  help: `NexCode：本机上的 OpenAI 兼容 API 和聊天页面。

  npm start -- [选项]
  npm run dev -- [选项]        相同，文件变化时自动重新加载

  --port PORT   监听的端口，代替 8000（PORT）
  --host HOST   0.0.0.0 表示所有网络，代替只供本机（HOST）
  --version     显示版本
  --help        显示本帮助

其余都是设置：环境变量、.dev.vars 中的一行（参照 .dev.vars.example），
或 wrangler.local.toml 的 [vars]；git 忽略这两个文件。
  OPENAI_API_KEY=sk-... npm start
  PowerShell：$env:OPENAI_API_KEY = "sk-..."; npm start`,
  seeHelp: '参见 `npm start -- --help`',
};
