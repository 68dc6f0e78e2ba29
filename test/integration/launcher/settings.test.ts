import { expect, test } from 'vitest';
import { makePlan } from '../../../src/launcher/plan.ts';
import { mergeSettings, type SettingSources } from '../../../src/launcher/settings.ts';
import { INTERNAL_NAMES, SETTING_NAMES } from '../../../src/worker/config/settings.ts';

function sources(parts: Partial<SettingSources> = {}): SettingSources {
  return { environment: {}, devVars: {}, devVarsFile: '.dev.vars', toml: {}, ...parts };
}

function problems(parts: Partial<SettingSources>): readonly string[] {
  const result = makePlan(sources(parts));
  return result.ok ? [] : result.problems;
}

test('the environment is stronger than .dev.vars, and .dev.vars than wrangler.toml', () => {
  const { bindings, origins } = mergeSettings(
    sources({
      environment: { OPENAI_MODEL: 'from-environment' },
      devVars: { OPENAI_MODEL: 'from-dev-vars', TEMPERATURE: '0.70' },
      toml: { OPENAI_MODEL: 'from-toml', TEMPERATURE: 1, MAX_TOKENS: 5 },
    }),
  );
  expect(bindings).toEqual({ OPENAI_MODEL: 'from-environment', TEMPERATURE: '0.70', MAX_TOKENS: 5 });
  expect(Object.fromEntries(origins)).toEqual({
    OPENAI_MODEL: 'the environment',
    TEMPERATURE: '.dev.vars',
    MAX_TOKENS: 'wrangler.toml',
  });
});

test.each(['', ' ', undefined])('an empty value (%j) counts as unset', (empty) => {
  const { bindings } = mergeSettings(
    sources({ environment: { API_TOKEN: empty, DEBUG: empty }, devVars: { API_TOKEN: 'kept' } }),
  );
  expect(bindings).toEqual({ API_TOKEN: 'kept' });
});

test('every setting of the Worker can stand in the environment, and nothing else of it reaches the Worker', () => {
  const named = SETTING_NAMES.filter((name) => !INTERNAL_NAMES.includes(name));
  const { bindings } = mergeSettings(
    sources({
      environment: { ...Object.fromEntries(named.map((name) => [name, 'x'])), HOME: '/home', PORT: '1' },
    }),
  );
  expect(Object.keys(bindings).sort()).toEqual([...named].sort());
});

test.each([
  ['a TOML table', { a: { base: 'https://a', key: 'A_KEY' }, b: { base: 'https://b' } }],
  ['JSON text', '{"a":{"base":"https://a","key":"A_KEY"},"b":{"base":"https://b"}}'],
  ['a list of several', { a: { base: 'https://a', key: ['A_KEY'] } }],
])('a secret that UPSTREAMS names is bound, from %s', (_, UPSTREAMS) => {
  const { bindings, secrets } = mergeSettings(
    sources({ environment: { A_KEY: 'secret-a', B_KEY: 'secret-b' }, toml: { UPSTREAMS } }),
  );
  expect(bindings).toEqual({ UPSTREAMS, A_KEY: 'secret-a' });
  expect(secrets).toContain('A_KEY');
});

test.each(['{', '[]', '3', '{"a":null}', '{"a":{"key":7}}', '{"a":{"key":""}}'])(
  'malformed UPSTREAMS %s name no secret and break nothing',
  (UPSTREAMS) => {
    expect(mergeSettings(sources({ environment: { UPSTREAMS } })).bindings).toEqual({ UPSTREAMS });
  },
);

test('a name in a file that is no setting is told', () => {
  const { unknown } = mergeSettings(
    sources({ devVars: { OPENAI_API_KYE: 'x', OPENAI_API_KEY: 'y', PORT: '1' }, toml: { UNHEARD: 1 } }),
  );
  expect(unknown.map(({ name }) => name)).toEqual(['OPENAI_API_KYE', 'UNHEARD']);
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
  ['gateway.example', false],
  ['localhost.example', false],
])('on HOST %s the server is local: %s', (HOST, local) => {
  const result = makePlan(sources({ environment: { HOST } }));
  expect(result.ok && result.plan.bindings['LOCAL_SERVER']).toBe(local ? 'true' : undefined);
});

test('settings of a .env are called by that name, and what else stands there is nobody’s mistake', () => {
  const { origins, unknown } = mergeSettings(
    sources({
      devVars: { API_TOKEN: 'x', DATABASE_URL: 'y' },
      devVarsFile: '.env',
      toml: { UNHEARD: 1 },
    }),
  );
  expect(origins.get('API_TOKEN')).toBe('.env');
  expect(unknown.map(({ name }) => name)).toEqual(['UNHEARD']);
  expect(problems({ devVars: { MAX_TOKENS: 'many' }, devVarsFile: '.env' })).toEqual([
    expect.stringContaining('(it is set in .env)'),
  ]);
});

test('no file and no environment can make a server local', () => {
  const said = { LOCAL_SERVER: 'true', HOST: '0.0.0.0' };
  for (const place of ['environment', 'devVars', 'toml'] as const) {
    const result = makePlan(sources({ [place]: said }));
    expect(result.ok && 'LOCAL_SERVER' in result.plan.bindings).toBe(false);
  }
});

test('a bad setting is told by its name, its fault and its place, never by its value', () => {
  expect(
    problems({
      environment: { PORT: '80000', HOST: 'a b', TEMPERATURE: 'warm' },
      devVars: { OPENAI_API_KEY: 'sk-se cret' },
      toml: { MAX_TOKENS: 0 },
    }),
  ).toEqual([
    'HOST must be a host name or an IP address, such as 127.0.0.1 or 0.0.0.0',
    'OPENAI_API_KEY must be visible ASCII characters without spaces or line breaks (it is set in .dev.vars)',
    expect.stringMatching(/^MAX_TOKENS must be .* \(it is set in wrangler.toml\)$/),
    'TEMPERATURE must be a number from 0 to 2 (it is set in the environment)',
  ]);
  expect(problems({ environment: { PORT: '80000' } })).toEqual([
    'PORT must be a whole number from 0 to 65535, such as 8000',
  ]);
});
