/** `npm run slowest`: runs the tests and lists those that take longest, and the files that do. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { countOption, scriptOptions } from './options.ts';

/** What is read of Vitest's JSON report (https://vitest.dev/guide/reporters#json-reporter); times in milliseconds. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number | null }[];
  }[];
}

const HELP = `npm run slowest: runs the tests and lists the slowest ones and the slowest files.

  --count N   how many of each (10)`;

const options = scriptOptions(HELP, { count: { type: 'string' } });
const count = countOption('count', options.count, 10);

const folder = await mkdtemp(join(tmpdir(), 'nexcode-slowest-'));
try {
  const file = join(folder, 'report.json');
  process.exitCode = await runTests(file);
  const { testResults } = JSON.parse(await readFile(file, 'utf8')) as Report;
  const files = testResults.map(({ name, startTime, endTime }) => ({
    name: relative(PROJECT_ROOT, name),
    ms: endTime - startTime,
  }));
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration }) => ({
      name: `${relative(PROJECT_ROOT, name)}: ${fullName}`,
      ms: duration ?? 0,
    })),
  );
  print('tests', tests);
  print('files', files);
} finally {
  await rm(folder, { recursive: true });
}

function runTests(outputFile: string): Promise<number> {
  const vitest = join(PROJECT_ROOT, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${outputFile}`],
    {
      cwd: PROJECT_ROOT,
      stdio: 'inherit',
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function print(what: string, all: readonly { readonly name: string; readonly ms: number }[]): void {
  const slowest = all.toSorted((one, other) => other.ms - one.ms).slice(0, count);
  console.log(`\nThe slowest ${what}:`);
  for (const { name, ms } of slowest) console.log(`${(ms / 1000).toFixed(1).padStart(7)} s   ${name}`);
}
