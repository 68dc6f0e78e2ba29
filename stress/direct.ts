/**
 * `npm run direct`: the official clients and raw requests, asked twice for everything that an upstream does: straight
 * at it, and through the gateway. What a client sees must be equal, or better in a way that `direct/better.ts` names.
 */
import { scriptOptions } from '../scripts/options.ts';
import { MAKE_PYTHON, projectPython } from '../scripts/python/environment.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { refusingBase, startUpstream } from '../test/support/upstream.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import { BEHAVIOURS } from './direct/behaviours.ts';
import { BETTER } from './direct/better.ts';
import { CLIENTS, type Client } from './direct/clients.ts';
import { isEqual, type Pair } from './direct/compare.ts';
import { startPythonClients } from './direct/python-clients.ts';
import { RAW } from './direct/raw-client.ts';
import { type Case, casesOf, run } from './direct/run.ts';
import { runScript } from './run-script.ts';

const HELP = `npm run direct: the official clients and raw requests ask everything twice, direct and through the gateway.
Fails where a client fares worse through it.

  --quick       asks for each behaviour by raw requests and one client in turn
  --list        prints every difference, those for the better too
  --only TEXT   asks for the behaviours alone whose name holds the text`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  only: { type: 'string' },
});

await runScript(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const began = performance.now();
  await using upstream = await startUpstream();
  const deadBase = await refusingBase();
  await using gateway = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    LOCAL_SERVER: 'true',
    COMPLETIONS_MODE: 'native',
    UPSTREAMS: { dead: { base: deadBase, models: ['dead-*'], client_keys: true } },
  });
  const interpreter = await projectPython();
  await using python = interpreter === undefined ? undefined : await startPythonClients(interpreter);
  const clients = [RAW, ...CLIENTS, ...(python?.clients ?? [])];
  const behaviours = BEHAVIOURS.filter(({ name }) => name.includes(options.only ?? ''));
  const all = casesOf(behaviours, clients);
  const cases = options.quick ? inTurn(all, clients) : all;

  const counts = new Map<string, number>();
  const faults: Pair[] = [];
  let equal = 0;
  await run(cases, { upstream, gatewayBase: gateway.base, deadBase }, (pair) => {
    if (isEqual(pair)) {
      equal += 1;
      return;
    }
    const better = BETTER.find(({ holds }) => holds(pair));
    if (better === undefined) faults.push(pair);
    else counts.set(better.name, (counts.get(better.name) ?? 0) + 1);
    if (options.list) console.log(`${better?.name ?? 'FAULT'}: ${described(pair)}`);
  });

  for (const { name, reason } of BETTER)
    console.log(`${String(counts.get(name) ?? 0).padStart(5)}  ${name}: ${reason}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  const without = interpreter === undefined ? ` Without Python (${MAKE_PYTHON}).` : '';
  const better = cases.length - equal - faults.length;
  const told = `${cases.length} calls twice over ${behaviours.length} behaviours in ${seconds} s: ${equal} equal, ${better} better, ${faults.length} worse.${without}`;
  if (faults.length === 0) console.log(told);
  else throw new Error(`${options.list ? '' : faults.map(described).join('\n')}\n${told}`);
}

/** Of each behaviour's form, the raw request and one client, another for each in turn. */
function inTurn(all: readonly Case[], clients: readonly Client[]): readonly Case[] {
  const byForm = Map.groupBy(
    all,
    ({ behaviour, form }) => `${BEHAVIOURS.indexOf(behaviour)} ${form.api} ${form.streamed}`,
  );
  return [...byForm.values()].flatMap((cases, position) => {
    const others = cases.filter(({ client }) => client !== RAW);
    const chosen = others[position % Math.min(others.length, clients.length)];
    return [...cases.filter(({ client }) => client === RAW), ...(chosen === undefined ? [] : [chosen])];
  });
}

function described({ behaviour, job, direct, through, askedDirect, askedThrough }: Pair): string {
  const asked = `${job.client}, ${job.api}${job.streamed ? ', streamed' : ''}`;
  const short = (outcome: unknown) => JSON.stringify(outcome)?.slice(0, 400);
  return `the upstream ${behaviour.name} [${behaviour.family}] (${asked})\n  direct  ${askedDirect}x ${short(direct)}\n  through ${askedThrough}x ${short(through)}`;
}
