/**
 * What the assistant costs in bare workerd: `npm run eval -- --speed`. With the guides alone, and with as much knowledge
 * as is allowed beside them.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs } from '../bench/cpu.ts';
import { buildKnowledge } from '../scripts/knowledge/build-index.ts';
import { makeUpKnowledge } from '../scripts/knowledge/large-knowledge.ts';
import { MAX_KNOWLEDGE_BYTES } from '../scripts/knowledge/read-knowledge.ts';
import { buildWorker, loadWorker } from '../src/launcher/build.ts';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { startModules } from '../test/support/workerd.ts';

const WARM_QUESTIONS = 200;
const QUESTIONS = ['How do I require a token?', '怎样使用 DeepSeek？', 'connection error', '今天天气怎么样'];

/** Measures and prints both. */
export async function measureSpeed(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  await measure('the guides', 0);
  await measure('the guides and 2 MB of knowledge', MAX_KNOWLEDGE_BYTES);
}

async function measure(name: string, ownBytes: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'nexcode-eval-'));
  try {
    await cp(join(PROJECT_ROOT, 'docs'), join(root, 'docs'), { recursive: true });
    await mkdir(join(root, 'knowledge'));
    for (const { name: file, markdown } of makeUpKnowledge(ownBytes)) {
      await writeFile(join(root, 'knowledge', file), markdown);
    }
    const buildStart = performance.now();
    const built = await buildKnowledge(root);
    const index = ownBytes > 0 ? built.privateIndex : built.publicIndex;
    const buildMs = performance.now() - buildStart;

    const modules = (await loadWorker(BUILT_WORKER)).map((module) =>
      module.type === 'Data' ? { ...module, contents: Buffer.from(index.buffer) } : module,
    );
    const start = performance.now();
    await using worker = await startModules(modules, { LOCAL_SERVER: 'true' });
    const startMs = performance.now() - start;
    const relayMs = await timed(() => fetch(`${worker.url}/v1/none`));
    const [before, beforeMb] = [await cpuMs(worker.pid), await residentMb(worker.pid)];
    const coldMs = await timed(() => ask(worker.base, QUESTIONS[0] ?? ''));
    const coldCpu = (await cpuMs(worker.pid)) - before;
    const warm: number[] = [];
    const warmStart = await cpuMs(worker.pid);
    for (let at = 0; at < WARM_QUESTIONS; at++) {
      warm.push(await timed(() => ask(worker.base, QUESTIONS[at % QUESTIONS.length] ?? '')));
    }
    const warmCpu = ((await cpuMs(worker.pid)) - warmStart) / WARM_QUESTIONS;
    warm.sort((a, b) => a - b);
    const quantile = (share: number) => (warm[Math.floor(share * (warm.length - 1))] ?? 0).toFixed(1);
    console.log(
      `\n${name}: index ${(index.length / 1024).toFixed(0)} KiB, built in ${buildMs.toFixed(0)} ms; ` +
        `start ${startMs.toFixed(0)} ms, first request that is no question ${relayMs.toFixed(1)} ms\n` +
        `  first question ${coldMs.toFixed(1)} ms (CPU ${coldCpu.toFixed(0)} ms); ` +
        `warm p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms (CPU ${warmCpu.toFixed(2)} ms), HTTP included\n` +
        `  memory ${beforeMb.toFixed(0)} MB before the first question, ${(await residentMb(worker.pid)).toFixed(0)} MB after all`,
    );
  } finally {
    await rm(root, { recursive: true });
  }
}

async function ask(base: string, content: string): Promise<Response> {
  return fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'nexcode', messages: [{ role: 'user', content }] }),
  });
}

/** The process's memory in RAM (proc(5), `/proc/PID/status`). */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Milliseconds until an answer has been read; throws if it is not the expected one. */
async function timed(request: () => Promise<Response>): Promise<number> {
  const start = performance.now();
  const answer = await request();
  await answer.arrayBuffer();
  if (answer.status !== 200 && answer.status !== 401 && answer.status !== 403)
    throw new Error(`Status ${answer.status}`);
  return performance.now() - start;
}
