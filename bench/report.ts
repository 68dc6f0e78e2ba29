/** The figures as pages of the documentation, in both languages, each with its chart. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { chart } from './chart.ts';
import { FLOOR_CONTENDERS } from './floors.ts';
import { rowOf, tableOf, writeDocs } from './markdown.ts';
import { TEXTS } from './report-texts.ts';
import { FLOORS, type Machine, type MetricId, type Result, verdictsOf } from './result.ts';
import { behaviourTable, type Others } from './rivals/pages.ts';
import { comparedText, figure } from './table.ts';
import { contenderName, type Language, METRICS, machineText } from './words.ts';

/** The tables, each with its columns. */
const TABLES: readonly (readonly MetricId[])[] = [
  ['plain', 'event', 'event_in_step', 'event_of_four'],
  ['event_300', 'event_1000', 'memory_1000'],
  ['plain_p50', 'plain_p95'],
  ['first_byte_p50', 'first_byte_p95', 'first_byte_p99'],
  ['body_1k', 'body_100k', 'body_1m', 'body_20m'],
  ['start_up', 'bundle'],
];

/** What the steps from one floor to the other are compared by. */
const STEP_METRICS: readonly MetricId[] = ['plain', 'event', 'memory_1000'];

/** What other gateways are compared by. */
const OTHER_TABLES: readonly (readonly MetricId[])[] = [
  ['plain', 'event', 'event_300', 'event_1000'],
  ['first_byte_p50', 'first_byte_p95', 'first_byte_p99'],
  ['memory_rest', 'memory_300', 'memory_1000', 'start_up'],
];

/** What is drawn, from above. */
const OWN_PANELS: readonly MetricId[] = [
  'plain',
  'event',
  'event_300',
  'event_1000',
  'memory_1000',
  'body_20m',
];
const OTHER_PANELS: readonly MetricId[] = ['plain', 'event', 'memory_rest', 'memory_300', 'memory_1000'];

/** Everything that a whole run came to. */
export interface Report {
  readonly machine: Machine;
  /** The gateway in its modes, beside the floors. */
  readonly own: readonly Result[];
  /** From one floor to the other. */
  readonly steps: readonly Result[];
  /** Other gateways, where some were installed. */
  readonly others?: Others;
}

/** Writes pages and charts into docs/. */
export async function writeReport(report: Report): Promise<void> {
  const { own, others } = report;
  await writeDocs((language) => {
    const text = TEXTS[language];
    return {
      [text.file]: page(report, language),
      [text.svg]: chart(own, OWN_PANELS, language),
      ...(others && { [text.others.svg]: chart(others.results, OTHER_PANELS, language) }),
    };
  });
  if (others !== undefined) return;
  for (const { others: none } of Object.values(TEXTS))
    await rm(join(PROJECT_ROOT, 'docs', none.svg), { force: true });
}

/** The page of figures as Markdown. */
export function page({ machine, own, steps, others }: Report, language: Language): string {
  const text = TEXTS[language];
  return `# ${text.title}

${text.other}

${text.intro}

${machineText(machine, language)}

![${text.alt}](${text.svg})

${TABLES.map((ids) => table(ids, own, language)).join('\n\n')}

## ${text.steps.title}

${text.steps.intro}

${stepTable(steps, language)}

${text.steps.words}

## ${text.goals.what}

${goals(own, language)}

${text.goals.before}

${text.translated}

## ${text.others.title}

${others === undefined ? text.others.none : othersPart(others, language)}

## ${text.howTitle}

${text.how}
`;
}

function othersPart({ results, failures, seen, rivals }: Others, language: Language): string {
  const text = TEXTS[language].others;
  const colon = TEXTS[language].goals.colon;
  const failed = failures.map(
    ({ contender, what, reason }) => `- ${contender}, ${what}${colon}${firstLine(reason)}`,
  );
  return [
    text.intro,
    `![${text.alt}](${text.svg})`,
    ...OTHER_TABLES.map((ids) => table(ids, results, language)),
    `**${text.ran}**`,
    rivals
      .map(({ name, version, settings }) => `- ${name} ${version}${colon}${settings[language]}`)
      .join('\n'),
    text.absent,
    ...(failed.length === 0 ? [] : [`**${text.failures}**`, failed.join('\n')]),
    `### ${text.faults}`,
    text.faultsIntro,
    behaviourTable(seen, language),
  ].join('\n\n');
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 200).replaceAll('|', '\\|');
}

function goals(results: readonly Result[], language: Language): string {
  const { what, colon, floor: beside, goal: atMost, came, met, missed } = TEXTS[language].goals;
  const rows = results.flatMap((result) => {
    const { metric, contender } = result;
    return verdictsOf(result).map((verdict) => {
      const [aim, value] = [verdict.goal, verdict.came].map((each) => comparedText(metric.comparison, each));
      const cells = [
        contenderName(contender, language) + colon + METRICS[metric.id][language].what,
        contenderName(FLOOR_CONTENDERS[verdict.floor].name, language),
        aim,
        value,
        verdict.came <= verdict.goal ? met : missed,
      ];
      return rowOf(cells);
    });
  });
  return [rowOf([what, beside, atMost, came, '']), '| --- | --- | ---: | ---: | --- |', ...rows].join('\n');
}

/** What each contender came to, a column for each metric, beside the floors that took part. */
function table(ids: readonly MetricId[], results: readonly Result[], language: Language): string {
  const shown = results.filter(({ metric }) => ids.includes(metric.id));
  const rows = namesIn(shown).map((name) => {
    const cells = ids.map((id) => cell(find(shown, id, name), language));
    return [contenderName(name, language), ...cells];
  });
  return tableOf([TEXTS[language].who, ...columnsOf(ids, language)], rows);
}

/** The steps, each with what it added to the plain request of the one before. */
function stepTable(results: readonly Result[], language: Language): string {
  const { who, added } = TEXTS[language].steps;
  const names = namesIn(results);
  const rows = names.map((name, index) => {
    const [before, now] = [names[index - 1], name].map((each) => find(results, 'plain', each)?.value);
    const more = before === undefined || now === undefined ? '–' : signed(now - before);
    return [
      contenderName(name, language),
      ...STEP_METRICS.map((id) => cell(find(results, id, name), language, ['bare'])),
      more,
    ];
  });
  return tableOf([who, ...columnsOf(STEP_METRICS, language), added], rows);
}

function columnsOf(ids: readonly MetricId[], language: Language): string[] {
  return ids.map((id) => `${METRICS[id][language].what} (${METRICS[id][language].unit})`);
}

function namesIn(results: readonly Result[]): string[] {
  return [...new Set(results.map(({ contender }) => contender))];
}

function find(results: readonly Result[], id: MetricId, name: string | undefined): Result | undefined {
  return results.find(({ metric, contender }) => metric.id === id && contender === name);
}

function cell(result: Result | undefined, language: Language, floors = FLOORS): string {
  if (result === undefined) return '–';
  if (Number.isNaN(result.value)) return TEXTS[language].others.failed;
  const { value, beside, metric } = result;
  const compared = floors.flatMap((floor) => {
    const one = beside[floor];
    return one === undefined ? [] : [comparedText(metric.comparison, one.median)];
  });
  return compared.length === 0 ? figure(value) : `${figure(value)} (${compared.join(' / ')})`;
}

function signed(value: number): string {
  return comparedText('difference', value);
}
