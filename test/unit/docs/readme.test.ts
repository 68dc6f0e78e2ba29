/** The two READMEs say the same, and what they show is what happens: the first request, and each of the set-ups. */
import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Marked, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { makePlan, type Plan } from '../../../src/launcher/plan.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { chatCompletion, respond } from '../../support/answers.ts';
import { startGateway } from '../../support/gateway.ts';
import { startUpstream } from '../../support/upstream.ts';

const run = promisify(execFile);

const READMES = { en: 'README.md', zh: 'README.zh-CN.md' } as const;
type Language = keyof typeof READMES;
const LANGUAGES = ['en', 'zh'] as const;

/** A page to read, not a manual. */
const MOST_LINES = 130;

async function textOf(language: Language): Promise<string> {
  return readFile(join(PROJECT_ROOT, READMES[language]), 'utf8');
}

async function tokensOf(language: Language): Promise<Token[]> {
  return new Marked().lexer(await textOf(language));
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table';
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === 'code';
}

/** What must correspond, whatever the language: kinds of blocks, code, and the code inside prose. */
function shapeOf(tokens: readonly Token[]): unknown[] {
  return tokens
    .filter(({ type }) => type !== 'space')
    .map((token) => {
      if (isCode(token)) return ['code', token.lang, isInLanguage(token) ? '' : withoutGreeting(token.text)];
      if (isTable(token)) {
        return ['table', token.rows.map((row) => row.map(({ text }) => codesOf(text).join(' ')))];
      }
      if (token.type === 'heading') return ['heading', token['depth']];
      if (token.type === 'list')
        return ['list', token['items'].map(({ text }: Tokens.ListItem) => codesOf(text))];
      return [token.type, codesOf(token.raw).sort()];
    });
}

/** An answer, or what a start prints: in each language its own. */
function isInLanguage({ lang }: Tokens.Code): boolean {
  return lang === 'json' || lang === 'text';
}

function codesOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function withoutGreeting(code: string): string {
  return code.replaceAll('你好！', 'Hello!');
}

/** The set-ups: every command that ends in `npm start` and stands in a table. */
async function setupsOf(language: Language): Promise<string[]> {
  const cells = (await tokensOf(language))
    .filter(isTable)
    .flatMap(({ rows }) => rows.map((row) => row[1]?.text ?? ''));
  return cells.flatMap(codesOf).filter((code) => code.endsWith('npm start'));
}

/** What the launcher makes of a line that a shell reads. */
async function planOf(command: string): Promise<Plan> {
  const { stdout } = await run('bash', ['-euc', command.replace(/npm start$/, 'env -0')], { env: {} });
  const environment = Object.fromEntries(
    stdout
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const result = makePlan({ environment, devVars: {}, devVarsFile: '.dev.vars', toml: {} });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.plan;
}

describe('the READMEs', () => {
  test('correspond: headings, tables, lists and code', async () => {
    const [en, zh] = await Promise.all(LANGUAGES.map(tokensOf));
    expect(shapeOf(zh ?? [])).toEqual(shapeOf(en ?? []));
    expect(en?.filter(isTable).length).toBeGreaterThanOrEqual(3);
    expect(en?.filter(isCode).length).toBeGreaterThanOrEqual(5);
  });

  test('have the same set-ups', async () => {
    const [en, zh] = await Promise.all(LANGUAGES.map(setupsOf));
    expect(zh).toEqual(en);
    expect(en?.length).toBeGreaterThanOrEqual(5);
  });

  test.each(LANGUAGES)('are short, and link to nothing that is not there (%s)', async (language) => {
    const text = await textOf(language);
    expect(text.split('\n').length).toBeLessThanOrEqual(MOST_LINES);
    const links = [...text.matchAll(/(?:\]\(|(?:src|srcset)=")([^)"#]+)[)"#]/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links.filter((each) => !/^https?:/.test(each))) await access(join(PROJECT_ROOT, link));
  });

  test.each(LANGUAGES)('show the answer that the first request gets (%s)', async (language) => {
    const codes = (await tokensOf(language)).filter(isCode);
    const request = codes.find(({ text }) => text.startsWith('curl '))?.text ?? '';
    const shown = JSON.parse(codes.find(({ lang }) => lang === 'json')?.text ?? '');
    await using gateway = await startGateway({});
    const { stdout } = await run('bash', ['-euc', request.replaceAll('http://localhost:8000', gateway.url)], {
      env: { PATH: process.env['PATH'], no_proxy: '127.0.0.1,localhost' },
    });
    const { id, created, system_fingerprint, ...answer } = JSON.parse(stdout);
    expect(shown).toEqual({
      ...answer,
      id: expect.any(String),
      created: expect.any(Number),
      system_fingerprint: expect.any(String),
    });
    expect([typeof id, typeof created, typeof system_fingerprint]).toEqual(['string', 'number', 'string']);
  });
});

describe('a set-up of the README', async () => {
  test.each(await setupsOf('en'))('works: %s', async (command) => {
    await using upstream = await startUpstream();
    const ask = respond(chatCompletion({ content: 'Well.' }));
    upstream.always((exchange) =>
      exchange.request.path.endsWith('/models')
        ? respond('{"object":"list","data":[]}')(exchange)
        : ask(exchange),
    );
    const { settings, bindings, address } = await planOf(command);
    const bases = settings.routing.upstreams.map(({ base }) => base);
    const local = Object.fromEntries(
      Object.entries({ OPENAI_API_BASE: settings.base, ...bindings }).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? bases.reduce((text, base) => text.replaceAll(base, upstream.base), value)
          : value,
      ]),
    );
    await using gateway = await startGateway({ LOCAL_SERVER: 'false', ...local });
    const send = (model: string, token: string) =>
      fetch(`${gateway.base}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
      });

    const token = settings.apiToken ?? 'token';
    const answer = await send(settings.model, token);
    expect([answer.status, await answer.text()]).toEqual([200, chatCompletion({ content: 'Well.' })]);
    const sent = upstream.exchanges.at(-1)?.request.head.header('authorization');
    if (command.includes('_KEY=sk-...')) expect(sent).toBe('Bearer sk-...');
    const others = settings.routing.upstreams.filter(({ name }) => name !== 'default');
    for (const { name } of others) {
      const routed = await send(`${name}/some-model`, token);
      expect([routed.status, routed.headers.get('x-nexcode-upstream')]).toEqual([200, `${name}/some-model`]);
    }
    // Whoever opens it to the network closes it with a token.
    expect(settings.requireAuth).toBe(address.host !== '127.0.0.1');
    if (settings.requireAuth) expect((await send(settings.model, 'wrong-token')).status).toBe(401);
  });
});
