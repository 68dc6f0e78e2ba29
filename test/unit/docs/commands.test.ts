/**
 * Runs every shell command of the guides against the gateway, with a fake upstream behind it. A block that needs an
 * account or an open terminal says so behind its language (`bash needs=account`) and is only parsed by the shell.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { chatCompletion, respond } from '../../support/answers.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

const run = promisify(execFile);
const NEEDS: ReadonlySet<string> = new Set(['account', 'terminal']);

interface Block {
  readonly where: string;
  readonly needs: string;
  readonly command: string;
}

/** The shell blocks of the guides, each command of those that run on its own. */
const blocks: Block[] = [];
for (const language of ['en', 'zh']) {
  const folder = join(PROJECT_ROOT, 'docs', language);
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.md'))) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const [, info = '', command = ''] of text.matchAll(
      /^```(?:bash|sh|shell)\b([^\n]*)\n(.*?)^```$/gms,
    )) {
      const line = text.slice(0, text.indexOf(command)).split('\n').length;
      blocks.push({
        where: `docs/${language}/${name}:${line}`,
        needs: info.trim().replace(/^needs=/, ''),
        command,
      });
    }
  }
}

let upstream: Upstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.always(async (exchange) => {
    const { path } = exchange.request;
    if (path.endsWith('/models')) return respond('{"object":"list","data":[]}')(exchange);
    if (path.endsWith('/embeddings'))
      return respond('{"object":"list","data":[{"embedding":[0]}]}')(exchange);
    return respond(chatCompletion())(exchange);
  });
  gateway = await startGateway({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: 'sk-server',
    API_TOKEN: 'a-token-of-twenty-letters',
    KEYS_SECRET: 'a-secret-for-the-keys-of-the-guides',
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

describe('the commands of the guides', () => {
  test('are there', () => {
    expect(blocks.filter(({ needs }) => needs === '').length).toBeGreaterThan(15);
  });

  test.each(blocks.filter(({ needs }) => needs === ''))('$where works', async ({ command }) => {
    const { stdout } = await run(
      'bash',
      ['-euo', 'pipefail', '-c', command.replaceAll('http://localhost:8000', gateway.url)],
      {
        env: {
          PATH: process.env['PATH'],
          OPENAI_API_KEY: 'sk-mine',
          API_TOKEN: 'a-token-of-twenty-letters',
          no_proxy: '127.0.0.1,localhost',
        },
      },
    );
    expect(stdout.trim()).not.toBe('');
    if (command.includes('curl')) expect(stdout).not.toMatch(/^(?:data: )?\{"error":(?!null)/m);
  });

  test.each(blocks.filter(({ needs }) => needs !== ''))(
    '$where says what it needs and is a command',
    async ({ needs, command }) => {
      expect(NEEDS).toContain(needs);
      await run('bash', ['-n', '-c', command]);
    },
  );
});
