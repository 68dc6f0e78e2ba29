import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NamePattern } from '../../../src/worker/config/name-pattern.ts';
import { parseSettings } from '../../../src/worker/config/settings.ts';
import { targetName } from '../../../src/worker/config/upstream.ts';
import {
  coolingLast,
  endCooldown,
  isCoolingDown,
  startCooldown,
} from '../../../src/worker/routing/cooldown.ts';
import { isRetryable, retryAfterMs } from '../../../src/worker/routing/failover.ts';
import { resolve } from '../../../src/worker/routing/resolve.ts';
import { settingsWith } from '../../support/settings.ts';

const UPSTREAMS = {
  openai: { base: 'https://api.openai.com/v1', key: 'OPENAI_KEY', models: ['gpt-*', 'o*'] },
  local: { base: 'http://127.0.0.1:11434/v1', models: ['llama*', 'qwen*'], completions: 'native' },
  azure: { base: 'https://name.openai.azure.com/openai/v1', key: 'AZURE_KEY', auth: 'api-key' },
};
const MODELS = {
  'gpt-3.5-turbo': 'openai/gpt-4.1-mini',
  house: 'qwen3',
  smart: ['openai/gpt-5.4', 'azure/gpt-5.4', 'local/qwen3'],
  fast: [{ to: 'openai/gpt-5.4-nano', weight: 3 }, { to: 'local/llama3.2' }],
};
const BINDINGS = { UPSTREAMS, MODELS, OPENAI_KEY: 'sk-openai', AZURE_KEY: 'azure-secret' };

/** The names of a model's targets; `draws` are what a weighted list draws, in turn. */
function targets(model: string, draws: readonly number[] = []): string[] {
  const left = [...draws];
  return resolve(model, settingsWith(BINDINGS).routing, () => left.shift() ?? 0).map(targetName);
}

function problems(bindings: Record<string, unknown>) {
  const parsed = parseSettings(bindings);
  return parsed.ok ? [] : parsed.problems;
}

describe('a model leads to', () => {
  test.each([
    ['the target of its alias', 'gpt-3.5-turbo', ['openai/gpt-4.1-mini']],
    ['what the patterns say of an alias without an upstream', 'house', ['local/qwen3']],
    ['its list, in order', 'smart', ['openai/gpt-5.4', 'azure/gpt-5.4', 'local/qwen3']],
    ['the upstream it names', 'azure/gpt-4o', ['azure/gpt-4o']],
    [
      'the upstream it names, whatever else has a slash',
      'local/library/qwen3:8b',
      ['local/library/qwen3:8b'],
    ],
    ['the first upstream whose pattern matches', 'o3', ['openai/o3']],
    ['the default upstream', 'claude-x', ['default/claude-x']],
    ['the default upstream, slash and all', 'meta-llama/Llama-3', ['default/meta-llama/Llama-3']],
    ['the default upstream, where only the name of an upstream stands', 'azure/', ['default/azure/']],
    ['the default upstream by its own name', 'default/gpt-4', ['default/gpt-4']],
    ['nothing but itself, where a name looks like a part of an object', '__proto__', ['default/__proto__']],
  ])('%s', (_, model, expected) => {
    expect(targets(model)).toEqual(expected);
  });

  test('a place drawn by weight, with the others behind it', () => {
    expect(targets('fast', [0.1, 0.9])).toEqual(['openai/gpt-5.4-nano', 'local/llama3.2']);
    expect(targets('fast', [0.9, 0.1])).toEqual(['local/llama3.2', 'openai/gpt-5.4-nano']);
  });

  test('places in the proportion of their weights', () => {
    const { routing } = settingsWith(BINDINGS);
    // Every pair of draws on an even grid, so that the shares are the same in every run.
    const grid = Array.from({ length: 64 }, (_, at) => (at + 0.5) / 64);
    const pairs = grid.flatMap((first) => grid.map((second) => [first, second]));
    const firsts = pairs.map((draws) => resolve('fast', routing, () => draws.shift() ?? 0)[0]);
    const share = firsts.filter((target) => target?.upstream.name === 'openai').length / firsts.length;
    expect(share).toBeCloseTo(0.75, 1);
  });
});

