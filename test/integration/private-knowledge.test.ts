/** What the operator puts into `knowledge/` is for the server's own credentials: nobody else hears a word of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeIndex } from '../../scripts/knowledge/encode-index.ts';
import { readKnowledge } from '../../scripts/knowledge/read-knowledge.ts';
import { loadWorker } from '../../src/launcher/build.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { apiError, respond } from '../support/answers.ts';
import { BUILT_WORKER } from '../support/build.ts';
import { type Answer, call } from '../support/http.ts';
import { ownSections, projectThesaurus } from '../support/knowledge.ts';
import { API_TOKEN, bearer, CLOSED, JSON_TYPE, OPEN } from '../support/surface.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { startModules, type Workerd } from '../support/workerd.ts';

/** Stands nowhere in the guides. */
const SECRET = 'Quendelbrunn';
const HANDBOOK = `# Team handbook

## Where the ${SECRET} cluster is

The ${SECRET} cluster of our team stands in the cellar. Its gateway needs the token of the team.

## How to require a token at ${SECRET}

Set API_TOKEN as everywhere, then tell ${SECRET}.
`;

/** The built Worker with the handbook in its knowledge. */
async function startWithHandbook(settings: Parameters<typeof startModules>[1]): Promise<Workerd> {
  const guides = await readKnowledge(PROJECT_ROOT);
  const own = ownSections({ handbook: HANDBOOK }).map((section) => ({
    ...section,
    twin: guides.length + section.twin,
  }));
  const bytes = encodeIndex([...guides, ...own], await projectThesaurus());
  const modules = (await loadWorker(BUILT_WORKER)).map((module) =>
    module.name.endsWith('private-knowledge.bin') ? { ...module, contents: Buffer.from(bytes) } : module,
  );
  return startModules(modules, settings);
}

const QUESTIONS = [
  `Where is the ${SECRET} cluster?`,
  'How do I require a token?',
  'Where is the cluster of our team in the cellar?',
  'team handbook',
];

function ask(server: Workerd, path: string, body: object, headers: Record<string, string>): Promise<Answer> {
  return call(server.url, { path, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
}

/** Every way to put a question. */
async function askAll(server: Workerd, headers: Record<string, string>): Promise<string> {
  const answers: string[] = [];
  for (const question of QUESTIONS) {
    const messages = [{ role: 'user', content: question }];
    for (const stream of [false, true]) {
      const chat = await ask(server, '/v1/chat/completions', { model: 'nexcode', messages, stream }, headers);
      const text = await ask(
        server,
        '/v1/completions',
        { model: 'nexcode', prompt: question, stream },
        headers,
      );
      answers.push(chat.text(), text.text());
    }
  }
  return answers.join('\n');
}

const KEY = bearer('sk-of-a-stranger');

describe.each([
  ['accepts every key', respond()],
  ['refuses it', respond(apiError('Incorrect API key provided'), 401)],
])('a closed server before an upstream that %s', (_, script) => {
  let upstream: Upstream;
  let server: Workerd;
  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.always(script);
    server = await startWithHandbook({ ...CLOSED, OPENAI_API_BASE: upstream.base });
  });
  afterAll(async () => {
    await server.close();
    await upstream.close();
  });
  const sent = () => upstream.exchanges.map(({ request }) => request.body.toString()).join('\n');
  const withoutQuestions = (text: string) =>
    QUESTIONS.reduce((rest, question) => rest.replaceAll(question, ''), text);

  test('tells a caller with a key of its own nothing of it, and sends nothing of it upstream', async () => {
    const answers = await askAll(server, KEY);
    expect(withoutQuestions(answers)).not.toContain(SECRET);
    expect(withoutQuestions(sent())).not.toContain(SECRET);
    expect(upstream.exchanges.length).toBeGreaterThan(0);
  });

  test('answers the token out of it', async () => {
    const before = upstream.exchanges.length;
    const answers = await askAll(server, bearer(API_TOKEN));
    const all =
      answers +
      upstream.exchanges
        .slice(before)
        .map(({ request }) => request.body.toString())
        .join('\n');
    expect(all).toContain(`${SECRET} cluster of our team stands in the cellar`);
  });
});

test('a stranger gets byte for byte what a server without such knowledge says', async () => {
  await using upstream = await startUpstream();
  upstream.always(respond(apiError('no'), 401));
  const settings = { ...CLOSED, OPENAI_API_BASE: upstream.base };
  await using knowing = await startWithHandbook(settings);
  await using plain = await startModules(await loadWorker(BUILT_WORKER), settings);
  const body = { model: 'nexcode', messages: [{ role: 'user', content: 'How do I require a token?' }] };
  const [one, other] = await Promise.all(
    [knowing, plain].map((server) => ask(server, '/v1/chat/completions', body, KEY)),
  );
  const stable = (answer: Answer | undefined) => {
    const { id: _, created: __, ...rest } = JSON.parse(answer?.text() ?? '{}');
    return JSON.stringify(rest).replace(/127\.0\.0\.1:\d+/g, 'HOST');
  };
  expect(stable(one)).toBe(stable(other));
});

test('the open door is answered out of it, and callers with keys where the operator says so', async () => {
  await using upstream = await startUpstream();
  upstream.always(respond(apiError('no'), 401));
  const base = { OPENAI_API_BASE: upstream.base };
  await using open = await startWithHandbook({ ...OPEN, ...base });
  expect(await askAll(open, {})).toContain('stands in the cellar');
  await using chosen = await startWithHandbook({ ...CLOSED, ...base, KNOWLEDGE_FOR_CLIENT_KEYS: 'true' });
  expect(await askAll(chosen, KEY)).toContain('stands in the cellar');
});

test('a name of MODELS is listed for those who may use it, and for nobody else', async () => {
  await using other = await startUpstream();
  other.always(respond('{"object":"list","data":[]}'));
  await using server = await startModules(await loadWorker(BUILT_WORKER), {
    ...CLOSED,
    OPENAI_API_BASE: other.base,
    UPSTREAMS: { inner: { base: other.base }, shared: { base: other.base, client_keys: true } },
    MODELS: { hidden: 'inner/a', open: ['inner/a', 'shared/b'], plain: 'c' },
  });
  const idsFor = async (headers: Record<string, string>) => {
    const answer = await call(server.url, { path: '/v1/models', headers });
    return (answer.json() as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  expect(await idsFor(KEY)).toEqual(['nexcode', 'open', 'plain']);
  expect(await idsFor(bearer(API_TOKEN))).toEqual(['nexcode', 'hidden', 'open', 'plain']);
  expect((await call(server.url, { path: '/v1/models/hidden', headers: KEY })).status).toBe(404);
});
