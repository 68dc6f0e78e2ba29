import { describe, expect, test } from 'vitest';
import { isMisconfigured, parseSettings, SETTING_NAMES } from '../../../src/worker/config/settings.ts';
import { defaultUpstream } from '../../../src/worker/config/upstream.ts';
import { settingsWith } from '../../support/settings.ts';

test('a server without any setting has the defaults of the table', () => {
  expect(settingsWith()).toMatchObject({
    base: 'https://api.openai.com/v1',
    key: undefined,
    model: 'gpt-4.1-mini',
    maxTokens: undefined,
    temperature: undefined,
    solutionTemperature: '0.3',
    apiToken: undefined,
    allowClientKeys: true,
    clientKeyPattern: expect.objectContaining({ source: '^sk-' }),
    corsOrigins: [],
    publicHosts: [],
    allowAdminPaths: false,
    completionsMaxPrompts: 32,
    maxBodyBytes: 20 * 1024 * 1024,
    hasKey: false,
    routing: {
      upstreams: [
        {
          name: 'default',
          completionsMode: 'auto',
          headersMs: undefined,
          connectMs: 30_000,
          firstContentMs: 120_000,
          idleMs: 0,
        },
      ],
      models: new Map(),
    },
    debug: false,
    localServer: false,
  });
});

test.each([...SETTING_NAMES])('%s counts as unset when it is empty, blank or null', (name) => {
  for (const empty of ['', '   ', '\n', null, undefined]) {
    expect(settingsWith({ [name]: empty })).toEqual(settingsWith());
  }
});

test('bindings that are no settings do not matter', () => {
  expect(settingsWith({ ASSETS: { fetch: () => undefined }, OPENAI_API_KEYS: 7 })).toEqual(settingsWith());
});

describe('OPENAI_API_BASE', () => {
  test.each([
    ['https://api.openai.com', 'https://api.openai.com/v1'],
    ['https://api.openai.com/', 'https://api.openai.com/v1'],
    ['https://API.OpenAI.com:443/v1/', 'https://api.openai.com/v1'],
    [' http://127.0.0.1:11434/v1 ', 'http://127.0.0.1:11434/v1'],
    ['http://localhost:8080', 'http://localhost:8080/v1'],
    ['http://[::1]:8080', 'http://[::1]:8080/v1'],
    ['https://api.deepseek.com/', 'https://api.deepseek.com/v1'],
    ['https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1'],
    ['https://open.bigmodel.cn/api/paas/v4/', 'https://open.bigmodel.cn/api/paas/v4'],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai/',
      'https://generativelanguage.googleapis.com/v1beta/openai',
    ],
    ['https://example.com/a/../b//', 'https://example.com/b'],
  ])('%s means %s', (given, base) => {
    expect(settingsWith({ OPENAI_API_BASE: given }).base).toBe(base);
  });

  test.each([
    'api.openai.com',
    'localhost:8080',
    'ftp://example.com/v1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:secret@example.com/v1',
    'https://user@example.com/v1',
    'https://example.com/v1?api-version=1',
    'https://example.com/v1#a',
    'https://',
    'https://exa mple.com',
  ])('%s is refused', (given) => {
    expect(problemsOf({ OPENAI_API_BASE: given })).toEqual([
      { name: 'OPENAI_API_BASE', message: expect.stringMatching(/^must be an http or https address/) },
    ]);
  });
});

describe('secrets', () => {
  test.each(['OPENAI_API_KEY', 'API_TOKEN'])('%s loses the white space of a pasted line', (name) => {
    const { key, apiToken } = settingsWith({ [name]: '  sk-abc\n' });
    expect(key ?? apiToken).toBe('sk-abc');
  });

  test.each(['a b', 'a\nb', 'schlüssel', '密钥', 'a\u0000b', 'a\tb'])(
    'a secret that fits in no header (%j) is refused without being repeated',
    (secret) => {
      for (const name of ['OPENAI_API_KEY', 'API_TOKEN']) {
        expect(problemsOf({ [name]: secret })).toEqual([
          { name, message: expect.stringContaining('visible ASCII') },
        ]);
      }
    },
  );
});

