/** Issued keys that were never issued, were revoked or were changed, and tokens that are guessed. */

import { makeKey } from '../../src/worker/access/key-form.ts';
import { call, type RequestParts } from '../../test/support/http.ts';
import { KEYED, KEYS_SECRET, PROJECT } from '../../test/support/keys.ts';
import { API_TOKEN, bearer, CHAT_BODY, JSON_TYPE, OPEN } from '../../test/support/surface.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { answerAnything } from '../fuzz/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Attack, BreachError, eachOf, HANG_MS, requireQuiet, requireServed } from './attack.ts';

const WIDTH = 8;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A server, and how often its upstream was asked. */
interface Target {
  readonly url: string;
  asked(): number;
}

const CHAT: Omit<RequestParts, 'headers'> = { path: '/v1/chat/completions', body: CHAT_BODY };

/** The attack. */
export const forging: Attack = {
  name: 'forging',
  run: async ({ quick }) => {
    const off = await keysThatAreOff();
    const forged = await forgeries(quick);
    const guessed = await guesses(quick ? 300 : 5000);
    return {
      attempts: off + forged + guessed,
      seen: `${forged} forged keys, ${off} where none are issued, ${guessed} guesses; 0 calls, and who has a right was served`,
    };
  },
};

/** Servers that issue no keys refuse each token that begins as one does, whatever else they take. */
async function keysThatAreOff(): Promise<number> {
  const made = [
    makeKey(KEYS_SECRET).value,
    makeKey('').value,
    'sk-nx-',
    'sk-nx-x',
    `sk-nx-${'a'.repeat(4000)}`,
  ];
  let attempts = 0;
  for (const settings of [OPEN, { ...OPEN, REQUIRE_AUTH: 'true' }, { REQUIRE_AUTH: 'false' }]) {
    await using upstream = await startUpstream();
    upstream.always(answerAnything);
    await using server = await startWorkerd({ OPENAI_API_BASE: upstream.base, ...settings });
    const target = { url: server.url, asked: () => upstream.exchanges.length };
    for (const value of made) attempts += await refuse(target, value);
    requireQuiet(server.log, 'forging');
  }
  return attempts;
}

async function forgeries(quick: boolean): Promise<number> {
  await using upstream = await startUpstream();
  upstream.always(answerAnything);
  await using server = await startWorkerd({ OPENAI_API_BASE: upstream.base, ...KEYED, DEBUG: 'true' });
  const target = { url: server.url, asked: () => upstream.exchanges.length };
  const [own, other, revoked] = [await issue(server.url), await issue(server.url), await issue(server.url)];
  for (const { value } of [own, other, revoked]) await requireServed(server.url, 'an issued key', value);
  await manage(server.url, 'DELETE', `${PROJECT}/api_keys/${revoked.id}`);

  const values = [
    ...changed(own.value, quick ? 1 : BASE62.length),
    ...mixed(own.value, other.value),
    revoked.value,
  ];
  let attempts = 0;
  await eachOf(values, WIDTH, async (value) => {
    attempts += await refuse(target, value);
  });
  attempts += await overreach(target, own.value);
  await requireServed(server.url, 'an issued key after all attempts', own.value);
  await requireServed(server.url, 'the token after all forged keys');
  const told = server.log.find((line) =>
    [own, other, revoked].some(({ value }) => line.includes(value.slice(16))),
  );
  if (told !== undefined) throw new BreachError(`An issued key is in the log: ${told}`);
  requireQuiet(server.log, 'forging');
  return attempts;
}

/** The key with one character changed, at each place of it, `ways` ways each; and shorter, longer or spelled otherwise. */
function changed(value: string, ways: number): string[] {
  const results = new Set<string>();
  for (let at = 0; at < value.length; at += 1) {
    // With `sk-` before something else it is a key of the caller's own, and goes upstream as one.
    if (at >= 'sk-'.length && at < 'sk-nx-'.length) continue;
    for (let way = 0; way < ways; way += 1) {
      const other = BASE62.charAt((BASE62.indexOf(value.charAt(at)) + 1 + way) % BASE62.length);
      results.add(value.slice(0, at) + other + value.slice(at + 1));
    }
    results.add(value.slice(0, at) + value.slice(at + 1));
  }
  for (const text of [
    `${value}a`,
    `a${value}`,
    value.toUpperCase(),
    value.toLowerCase(),
    `${value}.`,
    `"${value}"`,
  ]) {
    results.add(text);
  }
  results.delete(value);
  return [...results];
}

