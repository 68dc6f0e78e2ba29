import { describe, expect, test } from 'vitest';
import { connectionFrom, type Profile } from '../../../src/cli/connection.ts';
import { wordsFor } from '../../../src/cli/words.ts';
import { languageOf } from '../../../src/launcher/locale.ts';

const words = wordsFor('en');
const PROFILES: Record<string, Profile> = {
  default: { base_url: 'http://default/v1', api_key: 'of-default', model: 'm' },
  team: { base_url: 'http://team/v1', api_key: 'of-team' },
  open: { base_url: 'http://open/v1' },
};

describe('the server and its key', () => {
  test.each([
    ['nothing', {}, {}, {}, 'http://127.0.0.1:8000/v1', undefined],
    [
      "OpenAI's variables",
      {},
      { OPENAI_BASE_URL: 'http://o/v1', OPENAI_API_KEY: 'k' },
      {},
      'http://o/v1',
      'k',
    ],
    ['a key alone', {}, { OPENAI_API_KEY: 'k' }, {}, 'http://127.0.0.1:8000/v1', 'k'],
    ['the default profile', {}, { OPENAI_API_KEY: 'k' }, PROFILES, 'http://default/v1', 'of-default'],
    [
      "a server of OpenAI's variables",
      {},
      { OPENAI_BASE_URL: 'http://o/v1' },
      PROFILES,
      'http://o/v1',
      undefined,
    ],
    [
      'a profile that is asked for',
      { profile: 'team' },
      { NEXCODE_BASE_URL: 'http://n/v1', NEXCODE_API_KEY: 'n' },
      PROFILES,
      'http://team/v1',
      'of-team',
    ],
    [
      'a profile without a key',
      { profile: 'open' },
      { NEXCODE_API_KEY: 'n', OPENAI_API_KEY: 'k' },
      PROFILES,
      'http://open/v1',
      undefined,
    ],
    ['a profile and a key', { profile: 'team', apiKey: 'f' }, {}, PROFILES, 'http://team/v1', 'f'],
    [
      'our own variables',
      {},
      { NEXCODE_BASE_URL: 'http://n', NEXCODE_API_KEY: 'n', OPENAI_BASE_URL: 'http://o' },
      PROFILES,
      'http://n/v1',
      'n',
    ],
    [
      'our own server alone',
      {},
      { NEXCODE_BASE_URL: 'http://n', OPENAI_API_KEY: 'k' },
      PROFILES,
      'http://n/v1',
      undefined,
    ],
    [
      'a server on the command line',
      { baseUrl: 'http://f/' },
      { OPENAI_API_KEY: 'k' },
      PROFILES,
      'http://f/v1',
      'k',
    ],
    ['a path', { baseUrl: 'https://f/api/v1/' }, {}, {}, 'https://f/api/v1', undefined],
  ] as const)('%s', (_, flags, environment, profiles, baseUrl, apiKey) => {
    expect(connectionFrom({ flags, environment, profiles }, words)).toMatchObject({ baseUrl, apiKey });
  });

  test('a base URL with credentials is refused, and they are not repeated', () => {
    const flags = { baseUrl: 'http://me:secret@host/v1' };
    expect(() => connectionFrom({ flags, environment: {}, profiles: {} }, words)).toThrow(/^(?!.*secret)/);
  });

  test('a profile by the name of a member of every object is none', () => {
    const flags = { profile: 'constructor' };
    expect(() => connectionFrom({ flags, environment: {}, profiles: {} }, words)).toThrow('constructor');
  });
});

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'en-US', 'zh'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'zh-CN', 'en'],
  [{ LC_MESSAGES: 'zh_TW', LANG: 'C' }, 'en-US', 'zh'],
  [{ LANG: '' }, 'zh-CN', 'zh'],
  [{}, 'de-DE', 'en'],
] as const)('the language of %j beside %s is %s', (environment, system, language) => {
  expect(languageOf(environment, system)).toBe(language);
});
