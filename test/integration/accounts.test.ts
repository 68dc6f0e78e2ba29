/** The end of service accounts with many keys, in bare workerd. */
import { expect, test } from 'vitest';
import { asOperator, KEYED, PROJECT } from '../support/keys.ts';
import { type Asker, askerOf, bearer, errorOf } from '../support/surface.ts';
import { startWorkerd } from '../support/workerd.ts';

/** What an answer may ask of others on Cloudflare's Free plan (https://developers.cloudflare.com/workers/platform/limits/). */
const FREE_PLAN = 50;
/** As many keys as an account takes. */
const KEYS = 40;

/** The Worker, whose answers say how many requests to objects they took. */
const COUNTING = `
  import app from './index.js';
  export { BooksObject, KeyObject } from './index.js';
  export default {
    async fetch(request, env, context) {
      let asked = 0;
      const counted = (object) => new Proxy(object, {
        get: (target, name) => (...values) => { asked += 1; return target[name](...values); },
      });
      const counting = (namespace) => ({ getByName: (name) => counted(namespace.getByName(name)) });
      const bindings = {
        ...env,
        KEY_OBJECTS: counting(env.KEY_OBJECTS),
        BOOKS_OBJECT: counting(env.BOOKS_OBJECT),
      };
      const given = await app.fetch(request, bindings, context);
      const answer = new Response(given.body, given);
      answer.headers.set('x-asked', String(asked));
      return answer;
    },
  };`;

/** The Worker with three keys of which each fails at its first change. */
const FAILING = `
  import app from './index.js';
  import { KeyObject as Key } from './index.js';
  export { BooksObject } from './index.js';
  export default app;
  let left = 3;
  export class KeyObject extends Key {
    async change(change) {
      left -= 1;
      if (left >= 0) throw new Error('broken');
      return super.change(change);
    }
  }`;

interface Made {
  readonly account: string;
  readonly values: readonly string[];
}

/** An account with so many keys. */
async function accountWith(count: number, surface: Asker): Promise<Made> {
  const made = await asOperator(surface, `${PROJECT}/service_accounts`, { body: '{"name":"many"}' });
  const { id, api_key: first } = made.json() as { id: string; api_key: { value: string } };
  const values = [first.value];
  while (values.length < count) {
    const further = await asOperator(surface, `${PROJECT}/service_accounts/${id}/api_keys`, { body: '{}' });
    values.push((further.json() as { value: string }).value);
  }
  return { account: `${PROJECT}/service_accounts/${id}`, values };
}

/** The statuses that the keys get when they ask about themselves. */
async function statusesOf(values: readonly string[], surface: Asker): Promise<number[]> {
  const answers = await Promise.all(
    values.map((value) => surface.ask('/v1/key', { headers: bearer(value) })),
  );
  return answers.map(({ status }) => status);
}

test.each(['', '?stop=true'])(
  'an account with as many keys as it takes ends by one request%s within the Free plan',
  async (stop) => {
    await using server = await startWorkerd(KEYED, { entry: COUNTING });
    const surface = askerOf(server.url);
    const { account } = await accountWith(KEYS, surface);
    const more = await asOperator(surface, `${account}/api_keys`, { body: '{}' });
    expect(errorOf(more).code).toBe('too_many_keys');
    const ended = await asOperator(surface, `${account}${stop}`, { method: 'DELETE' });
    expect(ended.json()).toMatchObject({ deleted: true });
    expect(Number(ended.head.header('x-asked'))).toBeGreaterThanOrEqual(KEYS);
    expect(Number(ended.head.header('x-asked'))).toBeLessThan(FREE_PLAN);
    const list = await asOperator(surface, `${PROJECT}/api_keys?owner_project_access=active`);
    expect(list.json()).toMatchObject({ data: [] });
  },
  60_000,
);

test('an account some of whose keys did not answer says so, and the next request ends the rest', async () => {
  await using server = await startWorkerd(KEYED, { entry: FAILING });
  const surface = askerOf(server.url);
  const { account, values } = await accountWith(5, surface);
  const first = await asOperator(surface, account, { method: 'DELETE' });
  expect(first.status).toBe(503);
  expect(errorOf(first)).toMatchObject({ code: 'key_service_unavailable' });
  expect(errorOf(first).message).toContain('3 of them still hold');
  const statuses = await statusesOf(values, surface);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 401)).toHaveLength(2);
  expect((await asOperator(surface, account)).status).toBe(200);
  const second = await asOperator(surface, account, { method: 'DELETE' });
  expect(second.json()).toMatchObject({ deleted: true });
  expect(await statusesOf(values, surface)).toEqual(Array(5).fill(401));
  expect((await asOperator(surface, account)).status).toBe(404);
}, 60_000);