describe('numbers', () => {
  test.each([
    ['MAX_TOKENS', '1', 'maxTokens', 1],
    ['MAX_TOKENS', 4096, 'maxTokens', 4096],
    ['MAX_TOKENS', ' 4096 ', 'maxTokens', 4096],
    ['MAX_BODY_BYTES', '1048576', 'maxBodyBytes', 1_048_576],
    ['COMPLETIONS_MAX_PROMPTS', '20', 'completionsMaxPrompts', 20],
    ['TEMPERATURE', '0.70', 'temperature', '0.70'],
    ['TEMPERATURE', 0, 'temperature', '0'],
    ['TEMPERATURE', ' 2 ', 'temperature', '2'],
    ['TEMPERATURE', '1e-1', 'temperature', '1e-1'],
    ['SOLUTION_TEMPERATURE', '1.0', 'solutionTemperature', '1.0'],
  ] as const)('%s of %j is %s: %j', (name, given, member, value) => {
    expect(settingsWith({ [name]: given })[member]).toBe(value);
  });

  test.each([
    ['UPSTREAM_HEADERS_MS', '30000', 'headersMs', 30_000],
    ['UPSTREAM_CONNECT_MS', '400', 'connectMs', 400],
    ['UPSTREAM_FIRST_CONTENT_MS', '500', 'firstContentMs', 500],
    ['UPSTREAM_IDLE_MS', 0, 'idleMs', 0],
  ] as const)('%s of %j is a limit of the default upstream', (name, given, member, value) => {
    expect(defaultUpstream(settingsWith({ [name]: given }).routing.upstreams)[member]).toBe(value);
  });

  test.each([
    ['MAX_TOKENS', '0'],
    ['MAX_TOKENS', '-5'],
    ['MAX_TOKENS', '1.5'],
    ['MAX_TOKENS', 'many'],
    ['MAX_TOKENS', '0x10'],
    ['MAX_TOKENS', 'Infinity'],
    ['MAX_TOKENS', '9007199254740993'],
    ['MAX_TOKENS', true],
    ['MAX_BODY_BYTES', '20 MiB'],
    ['MAX_BODY_BYTES', '1'],
    ['UPSTREAM_IDLE_MS', '-1'],
    ['UPSTREAM_HEADERS_MS', '30s'],
    ['COMPLETIONS_MAX_PROMPTS', '0'],
    ['TEMPERATURE', '2.1'],
    ['TEMPERATURE', '-0.1'],
    ['TEMPERATURE', '.5'],
    ['TEMPERATURE', '1.'],
    ['TEMPERATURE', '01'],
    ['TEMPERATURE', '+1'],
    ['TEMPERATURE', 'NaN'],
    ['TEMPERATURE', '1, "n": 100'],
    ['SOLUTION_TEMPERATURE', '0x1'],
    ['SOLUTION_TEMPERATURE', []],
  ])('%s of %j is refused with the numbers that it takes', (name, given) => {
    expect(problemsOf({ [name]: given })).toEqual([
      { name, message: expect.stringMatching(/^must be a (whole )?number from [\d.]+ to \d+/) },
    ]);
  });
});

describe('switches', () => {
  const SWITCHES = [
    ['REQUIRE_AUTH', 'requireAuth'],
    ['ALLOW_CLIENT_KEYS', 'allowClientKeys'],
    ['ALLOW_ADMIN_PATHS', 'allowAdminPaths'],
    ['DEBUG', 'debug'],
    ['LOCAL_SERVER', 'localServer'],
  ] as const;

  test.each(SWITCHES)('%s is true or false, as a text or a TOML value', (name, member) => {
    for (const yes of [true, 'true', 'TRUE', ' True ']) {
      expect(settingsWith({ [name]: yes })[member]).toBe(true);
    }
    for (const no of [false, 'false', 'FALSE', ' False ']) {
      expect(settingsWith({ [name]: no })[member]).toBe(false);
    }
  });

  test.each(SWITCHES)('%s of anything else is refused, never guessed', (name) => {
    for (const other of ['yes', '1', '0', 'on', 'ture', 1, 0, {}, []]) {
      expect(problemsOf({ [name]: other })).toEqual([{ name, message: 'must be true or false' }]);
    }
  });
});

