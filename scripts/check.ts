/** `npm run check`: the gate. Every step in turn; the first that fails prints what it said and ends the run. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { buildWorker } from '../src/launcher/build.ts';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { lintOpenApi } from './openapi/lint.ts';
import { scriptOptions } from './options.ts';
import { retiredNames } from './retired-names.ts';
import { measureSizes } from './sizes.ts';
import { readInstalled, uncovered } from './supply-chain.ts';

/** What a step has to say when it is done. Throws StepError, whose message is the step's output. */
type Step = () => Promise<string>;

class StepError extends Error {
  override readonly name = 'StepError';
}

const HELP = `npm run check: the gate that a change has to pass. Ends at the first step that fails.

  --no-tests   everything but the tests`;

const options = scriptOptions(HELP, { 'no-tests': { type: 'boolean', default: false } });

const steps: readonly (readonly [name: string, step: Step])[] = [
  ['format and lint', withCure(command('biome ci --colors=off .'), isMendable, 'npm run format')],
  ['tables of the guides', command('node scripts/write-docs.ts --check')],
  ['names', names],
  ['packages under hashes', packages],
  ['OpenAPI document', openApi],
  ['types: launcher, tests, bench, stress', command('tsc -p .')],
  ['types: Worker', command('tsc -p src/worker')],
  ['types: page', command('tsc -p src/page && tsc -p src/page/offline/worker && tsc -p test/browser')],
  ...(options['no-tests'] ? [] : ([['tests', command('vitest run --reporter=dot')]] as const)),
  ['faults, quick', command('node stress/faults.ts --quick', lastLine)],
  ['fuzz, quick', command('node stress/fuzz.ts --quick', lastLine)],
  ['attack, quick', command('node stress/attack.ts --quick', lastLine)],
  ['direct, quick', command('node stress/direct.ts --quick', lastLine)],
  ['soak, quick', command('node stress/soak.ts --quick', lastLine)],
  ['ledger, quick', command('node stress/ledger.ts --quick', lastLine)],
  ['resume, quick', command('node stress/resume.ts --quick', lastLine)],
  ['deployment, dry', () => buildWorker(join(PROJECT_ROOT, 'dist/worker')).then(() => '')],
  ['sizes', sizes],
];

process.exitCode = await run();

async function run(): Promise<number> {
  const start = performance.now();
  for (const [name, step] of steps) {
    const begin = performance.now();
    try {
      const said = await step();
      console.log(`ok    ${name.padEnd(32)}${secondsSince(begin)} s${said === '' ? '' : `   ${said}`}`);
    } catch (error) {
      console.error(`FAIL  ${name}\n\n${error instanceof Error ? error.message : String(error)}`);
      return 1;
    }
  }
  console.log(`      ${'together'.padEnd(32)}${secondsSince(start)} s`);
  return 0;
}

function secondsSince(begin: number): string {
  return ((performance.now() - begin) / 1000).toFixed(1).padStart(6);
}

/** What Biome says of what `biome check --write` can mend: formatting, the order of imports, safe fixes. */
function isMendable(output: string): boolean {
  return /Formatter would have printed|File content differs from formatting|are not sorted|Safe fix/.test(
    output,
  );
}

/** The same step; where its failure can be cured by a command, its last line says so. */
function withCure(step: Step, isCurable: (output: string) => boolean, cure: string): Step {
  return () =>
    step().catch((error: unknown) => {
      const curable = error instanceof StepError && isCurable(error.message);
      throw curable
        ? new StepError(
            `${error.message.trimEnd()}\n\n\`${cure}\` mends what is marked above as formatting, order or safe fix.`,
          )
        : error;
    });
}

/** A command of an installed package. Its output is shown when it fails; else `summary` says what of it is. */
function command(line: string, summary: (output: string) => string = () => ''): Step {
  return async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const path = [join(PROJECT_ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    const child = spawn(line, {
      shell: true,
      cwd: PROJECT_ROOT,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(summary(output)) : reject(new StepError(output))));
    return promise;
  };
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}

async function names(): Promise<string> {
  const found = await retiredNames(PROJECT_ROOT, ['src/worker', 'src/page']);
  if (found.length > 0) throw new StepError(found.join('\n'));
  return '';
}

async function packages(): Promise<string> {
  const found = uncovered(...(await readInstalled(PROJECT_ROOT)));
  if (found.length > 0) throw new StepError(found.join('\n'));
  return '';
}

async function openApi(): Promise<string> {
  const found = await lintOpenApi(PROJECT_ROOT);
  if (found.length > 0) throw new StepError(found.join('\n'));
  return '';
}

async function sizes(): Promise<string> {
  const measured = await measureSizes();
  const lines = measured.map(
    ({ what, bytes, limit }) => `${what}: ${kibibytes(bytes)} of ${kibibytes(limit)} KiB gzip`,
  );
  if (measured.some(({ bytes, limit }) => bytes > limit)) throw new StepError(lines.join('\n'));
  return lines.join('; ');
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