/** Keys put together of two that are issued, and keys whose tag is right, or of another secret, that nobody has issued. */
function mixed(own: string, other: string): string[] {
  const [prefix, id, secret, tag] = [6, 16, 48, 54].map(
    (end, nth) => [[0, 6, 16, 48][nth] ?? 0, end] as const,
  );
  const part = (value: string, range: readonly [number, number] | undefined) =>
    value.slice(...(range ?? [0, 0]));
  const from = (...values: string[]) =>
    [prefix, id, secret, tag].map((range, nth) => part(values[nth] ?? own, range)).join('');
  return [
    from(own, own, other, own),
    from(own, other, own, own),
    from(own, own, own, other),
    from(own, own, other, other),
    from(own, other, own, other),
    ...Array.from({ length: 5 }, () => makeKey(KEYS_SECRET).value),
    ...['', 'x', KEYS_SECRET.toUpperCase(), API_TOKEN].map((secretOf) => makeKey(secretOf).value),
  ];
}

/** An issued key changes no key and reads nothing of the account. */
async function overreach({ url, asked }: Target, value: string): Promise<number> {
  const before = asked();
  const attempts = [
    ['POST', `${PROJECT}/service_accounts`, '{"name":"x"}'],
    ['GET', `${PROJECT}/api_keys`, undefined],
    ['DELETE', `${PROJECT}/api_keys/x`, undefined],
    ['POST', '/v1/usage/reprice', '{}'],
    ['GET', '/v1/organization/users', undefined],
    ['GET', '/v1/files', undefined],
    ['POST', '/v1/batches', '{}'],
    ['DELETE', '/v1/chat/completions/x', undefined],
    ['POST', '/v1/chat/completions', '{"model":"m","messages":[],"store":true}'],
  ] as const;
  for (const [method, path, body] of attempts) {
    const headers = { ...JSON_TYPE, ...bearer(value) };
    const { status } = await call(url, { method, path, headers, ...(body !== undefined && { body }) });
    if (status < 400 || status >= 500)
      throw new BreachError(`An issued key got ${status} for ${method} ${path}.`);
  }
  if (asked() > before) throw new BreachError('An issued key reached what keeps things in the account.');
  return attempts.length;
}

/** Wrong tokens, as bearers and as logins, many at once: none is let in, and the right one is. */
async function guesses(count: number): Promise<number> {
  await using upstream = await startUpstream();
  upstream.always(answerAnything);
  await using server = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    ...OPEN,
    REQUIRE_AUTH: 'true',
    SELF_HOSTED: 'true',
    LOCAL_SERVER: 'true',
  });
  const target = { url: server.url, asked: () => upstream.exchanges.length };
  await eachOf(
    Array.from({ length: count }, (_, nth) => `${API_TOKEN.slice(0, nth % API_TOKEN.length)}${nth}`),
    WIDTH,
    async (guess, nth) => {
      if (nth % 2 === 0) await refuse(target, guess);
      else await refuseLogin(server.url, guess);
    },
  );
  await requireServed(server.url, 'the token after all guesses');
  const login = await logIn(server.url, API_TOKEN);
  if (login.status !== 204)
    throw new BreachError(`After all guesses the right login was answered ${login.status}.`);
  requireQuiet(server.log, 'guessing');
  return count;
}

/** Each place where a token may stand; refused alike, and nothing is asked upstream. */
async function refuse({ url, asked }: Target, value: string): Promise<number> {
  const before = asked();
  const places: readonly Record<string, string>[] = [
    bearer(value),
    { 'api-key': value },
    { 'x-api-key': value },
  ];
  for (const headers of places) {
    const request = call(url, { ...CHAT, headers: { ...JSON_TYPE, ...headers } });
    const answer = await inTime(request, HANG_MS, 'A wrong token was never answered.');
    if (![401, 429].includes(answer.status)) {
      throw new BreachError(`${JSON.stringify(headers)} was answered ${answer.status} ${answer.text()}`);
    }
    // The refusal shows what issued keys begin with.
    if (value.length > 'sk-nx-'.length && answer.text().includes(value))
      throw new BreachError(`The refusal repeats ${value}.`);
  }
  if (asked() > before) throw new BreachError(`The upstream was asked while ${value} was refused.`);
  return places.length;
}

async function refuseLogin(url: string, token: string): Promise<void> {
  const answer = await inTime(logIn(url, token), HANG_MS, 'A wrong login was never answered.');
  if (![401, 429].includes(answer.status) || answer.head.header('set-cookie')?.includes('token') === true) {
    throw new BreachError(`A login with ${token} was answered ${answer.status} ${answer.text()}`);
  }
}

function logIn(url: string, token: string) {
  return call(url, {
    path: '/session',
    headers: { Host: 'localhost', ...JSON_TYPE, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token }),
  });
}

async function issue(url: string): Promise<{ readonly value: string; readonly id: string }> {
  const answer = await manage(url, 'POST', `${PROJECT}/service_accounts`, '{"name":"x"}');
  const { api_key: key } = answer.json() as { api_key: { value: string; id: string } };
  return key;
}

async function manage(url: string, method: string, path: string, body?: string) {
  const headers = { ...JSON_TYPE, ...bearer(API_TOKEN) };
  const answer = await call(url, { method, path, headers, ...(body !== undefined && { body }) });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text()}`);
  return answer;
}
