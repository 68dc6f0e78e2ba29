/** What a start says of settings that were misspelt, of targets that lead nowhere, and of a model that was never set. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greeting, lateNote } from '../../../src/launcher/greeting.ts';
import { makePlan, type Plan } from '../../../src/launcher/plan.ts';
import type { RawSettings, SettingSources } from '../../../src/launcher/settings.ts';
import { INTERNAL_NAMES, SETTING_NAMES } from '../../../src/worker/config/settings.ts';

function planOf(sources: Partial<SettingSources>): Plan {
  const result = makePlan({ environment: {}, devVars: {}, devVarsFile: '.dev.vars', toml: {}, ...sources });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.plan;
}

function said(environment: RawSettings, served?: readonly string[]): string {
  const plan = planOf({ environment });
  return greeting(plan, plan.address, { served });
}

const NAMES = [...SETTING_NAMES.filter((name) => !INTERNAL_NAMES.includes(name)), 'HOST', 'PORT'];

describe('a name near a setting', () => {
  test.each([
    ['OPENAI_APIKEY', 'OPENAI_API_KEY'],
    ['OPENAI_API_KYE', 'OPENAI_API_KEY'],
    ['OPENAI_KEY', 'OPENAI_API_KEY'],
    ['openai_api_key', 'OPENAI_API_KEY'],
    ['API_OPENAI_KEY', 'OPENAI_API_KEY'],
    ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    ['OPENAI_API_BASE_URL', 'OPENAI_API_BASE'],
    ['OPENAI_MODELS', 'OPENAI_MODEL'],
    ['REQUIRE_AUHT', 'REQUIRE_AUTH'],
    ['REQUIRED_AUTH', 'REQUIRE_AUTH'],
    ['AUTH_REQUIRE', 'REQUIRE_AUTH'],
    ['API_TOKENS', 'API_TOKEN'],
    ['APITOKEN', 'API_TOKEN'],
    ['NEXCODE_API_TOKEN', 'API_TOKEN'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['PUBLIC_HOST', 'PUBLIC_HOSTS'],
    ['UPSTREAM', 'UPSTREAMS'],
    ['PROT', 'PORT'],
  ])('in the environment is told: %s is %s', (name, meant) => {
    expect(said({ [name]: 'value-not-shown' })).toContain(
      `! ${name} is set in the environment, but is not a setting of NexCode. Is ${meant} meant?`,
    );
    expect(said({ [name]: 'value-not-shown' })).not.toContain('value-not-shown');
  });

  test('one letter too many, too few or wrong, or two swapped: every slip of every setting is told', () => {
    const slip = fc.tuple(
      fc.constantFrom(...NAMES),
      fc.nat(),
      fc.constantFrom('add', 'drop', 'swap', 'other'),
    );
    fc.assert(
      fc.property(slip, ([name, place, kind]) => {
        const at = 1 + (place % (name.length - 2));
        const rest = { add: `Q${name.slice(at)}`, drop: name.slice(at + 1), other: `Q${name.slice(at + 1)}` };
        const slipped =
          name.slice(0, at) +
          (kind === 'swap'
            ? `${name[at + 1]}${name[at]}${name.slice(at + 2)}`
            : rest[kind as keyof typeof rest]);
        fc.pre(!NAMES.includes(slipped));
        expect(planOf({ environment: { [slipped]: 'x' } }).merged.unknown).toMatchObject([{ name: slipped }]);
      }),
    );
  });

  test('in the environment is nobody’s mistake where the setting itself is set', () => {
    const text = said({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_API_BASE: 'http://127.0.0.1:1/v1' });
    expect(text).not.toContain('OPENAI_BASE_URL');
  });

  test('in a file is told with the file, and any other name there too', () => {
    const { unknown } = planOf({ devVars: { REQUIRE_AUHT: 'true' }, toml: { UNHEARD: 1 } }).merged;
    expect(unknown).toEqual([
      { name: 'REQUIRE_AUHT', origin: '.dev.vars', meant: 'REQUIRE_AUTH' },
      { name: 'UNHEARD', origin: 'wrangler.toml', meant: undefined },
    ]);
  });
});

test('names of other programs are left alone', () => {
  const foreign =
    'PATH HOME PWD OLDPWD USER LOGNAME SHELL LANG LC_ALL TERM COLORTERM EDITOR PAGER MAIL TZ TMPDIR TMP TEMP CI HOSTNAME HOSTTYPE OSTYPE DISPLAY ' +
    'NODE_ENV NODE_OPTIONS NPM_TOKEN npm_config_cache GH_TOKEN GITHUB_TOKEN GITLAB_TOKEN APP_TOKEN AWS_TOKEN BOT_TOKEN SLACK_TOKEN HF_TOKEN VAULT_TOKEN ' +
    'OPENAI_ORG_ID OPENAI_ORGANIZATION OPENAI_PROJECT_ID OPENAI_API_TYPE OPENAI_API_VERSION OPENAI_LOG AZURE_OPENAI_API_KEY OPENAI_API_KEY_2 ' +
    'ANTHROPIC_API_KEY ANTHROPIC_BASE_URL GEMINI_API_KEY GENAI_API_KEY GOOGLE_API_KEY DEEPSEEK_API_KEY DASHSCOPE_API_KEY MOONSHOT_API_KEY GROQ_API_KEY MISTRAL_API_KEY ' +
    'CLOUDFLARE_API_TOKEN CLOUDFLARE_ACCOUNT_ID DEBUGINFOD_URLS DEBUG_COLORS XDG_DATA_DIRS LS_COLORS SSH_AUTH_SOCK HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy ' +
    'DATABASE_URL REDIS_URL POSTGRES_PASSWORD JAVA_HOME GOPATH VIRTUAL_ENV PYTHONPATH PROMPT_COMMAND SHLVL _ PS1 OLLAMA_HOST OLLAMA_MODELS APPDATA COMSPEC WINDIR';
  const environment = Object.fromEntries(foreign.split(' ').map((name) => [name, 'x']));
  expect(planOf({ environment }).merged.unknown).toEqual([]);
});

describe('a target of MODELS', () => {
  const UPSTREAMS = { local: { base: 'http://127.0.0.1:1/v1', models: ['llama*'] } };
  const noted = (MODELS: Readonly<Record<string, string | string[]>>, more: RawSettings = {}) => {
    const plan = planOf({ toml: { UPSTREAMS, MODELS, ...more } });
    return greeting(plan, plan.address);
  };

  test('whose upstream is misspelt is told, with what is there', () => {
    const text = noted({ smart: ['loacl/qwen3', 'local/qwen3'] });
    expect(text).toContain(
      'MODELS.smart leads to loacl/qwen3, but there is no upstream loacl (there is: local, default)',
    );
    expect(text).toContain('Is local meant?');
  });

  test('that nobody serves is told where the server has no key for OpenAI', () => {
    expect(noted({ smart: 'qwen3' })).toContain('MODELS.smart leads to qwen3, but no upstream names it');
    expect(noted({ smart: 'qwen3' }, { OPENAI_API_KEY: 'sk-1' })).not.toContain('MODELS.smart leads');
  });

  test('that leads somewhere is not a note, and neither is a name with a slash at another server', () => {
    expect(noted({ a: 'local/x', b: 'llama3', c: ['local/y'] })).not.toContain('leads to');
    expect(noted({ a: 'Qwen/Qwen3' }, { OPENAI_API_BASE: 'http://127.0.0.1:2/v1' })).not.toContain(
      'leads to',
    );
  });
});

describe('OPENAI_MODEL', () => {
  const base = { OPENAI_API_BASE: 'http://127.0.0.1:11434' };

  test('unset before another server is told, with the models that it serves', () => {
    const text = said(base, ['nomic-embed-text', 'llama3.2', 'qwen3']);
    expect(text).toContain('OPENAI_MODEL is not set');
    expect(text).toContain('ask http://127.0.0.1:11434/v1 for gpt-4.1-mini, which it does not have');
    expect(text).toContain('It serves: nomic-embed-text, llama3.2, qwen3.');
    expect(text).toContain('for example: OPENAI_MODEL=llama3.2');
  });

  test('of many models the first are named', () => {
    const many = Array.from({ length: 30 }, (_, at) => `m-${at}`);
    expect(said(base, many)).toContain('m-7, and 22 more.');
    expect(said(base, many)).not.toContain('m-8,');
  });

  test('is told without names where they are not known, and once they are', () => {
    expect(said(base)).toContain('which it may not have');
    expect(said(base, [])).toContain('which it may not have');
    const plan = planOf({ environment: base });
    expect(lateNote(plan, ['llama3.2'])).toContain('It serves: llama3.2.');
    expect(lateNote(plan, [])).toBeUndefined();
  });

  test.each([
    ['set', { ...base, OPENAI_MODEL: 'llama3.2' }, undefined],
    ['unset before OpenAI', { OPENAI_API_KEY: 'sk-1' }, undefined],
    ['unset where the default is served', base, ['gpt-4.1-mini']],
    [
      'unset where MODELS says what the default is',
      { ...base, MODELS: '{"gpt-4.1-mini":"llama3.2"}' },
      undefined,
    ],
  ])('%s is no note', (_, environment, served) => {
    expect(said(environment, served)).not.toContain('OPENAI_MODEL is not set');
  });
});
