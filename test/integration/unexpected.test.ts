/** A failure that nobody foresaw: the client learns nothing of it but how to ask, the operator its name. */
import { expect, test } from 'vitest';
import { loadWorker } from '../../src/launcher/build.ts';
import { BUILT_WORKER } from '../support/build.ts';
import { call } from '../support/http.ts';
import { API_TOKEN, errorOf, JSON_TYPE } from '../support/surface.ts';
import { startModules } from '../support/workerd.ts';

/** The built Worker with a binding that throws as no code here would. */
const ENTRY = `import app from 'built.js';
const broken = { limit() { throw new RangeError('text that holds ${API_TOKEN}'); } };
export default { fetch: (request, env, context) => app.fetch(request, { ...env, LOGIN_RATE_LIMIT: broken }, context) };`;

async function startBroken(settings: Readonly<Record<string, string>>) {
  const [worker, ...more] = await loadWorker(BUILT_WORKER);
  if (worker === undefined) throw new Error('There is no built Worker.');
  const entry = { name: 'index.mjs', type: 'ESModule' as const, contents: Buffer.from(ENTRY) };
  return startModules([entry, { ...worker, name: 'built.js' }, ...more], { API_TOKEN, ...settings });
}

const LOGIN = {
  method: 'POST',
  path: '/session',
  headers: JSON_TYPE,
  // Only a wrong token is counted, and so asks the binding.
  body: JSON.stringify({ token: 'a-wrong-token-of-some-length' }),
};

test("it is a 500 in OpenAI's form that tells nothing and need not be tried again", async () => {
  await using workerd = await startBroken({});
  const answer = await call(workerd.url, LOGIN);
  expect(answer.status).toBe(500);
  const error = errorOf(answer);
  expect(error).toMatchObject({ type: 'server_error', code: 'internal_error', param: null });
  expect(error.message).toContain('DEBUG=true');
  expect(answer.head.header('x-should-retry')).toBe('false');
  expect(answer.head.header('x-request-id')).toMatch(/^req_/);
  expect(answer.text()).not.toContain(API_TOKEN);
  expect(workerd.log).toEqual([]);
});

test('under DEBUG the log has its name and its request, never its text', async () => {
  await using workerd = await startBroken({ DEBUG: 'true' });
  const answer = await call(workerd.url, LOGIN);
  const lines: unknown[] = workerd.log.map((line) => JSON.parse(line));
  expect(lines).toContainEqual({
    step: 'answer',
    request_id: answer.head.header('x-request-id'),
    status: 500,
    unexpected: 'RangeError',
    at: expect.stringMatching(/^at .*limit.*index\.mjs/),
    ms: expect.any(Number),
  });
  expect(workerd.log.join()).not.toContain('text that holds');
});
