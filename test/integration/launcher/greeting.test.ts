import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { greeting } from '../../../src/launcher/greeting.ts';
import { launcherWords } from '../../../src/launcher/locale.ts';
import { makePlan } from '../../../src/launcher/plan.ts';

const LONG_TOKEN = 'a-token-of-more-than-twenty-characters';

function greet(environment: Readonly<Record<string, string>>): string {
  const result = makePlan({ environment, devVars: {}, devVarsFile: '.dev.vars', toml: {} });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return greeting(result.plan, result.plan.address);
}

test.each([
  [{}, 'http://localhost:8000'],
  [{ PORT: '80' }, 'http://localhost'],
  [{ HOST: '0.0.0.0', PORT: '9000' }, 'http://localhost:9000'],
  [{ HOST: '::' }, 'http://localhost:8000'],
  [{ HOST: '::1' }, 'http://localhost:8000'],
  [{ HOST: '192.168.1.5' }, 'http://192.168.1.5:8000'],
])('with %j a browser finds the page at %s', (environment, url) => {
  expect(greet(environment)).toContain(`Page         ${url}\n`);
  expect(greet(environment)).toContain(`API          ${url}/v1\n`);
});

test.each([
  [
    {},
    'open: a request needs no token (REQUIRE_AUTH is not set, and only this machine reaches 127.0.0.1; what comes through a proxy needs a token)',
  ],
  [{ HOST: '0.0.0.0' }, 'open: a request needs no token (REQUIRE_AUTH is not set, and the server has no key'],
  [
    { HOST: '0.0.0.0', OPENAI_API_KEY: 'sk-1' },
    'closed: a request needs API_TOKEN (REQUIRE_AUTH is not set, and other machines can reach 0.0.0.0)',
  ],
  [
    { REQUIRE_AUTH: 'true', API_TOKEN: LONG_TOKEN },
    'closed: a request needs API_TOKEN (REQUIRE_AUTH is true)',
  ],
  [{ REQUIRE_AUTH: 'FALSE' }, 'open: a request needs no token (REQUIRE_AUTH is false)'],
])('with %j the access is told with its reason', (environment, access) => {
  expect(greet(environment)).toContain(access);
});

test('credentials are named and never shown', () => {
  const text = greet({ OPENAI_API_KEY: 'sk-secret', API_TOKEN: LONG_TOKEN, ALLOW_CLIENT_KEYS: 'false' });
  expect(text).toContain('OPENAI_API_KEY is set in the environment; API_TOKEN is set in the environment');
  expect(text).toContain("callers' own keys are refused");
  expect(text).not.toContain('sk-secret');
  expect(text).not.toContain(LONG_TOKEN);
});

test.each([
  ['other models need the', {}, { OPENAI_API_BASE: 'http://127.0.0.1:11434' }],
  ['could be guessed', { API_TOKEN: 'short' }, { API_TOKEN: LONG_TOKEN }],
  ['API_TOKEN is not set', { REQUIRE_AUTH: 'true' }, { REQUIRE_AUTH: 'true', API_TOKEN: LONG_TOKEN }],
  ['over the network', { REQUIRE_AUTH: 'false', HOST: '0.0.0.0' }, { REQUIRE_AUTH: 'false' }],
])('the note "%s" comes where it is due, and only there', (note, due, notDue) => {
  expect(greet(due)).toContain(note);
  expect(greet(notDue)).not.toContain(note);
});

test.each([
  ['127.0.0.1', 'short', true],
  ['0.0.0.0', 'short', false],
  ['192.168.1.5', 'nineteen-characters', false],
  ['0.0.0.0', 'twenty-characters-ok', true],
])('at %s the token "%s" starts: %s', (HOST, API_TOKEN, starts) => {
  const result = makePlan({
    environment: { HOST, API_TOKEN },
    devVars: {},
    devVarsFile: '.dev.vars',
    toml: {},
  });
  expect(result.ok).toBe(starts);
  if (result.ok) return;
  const text = result.problems.join(' ');
  expect(text).toMatch(/API_TOKEN has fewer than 20 characters .*randomBytes/);
  expect(text).not.toContain(API_TOKEN);
});

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  const words = launcherWords(language);

  test('the labels stand above each other', () => {
    expect(new Set(Object.values(words.labels).map((label) => stringWidth(label))).size).toBe(1);
  });

  test('a start says everything in that language', () => {
    const result = makePlan({
      environment: { HOST: '0.0.0.0', REQUIRE_AUTH: 'true', LEDGER: 'true', API_TOKEN: LONG_TOKEN },
      devVars: { OPENAI_MODL: 'x', UPSTREAMS: '{"a":{"base":"http://a/v1","models":["m*"]}}' },
      devVarsFile: '.dev.vars',
      toml: { MODELS: { fast: ['b/x', 'm1'] }, OPENAI_API_BASE: 'http://127.0.0.1:9/v1' },
    });
    if (!result.ok) throw new Error(result.problems.join('\n'));
    const text = greeting(result.plan, result.plan.address, {
      addresses: ['192.0.2.1'],
      served: ['m1'],
      state: {
        folder: '/state',
        issuesKeys: true,
        records: true,
        bindings: {},
        problem: words.stateUnwritable('/x', 'EACCES', { issues: true, records: true }),
      },
      words,
    });
    for (const line of text.split('\n').filter((each) => /\S/.test(each)))
      if (language === 'zh') expect(line).toMatch(/\p{Script=Han}|^ {2}API|^ +default: |OPENAI_MODEL=/u);
      else expect(line).not.toMatch(/\p{Script=Han}/u);
    expect(text).toContain(words.noSetting('OPENAI_MODL', '.dev.vars'));
    expect(text).toContain(`${words.labels.usage}http://localhost:8000/usage`);
  });
});

test('a problem with a setting names its place in the language of the person', () => {
  const sources = { environment: { LEDGER: 'x' }, devVars: {}, devVarsFile: '.dev.vars', toml: {} } as const;
  const result = makePlan(sources, undefined, launcherWords('zh'));
  expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining('（在环境变量中设置）')] });
});
