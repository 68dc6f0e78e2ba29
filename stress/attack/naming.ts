/** Names and tokens made to keep patterns busy: each is answered, and a request with the token is served after each. */
import { call } from '../../test/support/http.ts';
import { bearer, CLOSED, JSON_TYPE } from '../../test/support/surface.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { answerAnything } from '../fuzz/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Attack, BreachError, HANG_MS, requireQuiet, requireServed } from './attack.ts';

/** Patterns that a matcher which goes back takes for ever to leave. */
const GLOBS = ['*a*b*c*', '*a*a*a*a*a*a*a*a*b', `${'*a'.repeat(60)}!`, '*-*-*-*-*-*z', '**********x'];
const KEY_PATTERNS = ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '^([a-z]+)*$', '^(.*a){20}$', '^a*a*a*a*a*a*a*b$'];

const LENGTHS = [1, 255, 256, 257, 4096, 20_000, 1_000_000];

/** The attack. */
export const naming: Attack = {
  name: 'naming',
  run: async ({ quick }) => {
    const names = [...'ab-中'].flatMap((character) =>
      LENGTHS.flatMap((length) => [character.repeat(length), `${'ab'.repeat(length / 2)}!`]),
    );
    const bearers = ['a', 'aa!', 'ab', 'sk-'].flatMap((piece) =>
      [100, 4095, 4097, 15_000].flatMap((length) => [
        piece.repeat(length / piece.length),
        `${'a'.repeat(length)}!`,
      ]),
    );
    const attempts =
      (await models(names.slice(0, quick ? 20 : undefined))) +
      (await tokens(bearers, quick ? KEY_PATTERNS.slice(0, 2) : KEY_PATTERNS));
    return {
      attempts,
      seen: `${GLOBS.length} patterns of models, ${KEY_PATTERNS.length} of keys; each answered`,
    };
  },
};

/** Names of models before upstreams that are found by patterns. */
async function models(names: readonly string[]): Promise<number> {
  await using upstream = await startUpstream();
  upstream.always(answerAnything);
  const others = GLOBS.map((glob, nth) => [
    `u${nth}`,
    { base: upstream.base, models: [glob], client_keys: true },
  ]);
  await using server = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    ...CLOSED,
    UPSTREAMS: Object.fromEntries(others),
    PRICES: Object.fromEntries(GLOBS.map((glob) => [glob, { input: 1, output: 1 }])),
  });
  let attempts = 0;
  for (const name of names) {
    for (const [path, body] of [
      ['/v1/chat/completions', { model: name, messages: [] }],
      ['/v1/embeddings', { model: name, input: 'x' }],
      [`/v1/models/${encodeURIComponent(name.slice(0, 10_000))}`, undefined],
    ] as const) {
      const headers = { ...JSON_TYPE, ...bearer('sk-of-a-stranger') };
      const asked = call(server.url, { path, headers, ...(body && { body: JSON.stringify(body) }) });
      const answer = await inTime(asked, HANG_MS, `A name of ${name.length} characters was never answered.`);
      const isLong = body !== undefined && name.length > 256;
      if (answer.status >= 500 || (isLong && answer.status !== 400)) {
        throw new BreachError(
          `A name of ${name.length} characters: ${path.slice(0, 40)} answered ${answer.status}.`,
        );
      }
      attempts += 1;
    }
    await requireServed(server.url, `a name of ${name.length} characters`);
  }
  requireQuiet(server.log, 'naming');
  return attempts;
}

/** Bearers before patterns of callers' keys. */
async function tokens(bearers: readonly string[], patterns: readonly string[]): Promise<number> {
  let attempts = 0;
  for (const pattern of patterns) {
    await using upstream = await startUpstream();
    upstream.always(answerAnything);
    await using server = await startWorkerd({
      OPENAI_API_BASE: upstream.base,
      ...CLOSED,
      CLIENT_KEY_PATTERN: pattern,
    });
    for (const token of bearers) {
      const asked = call(server.url, { path: '/v1/files', headers: bearer(token) });
      const answer = await inTime(
        asked,
        HANG_MS,
        `${pattern}: a bearer of ${token.length} was never answered.`,
      );
      if (answer.status >= 500)
        throw new BreachError(`${pattern}: a bearer of ${token.length}: ${answer.status}.`);
      attempts += 1;
    }
    await requireServed(server.url, pattern);
    requireQuiet(server.log, pattern);
  }
  return attempts;
}
