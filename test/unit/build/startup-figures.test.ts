/** What the Worker's JavaScript is made of, as the bundler tells it. */
import { expect, test } from 'vitest';
import { partsOf } from '../../../bench/startup/bundle.ts';
import { startupPage } from '../../../bench/startup/pages.ts';

const META = {
  outputs: {
    'out/index.js': {
      bytes: 100,
      inputs: {
        'src/worker/ledger/books.ts': { bytesInOutput: 30 },
        'src/worker/ledger/sums.ts': { bytesInOutput: 20 },
        'src/worker/index.ts': { bytesInOutput: 5 },
        'src/shared/contract.ts': { bytesInOutput: 2 },
        'node_modules/hono/dist/hono.js': { bytesInOutput: 25 },
        '../x/node_modules/@hono/zod-validator/dist/index.js': { bytesInOutput: 3 },
        'src/worker/env.ts': { bytesInOutput: 0 },
      },
    },
  },
};

test('the parts of a bundle are its folders and packages, the largest first', () => {
  expect(partsOf(META)).toEqual([
    { name: 'src/worker/ledger', bytes: 50 },
    { name: 'hono', bytes: 25 },
    { name: 'src/worker, src/shared', bytes: 7 },
    { name: '@hono/zod-validator', bytes: 3 },
  ]);
});

test('the page says the same in both languages, and leaves out the starts that were not measured', () => {
  const startup = {
    machine: { date: '2026-11-26' },
    bundle: { bytes: 2048, gzipBytes: 1024, dataBytes: 512, parts: partsOf(META) },
    workers: [{ contender: 'bare Worker', ms: 30, cpuMs: 20, secondMs: 1 }],
    servers: [],
  };
  const [en, zh] = (['en', 'zh'] as const).map((language) => startupPage(startup, language));
  expect(en).toContain('| `src/worker/ledger` | 0.0 | 58.8 % |');
  expect(en).not.toContain('npm start');
  expect(zh).toContain('| 裸 Worker | 30.0 | 20.0 | 1.00 |');
  expect(zh?.match(/^\|/gm)?.length).toBe(en?.match(/^\|/gm)?.length);
});
