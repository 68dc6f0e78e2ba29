import { expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { WRANGLER_TOML } from '../../src/launcher/project.ts';
import { respond } from './answers.ts';
import { startGateway } from './gateway.ts';
import { call } from './http.ts';
import { startUpstream } from './upstream.ts';
import { compatibility, startModules, startWorkerd } from './workerd.ts';

const ECHO_SETTINGS = `export default { fetch: (_, env) => Response.json(env) };`;
const RELAY = `export default { fetch: (request, env) => fetch(env.UPSTREAM + new URL(request.url).pathname, request) };`;

function worker(source: string) {
  return [{ name: 'index.js', type: 'ESModule' as const, contents: Buffer.from(source) }];
}

test('the gateway answers as at a start, with the page beside the API', async () => {
  await using gateway = await startGateway({});
  expect((await call(gateway.url, { path: '/health' })).status).toBe(200);
  expect((await call(gateway.url, { path: '/' })).head.header('content-type')).toContain('text/html');
});

test('the built Worker runs in bare workerd', async () => {
  await using workerd = await startWorkerd({});
  expect((await call(workerd.url, { path: '/health' })).status).toBe(200);
});

test('bare workerd behaves as wrangler reads it in wrangler.toml', async () => {
  const { compatibility_date: date, compatibility_flags: flags } = unstable_readConfig({
    config: WRANGLER_TOML,
  });
  expect(await compatibility()).toEqual({ date, flags });
});

test('settings reach a Worker in bare workerd unchanged', async () => {
  const settings = { TEXT: 'a"b\\c\n\u00e9\u{1f600}', NUMBER: 1.5, FLAG: true, TABLE: { a: [1, '"'] } };
  await using workerd = await startModules(worker(ECHO_SETTINGS), settings);
  expect((await call(workerd.url, { path: '/' })).json()).toEqual(settings);
});

test('a Worker in bare workerd reaches an upstream on loopback', async () => {
  await using upstream = await startUpstream();
  upstream.reply(respond('{"seen":true}'));
  await using workerd = await startModules(worker(RELAY), { UPSTREAM: upstream.url });
  expect((await call(workerd.url, { path: '/v1/x' })).json()).toEqual({ seen: true });
});

test('a Worker that cannot start says why', async () => {
  await expect(startModules(worker('syntax error'), {})).rejects.toThrow('SyntaxError');
});

test('a rejection that nobody handled is in the log of a verbose workerd', async () => {
  const source = `export default { fetch(_, env, ctx) { ctx.waitUntil(Promise.reject(new Error('lost'))); return new Response(); } };`;
  await using workerd = await startModules(worker(source), {}, { verbose: true });
  await call(workerd.url, { path: '/' });
  await workerd.close();
  expect(workerd.log.join('\n')).toContain(
    'uncaught exception; source = Uncaught (in promise); stack = Error: lost',
  );
});
