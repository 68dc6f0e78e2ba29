/** The readers of the guides, in JavaScript and Python, through a proxy that breaks their connections. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { chatChunk, chatStream, EVENT_STREAM, events } from '../support/answers.ts';
import { startBreaking } from '../support/breaking.ts';
import { temporaryFolder } from '../support/curl.ts';
import { pythonFor, runPython } from '../support/python.ts';
import { startRelay } from '../support/relay.ts';
import { RECORDING } from '../support/streams.ts';

const run = promisify(execFile);
const PAYLOADS = chatStream(['一', '二', 'three', '🙂']);

async function blocks(language: string): Promise<readonly string[]> {
  const guide = await readFile(join(PROJECT_ROOT, 'docs/en/streams.md'), 'utf8');
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Runs a reader whose connections break twice. */
async function read(print: (base: string) => Promise<string>): Promise<void> {
  await using relay = await startRelay(RECORDING);
  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    for (const payload of PAYLOADS.slice(0, -1)) {
      await exchange.event(payload);
      // Long enough that the places lie in different events.
      for (let count = 0; count < 3; count += 1)
        await exchange.event(chatChunk({ content: 'x'.repeat(100) }));
    }
    await exchange.event('[DONE]');
    await exchange.end();
  });
  await using breaking = await startBreaking(Number(new URL(relay.server.url).port), [1500, 1900]);
  const whole = PAYLOADS.slice(0, -1).flatMap((payload) => [
    payload,
    ...Array.from({ length: 3 }, () => chatChunk({ content: 'x'.repeat(100) })),
  ]);
  expect((await print(`${breaking.url}/v1`)).trimEnd()).toBe(events([...whole, '[DONE]']).trimEnd());
  expect(breaking.broken).toBe(2);
  expect(relay.upstream.exchanges).toHaveLength(1);
}

test('the JavaScript reader of the guide reads a whole answer over broken connections', async () => {
  const [code = ''] = await blocks('js');
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(25);
  await using folder = await temporaryFolder();
  await writeFile(folder.file('reader.mjs'), code);
  await read(async (OPENAI_BASE_URL) => {
    const { stdout } = await run(process.execPath, [folder.file('reader.mjs')], { env: { OPENAI_BASE_URL } });
    return stdout;
  });
});

test('the Python reader of the guide reads a whole answer over broken connections', async (context) => {
  const python = await pythonFor(context);
  const [code = ''] = await blocks('python');
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(25);
  await using folder = await temporaryFolder();
  await writeFile(folder.file('reader.py'), code);
  await read((OPENAI_BASE_URL) => runPython(python, [folder.file('reader.py')], { OPENAI_BASE_URL }));
});

test.each(['js', 'python'])('both languages of the guide show the same %s', async (language) => {
  const zh = await readFile(join(PROJECT_ROOT, 'docs/zh/streams.md'), 'utf8');
  for (const code of await blocks(language)) expect(zh).toContain(code);
});
