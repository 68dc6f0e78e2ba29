/** That the proofs' measure of memory tells a Worker that keeps something of each request from one that does not. */
import { describe, expect, test } from 'vitest';
import { growthPerCall, type Sample } from '../../stress/growth.ts';
import { memoryOf } from '../../stress/memory.ts';
import { startModules } from '../support/workerd.ts';

/** A Worker that makes garbage for each request, and does something with it. */
const worker = (withGarbage: string) => [
  {
    name: 'index.js',
    type: 'ESModule' as const,
    contents: Buffer.from(`const kept = [];
      export default {
        fetch() {
          const garbage = { text: 'x'.repeat(500) + Math.random(), bytes: new Uint8Array(500) };
          ${withGarbage};
          return new Response(garbage.text);
        },
      };`),
  },
];

// The resident part of the measure is read from /proc.
describe.skipIf(process.platform !== 'linux')('live memory after a forced collection', () => {
  test('does not grow where each request leaves garbage alone', async () => {
    expect(await growthOf('')).toBeLessThan(16);
  });

  test.each([
    ['an object', 'kept.push({ of: garbage.text.length })', 16],
    ['500 bytes outside the heap', 'kept.push(garbage.bytes)', 500],
    ['a promise that nobody settles', 'kept.push(new Promise(() => {}))', 16],
  ])('grows where each request leaves %s behind', async (_, leak, bytes) => {
    expect(await growthOf(leak)).toBeGreaterThan(bytes);
  });
});

/** The growth in bytes per request. */
async function growthOf(leak: string): Promise<number> {
  await using workerd = await startModules(worker(leak), {}, { inspector: true });
  const samples: Sample[] = [];
  for (let calls = 0; calls <= 400; calls += 50) {
    for (let call = 0; call < 50; call += 1) await (await fetch(workerd.url)).text();
    samples.push({ calls, bytes: (await memoryOf(workerd)).live });
  }
  // The first calls are those that compile.
  return growthPerCall(samples.slice(3));
}
