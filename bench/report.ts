/** The figures as pages of the documentation, in both languages, each with its chart. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { chart } from './chart.ts';
import { goalOf, type Machine, type MetricId, type Result } from './result.ts';
import { comparedText, figure } from './table.ts';
import { contenderName, type Language, METRICS } from './words.ts';

/** The tables, each with its columns. */
const TABLES: readonly (readonly MetricId[])[] = [
  ['plain', 'event', 'event_in_step', 'event_of_four'],
  ['event_300', 'event_1000', 'memory_1000'],
  ['plain_p50', 'plain_p95'],
  ['first_byte_p50', 'first_byte_p95', 'first_byte_p99'],
  ['body_1k', 'body_100k', 'body_1m', 'body_20m'],
  ['start_up', 'bundle'],
];

const TEXTS = {
  en: {
    file: 'benchmarks.md',
    svg: 'benchmarks.svg',
    other: '[中文](benchmarks.zh-CN.md)',
    title: 'Benchmarks',
    alt: 'What each contender costs beside a bare pass-through Worker',
    intro: `What the gateway costs, written by \`npm run bench -- --docs\`; the figures are of the machine named below and mean something only beside each other.

Every contender runs in a workerd process of its own (nginx as itself) before the same upstream on the loopback, in the same run, round by round in changing order. CPU is that of the whole process, every thread and the kernel's work for it included. A figure is the median of the rounds; behind it, in brackets, stands the median of what it came to beside the bare Worker of the same round. The bare Worker does nothing but \`fetch(upstream + path, request)\`: it decides nothing, checks nothing and never looks at an answer.`,
    who: 'Contender',
    machine: 'Machine: ',
    facts: { date: 'date', cpu: 'CPU', memoryGiB: 'memory in GiB', system: 'system' },
    goals: 'What was aimed at, beside the bare Worker',
    goal: 'at most',
    came: 'came to',
    met: 'met',
    missed: 'missed',
    translated: `A translation reads and writes every event in JavaScript, where the relay of other streams leaves the bytes to the runtime. A Worker that does only that, one read and one write for what has arrived, came to 2.9× where each event comes in its own time and to 2.6× where four come in a write: the rest is the translation.`,
    how: `\`npm run bench\` alone prints the table, \`-- --quick\` takes two minutes, \`-- --only TEXT\` runs the scenarios whose title holds the text. nginx takes part where it is installed. Portkey's gateway takes part with \`-- --portkey FOLDER\`, a folder with its \`index.js\` built for Workers.`,
  },
  zh: {
    file: 'benchmarks.zh-CN.md',
    svg: 'benchmarks.zh-CN.svg',
    other: '[English](benchmarks.md)',
    title: '性能测量',
    alt: '各方案与裸 Worker 相比的开销',
    intro: `网关本身的开销，由 \`npm run bench -- --docs\` 生成。数字取自下述机器，只有相互比较才有意义。

每个方案各用一个 workerd 进程（nginx 为其自身进程），面对同一个本机上游，在同一次运行中逐轮测量，顺序每轮变换。CPU 指整个进程的用时，包括所有线程以及内核为其所做的工作。数字是各轮的中位数；括号内是与同一轮裸 Worker 相比的中位数。裸 Worker 只做一件事：\`fetch(upstream + path, request)\`，不作任何判断、不校验，也从不查看回答。`,
    who: '方案',
    machine: '机器：',
    facts: { date: '日期', cpu: 'CPU', memoryGiB: '内存 GiB', system: '系统' },
    goals: '设定的目标，与裸 Worker 相比',
    goal: '至多',
    came: '实测',
    met: '达到',
    missed: '未达到',
    translated: `翻译要在 JavaScript 里读写每个事件，而转发其他流时字节由运行时自己传送。一个只做这件事的 Worker（来多少读一次、写一次），在事件节奏各自独立时是 2.9×，每次写入四个事件时是 2.6×；其余才是翻译本身的开销。`,
    how: `直接运行 \`npm run bench\` 会打印表格；\`-- --quick\` 约需两分钟；\`-- --only 文本\` 只运行标题含有该文本的场景。已安装 nginx 时会一并测量；加上 \`-- --portkey 目录\` 可测量 Portkey 网关，目录中应有为 Workers 构建的 \`index.js\`。`,
  },
} as const;

/** Writes pages and charts into docs/. */
export async function writeReport(machine: Machine, results: readonly Result[]): Promise<void> {
  for (const language of ['en', 'zh'] as const) {
    const { file, svg } = TEXTS[language];
    await writeFile(join(PROJECT_ROOT, 'docs', file), page(machine, results, language));
    await writeFile(join(PROJECT_ROOT, 'docs', svg), chart(results, language));
  }
}

function page(machine: Machine, results: readonly Result[], language: Language): string {
  const text = TEXTS[language];
  const names: Readonly<Record<string, string>> = text.facts;
  const facts = Object.entries(machine)
    .filter(([name]) => name !== 'quick')
    .map(([name, value]) => `${names[name] ?? name} ${value}`);
  return `# ${text.title}

${text.other}

${text.intro}

${text.machine}${facts.join(' · ')}

![${text.alt}](${text.svg})

${TABLES.map((ids) => table(ids, results, language)).join('\n\n')}

${goals(results, language)}

${text.translated}

${text.how}
`;
}

function goals(results: readonly Result[], language: Language): string {
  const { goals: title, goal: atMost, came, met, missed } = TEXTS[language];
  const rows = results.flatMap((result) => {
    const { metric, contender, compared } = result;
    const goal = goalOf(result);
    if (goal === undefined || compared === undefined) return [];
    const [aim, value] = [goal, compared.median].map((each) => comparedText(metric.comparison, each));
    const name = contenderName(contender, language);
    const { what } = METRICS[metric.id][language];
    return [`| ${name}: ${what} | ${aim} | ${value} | ${compared.median <= goal ? met : missed} |`];
  });
  return [`| ${title} | ${atMost} | ${came} | |`, '| --- | ---: | ---: | --- |', ...rows].join('\n');
}

function table(ids: readonly MetricId[], results: readonly Result[], language: Language): string {
  const shown = results.filter(({ metric }) => ids.includes(metric.id));
  const names = [...new Set(shown.map(({ contender }) => contender))];
  const head = ids.map((id) => `${METRICS[id][language].what} (${METRICS[id][language].unit})`);
  const rows = names.map((name) => {
    const cells = ids.map((id) => cell(shown.find((one) => one.metric.id === id && one.contender === name)));
    return `| ${[contenderName(name, language), ...cells].join(' | ')} |`;
  });
  return [
    `| ${[TEXTS[language].who, ...head].join(' | ')} |`,
    `| --- |${ids.map(() => ' ---: |').join('')}`,
    ...rows,
  ].join('\n');
}

function cell(result: Result | undefined): string {
  if (result === undefined) return '–';
  const { value, compared, metric } = result;
  if (compared === undefined) return figure(value);
  return `${figure(value)} (${comparedText(metric.comparison, compared.median)})`;
}