describe('lists', () => {
  test.each([
    ['https://app.example.com', ['https://app.example.com']],
    [
      ' https://a.example.com , http://localhost:3000 ,, ',
      ['https://a.example.com', 'http://localhost:3000'],
    ],
    ['tauri://localhost,app://obsidian.md', ['tauri://localhost', 'app://obsidian.md']],
    ['chrome-extension://abcdefgh', ['chrome-extension://abcdefgh']],
    [' , ', []],
  ])('CORS_ORIGINS of %j is %j', (given, origins) => {
    expect(settingsWith({ CORS_ORIGINS: given }).corsOrigins).toEqual(origins);
  });

  test.each([
    '*',
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/chat',
    'https://*.example.com',
    'https://app.example.com:443',
    'https://user@app.example.com',
    'https://app.example.com?x',
    'file://',
    'https://a.example.com;https://b.example.com',
  ])('CORS_ORIGINS of %j is refused: it is no origin that a browser would send', (given) => {
    expect(problemsOf({ CORS_ORIGINS: given })).toEqual([
      { name: 'CORS_ORIGINS', message: expect.stringMatching(/^must be origins such as/) },
    ]);
  });

  test.each([
    ['chat.example.com', ['chat.example.com']],
    ['Chat.Example.com:8443, 192.168.1.5', ['chat.example.com:8443', '192.168.1.5']],
    ['[fd00::1]:8000', ['[fd00::1]:8000']],
  ])('PUBLIC_HOSTS of %j is %j', (given, hosts) => {
    expect(settingsWith({ PUBLIC_HOSTS: given }).publicHosts).toEqual(hosts);
  });

  test.each(['https://chat.example.com', '*', '*.example.com', 'a b', 'chat.example.com/'])(
    'PUBLIC_HOSTS of %j is refused',
    (given) => {
      expect(problemsOf({ PUBLIC_HOSTS: given })).toEqual([
        { name: 'PUBLIC_HOSTS', message: expect.stringMatching(/^must be host names such as/) },
      ]);
    },
  );
});

test.each(['auto', 'native', 'chat'] as const)('COMPLETIONS_MODE may be %s', (mode) => {
  expect(defaultUpstream(settingsWith({ COMPLETIONS_MODE: mode }).routing.upstreams).completionsMode).toBe(
    mode,
  );
});

test('COMPLETIONS_MODE of anything else is refused with the words that it takes', () => {
  expect(problemsOf({ COMPLETIONS_MODE: 'legacy' })).toEqual([
    { name: 'COMPLETIONS_MODE', message: 'must be auto, native or chat' },
  ]);
});

test.each(['^(?=.*a)sk-', '(sk)-\\1', '^sk-(?:a{100}){100}'])(
  'CLIENT_KEY_PATTERN %s cannot be matched in linear time, and the cure is named',
  (pattern) => {
    expect(problemsOf({ CLIENT_KEY_PATTERN: pattern })).toEqual([
      { name: 'CLIENT_KEY_PATTERN', message: expect.stringMatching(/linear time: write it without/) },
    ]);
  },
);

test('CLIENT_KEY_PATTERN is a regular expression, and one that is none is refused', () => {
  expect(settingsWith({ CLIENT_KEY_PATTERN: '^(sk|gsk)[-_]' }).clientKeyPattern.source).toBe('^(sk|gsk)[-_]');
  expect(problemsOf({ CLIENT_KEY_PATTERN: '(' })).toEqual([
    { name: 'CLIENT_KEY_PATTERN', message: expect.stringContaining('regular expression') },
  ]);
});

