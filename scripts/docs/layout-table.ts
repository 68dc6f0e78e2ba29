/** The one map of the code: CONTRIBUTING and the development guides of both languages quote it (`npm run docs`). */

/** A folder, and what lives there in both languages. */
const LAYOUT: readonly (readonly [folder: string, en: string, zh: string])[] = [
  ['src/worker/', 'the Worker; `index.ts` is the table of contents', 'Worker；入口是 `index.ts`（路由总表）'],
  ['src/worker/routes/', 'one file per path, no policy', '每个路径一个文件，不含策略'],
  ['src/worker/middleware/', 'what every request passes', '每个请求都要经过的处理'],
  ['src/worker/assistant/', 'answers as `nexcode`', '以 `nexcode` 的名义回答'],
  ['src/worker/assistant/knowledge/', 'the index of the knowledge, pure', '知识索引（纯函数）'],
  [
    'src/worker/text-via-chat/',
    'text completions for models that have only chat',
    '为只有聊天接口的模型提供文本补全',
  ],
  [
    'src/worker/responses-via-chat/',
    'the Responses API for models that have only chat',
    '为只有聊天接口的模型提供 Responses API',
  ],
  [
    'src/worker/via-chat/',
    'what both translations share: the way, the calls, their events',
    '两种翻译共用的部分：走哪条路、调用、事件',
  ],
  [
    'src/worker/routing/',
    'from a model’s name to targets to the first answer',
    '从模型名到目标，再到第一个回答',
  ],
  [
    'src/worker/resume/',
    'streams that can be taken up again: the object that records them, and their readers',
    '可续传的流：负责记录的对象，以及读取',
  ],
  [
    'src/worker/ledger/',
    'issued keys, budgets and the ledger: decisions, stores, Durable Objects',
    '签发密钥、预算和账目：判定、存储和 Durable Object',
  ],
  ['src/worker/upstream/', 'one call to one server', '对一台服务器的一次调用'],
  [
    'src/worker/telemetry/',
    'traces and metrics: what a call tells, and how it is sent',
    '追踪和指标：一次调用记录什么、怎样发送',
  ],
  ['src/worker/stream/', 'event streams: relay, watch, read', '事件流：转发、观察、读取'],
  ['src/worker/completions/', 'wire forms of a completion, pure', '补全的各种格式（纯函数）'],
  ['src/worker/access/', 'who may, and who pays: pure', '谁可以访问、谁付费（纯函数）'],
  [
    'src/worker/config/',
    'what the operator said (`setting-rows.ts` is the table), and what is known of vendors',
    '管理员的设置（`setting-rows.ts` 是总表），以及已知的厂商特性',
  ],
  ['src/worker/http/', 'HTTP and JSON that know no AI', '与 AI 无关的 HTTP 和 JSON'],
  [
    'src/page/',
    'the chat page, by feature, each with its style sheet',
    '聊天页面，按功能分文件夹，样式放在一起',
  ],
  [
    'src/page/usage/',
    'the usage page: a bundle of its own, which shares the form that signs in',
    '用量页面：单独打包，与聊天页面共用登录表单',
  ],
  ['src/shared/', 'what page and Worker must both know', '页面和 Worker 共用的约定'],
  ['src/launcher/', '`npm start` and `npm run dev`', '`npm start` 和 `npm run dev`'],
  ['src/cli/', 'the command `nexcode`', '命令 `nexcode`'],
  [
    'public/',
    'files that are served as they are; the build lays them with its products into `dist/site`',
    '按原样提供的文件；构建时与产物一起放入 `dist/site`',
  ],
  [
    'deploy/',
    'the systemd unit; `Dockerfile` and `compose.yaml` stand at the top',
    'systemd 单元文件；`Dockerfile` 和 `compose.yaml` 在顶层',
  ],
  ['docs/', 'the guides, which are the assistant’s knowledge too', '使用文档，也是助手的知识来源'],
  ['knowledge/', 'the operator’s own Markdown for the assistant', '管理员为助手准备的 Markdown'],
  ['test/unit/', 'rules as plain functions', '以普通函数测试规则'],
  ['test/integration/', 'the app in real workerd over real sockets', '在真实的 workerd 上通过套接字测试'],
  ['test/browser/', 'the page in a real Chromium', '在真实的 Chromium 里测试页面'],
  ['test/support/', 'the fake upstream, the raw client, the servers', '模拟上游、原始客户端和测试服务器'],
  ['stress/', 'faults, mutated requests and long runs', '故障、变异请求和长时间运行'],
  ['bench/', 'what it costs, measured', '性能测量'],
  ['eval/', 'the assistant’s questions, and how well they are answered', '助手的评测题'],
  [
    'scripts/',
    'the build, the gate, and what writes tables of the guides',
    '构建、检查，以及生成文档表格的脚本',
  ],
];

/** The table in Markdown. */
export function layoutTable(language: 'en' | 'zh'): string {
  const head = language === 'en' ? '| Folder | What lives there |' : '| 文件夹 | 内容 |';
  const rows = LAYOUT.map(([folder, en, zh]) => `| \`${folder}\` | ${language === 'en' ? en : zh} |`);
  return [head, '|---|---|', ...rows].join('\n');
}
