/**
 * `npm run agents`: coding agents and tools that people point at an OpenAI-compatible server, each with a task of one
 * call of a tool, a stream that is cut, a 429 and a refused key, direct at the fake upstream and through the gateway.
 * Prints the table of docs/clients.md. By hand: it installs them, outside the project, from the public registries.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startUpstream } from '../test/support/upstream.ts';
import { startWorkerd } from '../test/support/workerd.ts';
import type { Agent } from './agents/agent.ts';
import { AGENTS } from './agents/agents.ts';
import { CHAT_ALONE, type ChatAloneJob, SILENT } from './agents/chat-alone.ts';
import { answers, SCENARIOS } from './agents/model.ts';
import { install, meet, type Result } from './agents/run.ts';
import { messageOf } from './message-of.ts';
import { runScript } from './run-script.ts';

const HELP = `npm run agents: coding agents and tools do a task, meet a cut stream, a 429 and a refused key, direct and
through the gateway. Prints a table; fails where one fares worse through the gateway.

  --only NAME    runs the agents alone whose name begins so
  --folder PATH  where they are installed; ~/.cache/nexcode-agents unless given
  --chat-alone   Codex CLI's jobs before an upstream that has chat alone and is as strict as DeepSeek's: a patch, a custom
                 tool, a namespace, pictures, and six minutes of silence
  --verbose      prints what each printed`;

const options = scriptOptions(HELP, {
  only: { type: 'string', default: '' },
  folder: { type: 'string', default: join(homedir(), '.cache/nexcode-agents') },
  'chat-alone': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
});

await runScript(main);

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const chosen = AGENTS.filter(({ name }) => name.toLowerCase().startsWith(options.only.toLowerCase()));
  if (options['chat-alone']) {
    for (const agent of chosen.filter(({ api }) => api === 'responses')) await runOnChatAlone(agent);
    return;
  }
  console.log(`| | ${['version', ...SCENARIOS].join(' | ')} |\n|---|---|${'---|'.repeat(SCENARIOS.length)}`);
  for (const agent of chosen) {
    const cells = await cellsOf(agent).catch((error: unknown) => [
      `cannot be installed: ${lastLine(messageOf(error))}`,
    ]);
    console.log(`| ${[agent.name, agent.version, ...cells].join(' | ')} |`);
    if (cells.some((cell) => cell.includes('WORSE'))) process.exitCode = 1;
  }
}

/** The jobs, done by chat calls that the gateway makes of the agent's responses. Side by side: most of it is waiting. */
async function runOnChatAlone(agent: Agent): Promise<void> {
  const installed = await install(agent, options.folder);
  await Promise.all([...CHAT_ALONE, SILENT].map((job) => runJob(agent, job, installed)));
}

async function runJob(agent: Agent, job: ChatAloneJob, installed: string): Promise<void> {
  await using upstream = await startUpstream();
  await using gateway = await startWorkerd({ OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true' });
  const begin = performance.now();
  const result = await meet(agent, job.script, gateway.base, upstream, installed, job);
  const seconds = Math.round((performance.now() - begin) / 1000);
  const calls = upstream.exchanges.filter(({ request }) => request.path === '/v1/chat/completions').length;
  if (options.verbose || !result.done) console.log(result.output.slice(-3000));
  const told = `${agent.name} ${agent.version}, ${job.model}, ${job.name}`;
  console.log(`${told}: ${outcome(result)}, ${calls} chat calls, ${seconds} s`);
  if (!result.done) process.exitCode = 1;
}

async function cellsOf(agent: Agent): Promise<string[]> {
  const installed = await install(agent, options.folder);
  // Side by side: agents mostly wait.
  return Promise.all(
    SCENARIOS.map(async (scenario) => {
      await using upstream = await startUpstream();
      await using gateway = await startWorkerd({ OPENAI_API_BASE: upstream.base, LOCAL_SERVER: 'true' });
      const direct = await meet(agent, answers(scenario), upstream.base, upstream, installed);
      const through = await meet(agent, answers(scenario), gateway.base, upstream, installed);
      if (options.verbose) {
        for (const [way, { output, ...result }] of Object.entries({ direct, through }))
          console.log(
            `\n${agent.name}, ${scenario}, ${way}: ${JSON.stringify(result)}\n${output.slice(-2000)}`,
          );
      }
      return cell(direct, through);
    }),
  );
}

/** What came of a scenario both ways, in a few words. */
function cell(direct: Result, through: Result): string {
  const isSame = direct.done === through.done && (direct.code === 0) === (through.code === 0);
  const told = (result: Result) => `${outcome(result)}, asked ${result.asked}x`;
  const areStopped = direct.code === null && through.code === null;
  if (isSame && (areStopped || direct.asked === through.asked)) return `same: ${told(direct)}`;
  const isWorse = (direct.done && !through.done) || (direct.code === 0 && direct.done && through.code !== 0);
  return `${isWorse ? 'WORSE' : 'differs'}: direct ${told(direct)}; through ${told(through)}`;
}

function outcome({ done, code, output }: Result): string {
  if (done) return 'done';
  if (code === null) return 'still retrying when stopped';
  return code === 0 ? `ends with 0: “${lastLine(output)}”` : `error: “${lastLine(output)}”`;
}

/** The line that tells most: the last with words of an error, else the last. */
function lastLine(output: string): string {
  const lines = output
    .split('\n')
    // Colours and cursor movements.
    .map((line) => line.replaceAll(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '').trim())
    .filter((line) => line !== '');
  const told =
    lines.findLast((line) => /error|rate limit|api key|broke off|incorrect/i.test(line)) ??
    lines.at(-1) ??
    '';
  return told.slice(0, 140).replaceAll('|', '\\|');
}