test.each([...SETTING_NAMES])('%s of a wrong type is refused with its cure, never a crash', (name) => {
  const [problem, ...others] = problemsOf({ [name]: ['sk-secret'] });
  expect(others).toEqual([]);
  expect(problem?.name).toBe(name);
  expect(problem?.message).toMatch(/^must be /);
});

test('every problem is found at once, and none repeats the value', () => {
  const problems = problemsOf({
    OPENAI_API_BASE: 'secret-1',
    OPENAI_API_KEY: 'secret 2',
    MAX_TOKENS: 'secret-3',
    REQUIRE_AUTH: 'secret-4',
    COMPLETIONS_MODE: 'secret-5',
    CLIENT_KEY_PATTERN: '(secret-6',
    CORS_ORIGINS: 'secret-7',
    PUBLIC_HOSTS: 'secret/8',
    OPENAI_MODEL: 'secret-9'.repeat(100),
  });
  expect(problems.map(({ name }) => name).sort()).toEqual([
    'CLIENT_KEY_PATTERN',
    'COMPLETIONS_MODE',
    'CORS_ORIGINS',
    'MAX_TOKENS',
    'OPENAI_API_BASE',
    'OPENAI_API_KEY',
    'OPENAI_MODEL',
    'PUBLIC_HOSTS',
    'REQUIRE_AUTH',
  ]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});

describe('an unset REQUIRE_AUTH', () => {
  test.each([
    [{}, false, 'nothing_to_spend'],
    [{ OPENAI_API_BASE: 'https://api.openai.com/' }, false, 'nothing_to_spend'],
    [{ API_TOKEN: 'token' }, false, 'nothing_to_spend'],
    [{ OPENAI_API_KEY: 'sk-a' }, true, 'fresh_deployment'],
    [{ OPENAI_API_KEY: 'sk-a', API_TOKEN: 'token' }, true, 'fresh_deployment'],
    [{ OPENAI_API_BASE: 'http://10.0.0.5:8000/v1' }, true, 'fresh_deployment'],
    [{ OPENAI_API_BASE: 'http://10.0.0.5:8000/v1', OPENAI_API_KEY: 'k' }, true, 'fresh_deployment'],
    [{ LOCAL_SERVER: 'true', OPENAI_API_KEY: 'sk-a' }, false, 'local'],
    [{ LOCAL_SERVER: 'true', OPENAI_API_BASE: 'http://10.0.0.5:8000/v1' }, false, 'local'],
    [{ LOCAL_SERVER: 'false', OPENAI_API_KEY: 'sk-a' }, true, 'fresh_deployment'],
    [
      { LOCAL_SERVER: 'true', PUBLIC_HOSTS: 'chat.example.com', OPENAI_API_KEY: 'sk-a' },
      true,
      'fresh_deployment',
    ],
  ])('with %j comes to %s (%s)', (bindings, requireAuth, requireAuthReason) => {
    expect(settingsWith(bindings)).toMatchObject({ requireAuth, requireAuthReason });
  });

  test.each([true, false])('does not matter once it is set to %s', (requireAuth) => {
    for (const bindings of [{}, { OPENAI_API_KEY: 'k' }, { LOCAL_SERVER: true, OPENAI_API_KEY: 'k' }]) {
      expect(settingsWith({ ...bindings, REQUIRE_AUTH: requireAuth })).toMatchObject({
        requireAuth,
        requireAuthReason: 'set',
      });
    }
  });
});

test.each([
  [{ REQUIRE_AUTH: true }, true],
  [{ OPENAI_API_KEY: 'k' }, true],
  [{ REQUIRE_AUTH: true, API_TOKEN: 't' }, false],
  [{ REQUIRE_AUTH: false, OPENAI_API_KEY: 'k' }, false],
  [{}, false],
])('a server with %j is misconfigured: %s', (bindings, misconfigured) => {
  expect(isMisconfigured(settingsWith(bindings))).toBe(misconfigured);
});

function problemsOf(bindings: Readonly<Record<string, unknown>>) {
  const result = parseSettings(bindings);
  return result.ok ? [] : result.problems;
}
