/** The curve of what the assistant knows: building its index, and answering out of it. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKnowledge } from '../../scripts/knowledge/build-index.ts';
import { makeUpKnowledge } from '../../scripts/knowledge/large-knowledge.ts';
import { loadWorker } from '../../src/launcher/build.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { BUILT_WORKER } from '../../test/support/build.ts';
import { startModules } from '../../test/support/workerd.ts';
import { cpuWhile } from './cost.ts';
import { atEach, type Curve, type Point } from './curve.ts';

const KIB = 1024;
const QUESTIONS = ['How do I require a token?', '怎样使用 DeepSeek？', 'connection error', '今天天气怎么样'];
const ROUNDS = 40;

/** What is known beside the guides. */
export const KNOWLEDGE_CURVE: Curve = {
  id: 'knowledge',
  words: { en: 'Bytes of knowledge beside the guides', zh: '指南之外的知识字节数' },
  sizes: [100 * KIB, 250 * KIB, 500 * KIB, 1024 * KIB, 2048 * KIB],
  quickUpTo: 250 * KIB,
  figures: [
    { words: { en: 'ms to build the index', zh: '构建索引 ms' }, power: 1 },
    { words: { en: 'KiB of the index', zh: '索引 KiB' }, power: 1 },
    { words: { en: 'µs CPU a question', zh: '每个问题 µs CPU' }, power: 1 },
  ],
  measure: (sizes) => atEach(sizes, knowing),
};

async function knowing(size: number): Promise<Point> {
  const root = await mkdtemp(join(tmpdir(), 'nexcode-growth-'));
  try {
    await cp(join(PROJECT_ROOT, 'docs'), join(root, 'docs'), { recursive: true });
    await mkdir(join(root, 'knowledge'));
    for (const { name, markdown } of makeUpKnowledge(size))
      await writeFile(join(root, 'knowledge', name), markdown);
    const begin = performance.now();
    const { privateIndex } = await buildKnowledge(root);
    const builtMs = performance.now() - begin;
    const modules = (await loadWorker(BUILT_WORKER)).map((module) =>
      module.type === 'Data' ? { ...module, contents: Buffer.from(privateIndex) } : module,
    );
    await using worker = await startModules(modules, { LOCAL_SERVER: 'true' });
    const ask = async () => {
      for (const content of QUESTIONS) await answer(worker.base, content);
    };
    await ask();
    const us = await cpuWhile(worker.pid, async () => {
      for (let round = 0; round < ROUNDS; round += 1) await ask();
    });
    return { size, costs: [builtMs, privateIndex.length / KIB, us / (ROUNDS * QUESTIONS.length)] };
  } finally {
    await rm(root, { recursive: true });
  }
}

async function answer(base: string, content: string): Promise<void> {
  const response = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'nexcode', messages: [{ role: 'user', content }] }),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`The assistant answered ${response.status}.`);
}