test.each([
  ['gpt-*', 'gpt-4.1', true],
  ['gpt-*', 'my-gpt-4', false],
  ['o*', 'o3-mini', true],
  ['*', 'anything/at all', true],
  ['qwen2.5', 'qwen2x5', false],
  ['a+b(c)', 'a+b(c)', true],
])('the pattern %s beside %s: %s', (glob, model, expected) => {
  expect(new NamePattern(glob).test(model)).toBe(expected);
});

test('a pattern says the same as the regular expression that it stands for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
  fc.assert(
    fc.property(text, name, (glob, tried) => {
      const escaped = glob.split('*').map((part) => part.replaceAll('.', '\\.'));
      expect(new NamePattern(glob).test(tried)).toBe(new RegExp(`^${escaped.join('.*')}$`).test(tried));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many stars judges a long name at once', () => {
  // As a regular expression this takes longer than the test may.
  expect(new NamePattern('*a*b*c*d*e*f*g*h*').test('abcdefg'.repeat(20_000))).toBe(false);
});

describe('UPSTREAMS and MODELS', () => {
  test('may be JSON text', () => {
    const text = { ...BINDINGS, UPSTREAMS: JSON.stringify(UPSTREAMS), MODELS: JSON.stringify(MODELS) };
    expect(settingsWith(text)).toEqual(settingsWith(BINDINGS));
  });

  test('hold no secret, only its name, and it is taken from its own binding', () => {
    const [openai, , azure] = settingsWith(BINDINGS).routing.upstreams;
    expect(openai).toMatchObject({ key: 'sk-openai', keyHeader: 'bearer', clientKeys: false });
    expect(azure).toMatchObject({ key: 'azure-secret', keyHeader: 'api-key' });
  });

  test('may name several keys, each of which is kept out of logs', () => {
    const table = { a: { base: 'http://x/v1', key: ['A_KEY', 'B_KEY'] } };
    const { routing, secrets } = settingsWith({ UPSTREAMS: table, A_KEY: 'secret-a', B_KEY: 'secret-b' });
    expect(routing.upstreams[0]).toMatchObject({ key: 'secret-a', keys: ['secret-a', 'secret-b'] });
    expect(secrets).toEqual(expect.arrayContaining(['secret-a', 'secret-b']));
  });

  test('take the time limits of the default upstream where they name none', () => {
    const limits = { UPSTREAM_HEADERS_MS: 1000, UPSTREAM_FIRST_CONTENT_MS: 2000, UPSTREAM_IDLE_MS: 3000 };
    const own = { ...UPSTREAMS.local, headers_ms: 7, connect_ms: 8 };
    const [local] = settingsWith({ ...limits, UPSTREAMS: { local: own } }).routing.upstreams;
    expect(local).toMatchObject({ headersMs: 7, connectMs: 8, firstContentMs: 2000, idleMs: 3000 });
  });

  test('make a server that has something to spend, so it is shut', () => {
    expect(settingsWith({}).requireAuthReason).toBe('nothing_to_spend');
    expect(settingsWith({ UPSTREAMS: { local: UPSTREAMS.local } }).requireAuthReason).toBe(
      'fresh_deployment',
    );
  });

  test.each([
    ['UPSTREAMS', 'not JSON', 'UPSTREAMS', /table/],
    ['UPSTREAMS', { a: 'http://x' }, 'UPSTREAMS.a', /table/],
    ['UPSTREAMS', { a: {} }, 'UPSTREAMS.a.base', /address/],
    ['UPSTREAMS', { a: { base: 'ftp://x' } }, 'UPSTREAMS.a.base', /address/],
    ['UPSTREAMS', { default: { base: 'http://x' } }, 'UPSTREAMS.default', /name/],
    ['UPSTREAMS', { 'a/b': { base: 'http://x' } }, 'UPSTREAMS.a/b', /name/],
    [
      'UPSTREAMS',
      { a: { base: 'http://x', key: 'NOT_SET' } },
      'UPSTREAMS.a.key',
      /NOT_SET, which is not set/,
    ],
    ['UPSTREAMS', { a: { base: 'http://x', key: 'sk-secret-1' } }, 'UPSTREAMS.a.key', /never the secret/],
    [
      'UPSTREAMS',
      { a: { base: 'http://x', key: ['NOT_SET', 'NOR_THIS'] } },
      'UPSTREAMS.a.key',
      /NOT_SET, NOR_THIS, which is not set/,
    ],
    [
      'UPSTREAMS',
      { a: { base: 'http://x', key: ['A', 'sk-secret-1'] } },
      'UPSTREAMS.a.key',
      /never the secret/,
    ],
    ['UPSTREAMS', { a: { base: 'http://x', key: [] } }, 'UPSTREAMS.a.key', /a list of such names/],
    ['UPSTREAMS', { a: { base: 'http://x', auth: 'x y' } }, 'UPSTREAMS.a.auth', /header/],
    ['UPSTREAMS', { a: { base: 'http://x', models: 'gpt-*' } }, 'UPSTREAMS.a.models', /list of patterns/],
    ['UPSTREAMS', { a: { base: 'http://x', modles: [] } }, 'UPSTREAMS.a', /modles/],
    ['UPSTREAMS', { a: { base: 'http://x', idle_ms: -1 } }, 'UPSTREAMS.a.idle_ms', /whole number/],
    ['MODELS', { a: 5 }, 'MODELS.a', /must be a model/],
    ['MODELS', { a: 'nexcode' }, 'MODELS.a', /built-in assistant/],
    ['MODELS', { a: ['x', { to: 'nexcode' }] }, 'MODELS.a', /built-in assistant/],
    ['MODELS', { nexcode: 'x' }, 'MODELS.nexcode', /built-in assistant/],
    ['MODELS', { a: [] }, 'MODELS.a', /at least one model/],
    ['MODELS', { a: [{ to: 'x', weight: 0 }] }, 'MODELS.a.0.weight', /above 0/],
  ])('of %s %j is told at %s', (name, value, at, message) => {
    expect(problems({ [name]: value })).toContainEqual({ name: at, message: expect.stringMatching(message) });
  });

  test('a problem never repeats a value that could be a secret', () => {
    expect(
      JSON.stringify(problems({ UPSTREAMS: { a: { base: 'http://x', key: 'sk-secret-1' } } })),
    ).not.toContain('sk-secret-1');
  });
});

describe('a target that failed', () => {
  const [first, second] = resolve('smart', settingsWith(BINDINGS).routing, Math.random);
  if (first === undefined || second === undefined) throw new Error('The list is shorter than it was');

  test('comes behind the others until its time is over', () => {
    startCooldown(first, 5000, 1000);
    expect(coolingLast([first, second], 1000)).toEqual([second, first]);
    expect(isCoolingDown(first, 5999)).toBe(true);
    expect(coolingLast([first, second], 6000)).toEqual([first, second]);
  });

  test('rests for ten seconds where it says nothing, and for a minute at most', () => {
    startCooldown(first, undefined, 0);
    expect([isCoolingDown(first, 9999), isCoolingDown(first, 10_000)]).toEqual([true, false]);
    startCooldown(first, 3_600_000, 0);
    expect([isCoolingDown(first, 59_999), isCoolingDown(first, 60_000)]).toEqual([true, false]);
  });

  test('is up again as soon as it answers', () => {
    startCooldown(first, undefined, 0);
    endCooldown(first);
    expect(isCoolingDown(first, 1)).toBe(false);
  });
});

test.each([408, 425, 429, 500, 502, 503, 504, 520, 529, 598])('a %d goes on to the next target', (status) => {
  expect(isRetryable(new Response(null, { status }))).toBe(true);
});

test.each([404, 405, 410, 501])('a %d may be an answer elsewhere', (status) => {
  expect(isRetryable(new Response(null, { status }))).toBe(true);
});

test.each([200, 400, 401, 403, 409, 422])('a %d is the answer', (status) => {
  expect(isRetryable(new Response(null, { status }))).toBe(false);
});

test.each([
  [{}, undefined],
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after-ms': '20', 'retry-after': '9' }, 20],
  [{ 'retry-after': new Date(5000).toUTCString() }, 4000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-3' }, 0],
])('%j asks for %s ms of rest', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers as Record<string, string>), 1000)).toBe(expected);
});
