/** Starts and the bundle's budget as a table for people, and as pages of the documentation in both languages. */
import { tableOf, writeDocs } from '../markdown.ts';
import type { Machine } from '../result.ts';
import { figure } from '../table.ts';
import { contenderName, type Language, machineText } from '../words.ts';
import type { Bundle } from './bundle.ts';
import type { ServerStart, WorkerStart } from './starts.ts';

/** All that was measured. */
export interface Startup {
  readonly machine: Machine;
  readonly bundle: Bundle;
  readonly workers: readonly WorkerStart[];
  /** Empty where they were left out. */
  readonly servers: readonly ServerStart[];
}

const KIB = 1024;

const TEXTS = {
  en: {
    file: 'startup.md',
    other: '[中文](startup.zh-CN.md)',
    title: 'Start and size',
    intro:
      'What a start takes and what the Worker weighs, written by `npm run startup -- --docs`; times are of the machine named below.',
    workers: {
      title: 'A cold start of the Worker',
      text: 'A new workerd process with nothing but this Worker, until it has answered its first request: reading the script, compiling it, running its global scope (everything that stands outside of a request) and the request itself. What the gateway takes beyond the bare Worker is its own. On Cloudflare an isolate starts within a process that runs already; of the process itself it knows nothing. Medians.',
      head: ['Worker', 'to the first answer (ms)', 'CPU until then (ms)', 'CPU of the second answer (ms)'],
    },
    servers: {
      title: 'A start of a server',
      text: 'From the command to the first answer of `/health`, once each. `npm start` bundles the page and the Worker and writes the index of the knowledge at every start; the package brings all of that built.',
      head: ['Command', 'ms'],
      names: {
        'npm start, the first time': '`npm start`, the first time',
        'npm start, again': '`npm start`, again',
        'nexcode serve, the first time': '`nexcode serve` of the package, the first time',
        'nexcode serve, again': '`nexcode serve` of the package, again',
      },
    },
    bundle: {
      title: 'What the Worker is made of',
      text: (all: string, gzip: string, data: string) =>
        `The JavaScript that a deployment uploads: ${all} KiB, ${gzip} KiB after gzip. Beside it lies the index of the knowledge, ${data} KiB, as data: it is not parsed at a start, and read only where a question is asked. The bytes below are those of each part after minifying, before gzip.`,
      head: ['Part', 'KiB', 'share'],
      lazy: `Nothing of it loads later, for little would be won: V8 compiles a function when it is first called, so a part that nobody uses costs a start its scan and what stands at its top level. In a profile of the global scope (Node's, of this script, on 2026-11-26) about a third of the time made zod's schemas, above all those of the settings, which every request needs; no part that few need stood out. A part loaded by \`import()\` would still be uploaded and scanned, and its first user would wait for it.`,
    },
    how: '`npm run startup` prints the tables; `-- --quick` leaves the starts of servers out.',
  },
  zh: {
    file: 'startup.zh-CN.md',
    other: '[English](startup.md)',
    title: '启动与体积',
    intro: '启动所需的时间和 Worker 的体积，由 `npm run startup -- --docs` 生成；时间取自下述机器。',
    workers: {
      title: 'Worker 的冷启动',
      text: '一个只含该 Worker 的新 workerd 进程，直到回答第一个请求为止：读取脚本、编译、运行全局作用域（请求之外的一切代码），以及请求本身。网关比裸 Worker 多出的部分才是它自己的。在 Cloudflare 上，isolate 在已经运行的进程中启动，不含进程本身的启动。数字为中位数。',
      head: ['Worker', '到第一个回答 (ms)', '到此为止的 CPU (ms)', '第二个回答的 CPU (ms)'],
    },
    servers: {
      title: '服务器的启动',
      text: '从执行命令到 `/health` 的第一个回答，各一次。`npm start` 每次启动都会打包页面和 Worker 并写出知识索引；软件包里的这些都已构建好。',
      head: ['命令', 'ms'],
      names: {
        'npm start, the first time': '`npm start`，第一次',
        'npm start, again': '`npm start`，再次',
        'nexcode serve, the first time': '软件包的 `nexcode serve`，第一次',
        'nexcode serve, again': '软件包的 `nexcode serve`，再次',
      },
    },
    bundle: {
      title: 'Worker 的组成',
      text: (all: string, gzip: string, data: string) =>
        `部署时上传的 JavaScript：${all} KiB，gzip 后 ${gzip} KiB。旁边还有 ${data} KiB 的知识索引，作为数据存放：启动时不解析，只在有人提问时读取。下面是各部分压缩代码之后、gzip 之前的字节数。`,
      head: ['部分', 'KiB', '占比'],
      lazy: `没有任何部分是之后才加载的，因为省不下多少：V8 在函数第一次被调用时才编译它，所以没人使用的部分在启动时只多出扫描和它顶层代码的开销。对全局作用域的一次剖析中（2026-11-26，用 Node 剖析这个脚本），约三分之一的时间用于创建 zod 的 schema，主要是各项设置的，而每个请求都要用到设置；没有哪个只有少数人需要的部分特别突出。用 \`import()\` 加载的部分仍要上传和扫描，而且第一个用到它的人要等它。`,
    },
    how: '`npm run startup` 打印这些表格；`-- --quick` 不测服务器的启动。',
  },
} as const;

/** The page as Markdown. */
export function startupPage({ machine, bundle, workers, servers }: Startup, language: Language): string {
  const text = TEXTS[language];
  const kib = (bytes: number) => (bytes / KIB).toFixed(1);
  const all = bundle.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = [
    `# ${text.title}`,
    text.other,
    text.intro,
    machineText(machine, language),
    `## ${text.workers.title}`,
    text.workers.text,
    tableOf(
      text.workers.head,
      workers.map(({ contender, ms, cpuMs, secondMs }) => [
        contenderName(contender, language),
        ...[ms, cpuMs, secondMs].map(figure),
      ]),
    ),
    ...(servers.length === 0
      ? []
      : [
          `## ${text.servers.title}`,
          text.servers.text,
          tableOf(
            text.servers.head,
            servers.map(({ what, ms }) => [text.servers.names[what], figure(ms)]),
          ),
        ]),
    `## ${text.bundle.title}`,
    text.bundle.text(kib(bundle.bytes), kib(bundle.gzipBytes), kib(bundle.dataBytes)),
    tableOf(
      text.bundle.head,
      bundle.parts.map(({ name, bytes }) => [
        `\`${name}\``,
        kib(bytes),
        `${((100 * bytes) / all).toFixed(1)} %`,
      ]),
    ),
    text.bundle.lazy,
    text.how,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Writes both pages into docs/. */
export function writeStartup(startup: Startup): Promise<void> {
  return writeDocs((language) => ({ [TEXTS[language].file]: startupPage(startup, language) }));
}
