/** The assistant without a model: answers out of its knowledge. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatCompletion, respond } from '../support/answers.ts';
import { ask, question, read, readStream, user } from '../support/assistant.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { refusingBase, startUpstream } from '../support/upstream.ts';

describe('with nothing configured', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({});
  });
  afterAll(() => gateway.close());

  test.each([
    ['How do I require a token?', 'API_TOKEN=', '/docs/en/deployment#'],
    ['怎样要求访问令牌？', 'API_TOKEN=', '/docs/zh/deployment#'],
    ['How do I use DeepSeek?', 'https://api.deepseek.com', '/docs/en/recipes#'],
    ['怎么用 DeepSeek', 'https://api.deepseek.com', '/docs/zh/recipes#'],
    ['Why do I get "Authentication failed"?', 'x-nexcode-credentials', '/docs/en/troubleshooting#'],
    ['为什么提示 Authentication failed', 'x-nexcode-credentials', '/docs/zh/troubleshooting#'],
  ])('"%s" is answered out of the guides, with links that work', async (content, expected, link) => {
    const answer = await ask(gateway, question(content));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-nexcode-answer')).toBe('section');
    const completion = await read(answer);
    expect(completion).toMatchObject({ object: 'chat.completion', model: 'nexcode' });
    expect(completion.system_fingerprint).toMatch(/^nexcode-knowledge-[0-9a-f]{8}$/);
    const { content: text } = completion.choices[0].message;
    expect(text).toContain(expected);
    expect(text).toContain(`${gateway.url}${link}`);
    for (const [, page = '', anchor = ''] of text.matchAll(/\((http[^)#]*)#([^)]*)\)/g)) {
      const served = await fetch(page);
      expect(served.status).toBe(200);
      expect(await served.text()).toContain(`id="${decodeURIComponent(anchor)}"`);
    }
  });

  test.each([['今天天气怎么样'], ["What's the weather like?"]])(
    '"%s" is refused honestly',
    async (content) => {
      const answer = await ask(gateway, { ...question(content), stream: true });
      expect(answer.headers.get('x-nexcode-answer')).toBe('none');
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      const { text, finish, done } = readStream(await answer.text());
      expect(text).toMatch(/没有找到这个问题的答案|found no answer/);
      expect([finish, done]).toEqual(['stop', true]);
    },
  );

  test('the official client reads it, streamed and not, whatever its key', async () => {
    const client = new OpenAI({ baseURL: gateway.base, apiKey: 'dummy', maxRetries: 0 });
    const body = { model: 'nexcode', messages: [user('How do I deploy to Cloudflare?')] };
    const whole = await client.chat.completions.create(body);
    const streamed = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    const final = await streamed.finalChatCompletion();
    expect(whole.choices[0]?.message.content).toContain('npm run deploy');
    expect(final.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(final.usage).toEqual(whole.usage);
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    );
  });

  test('a follow-up is understood from the conversation', async () => {
    const answer = await ask(gateway, {
      messages: [
        user('How do I use DeepSeek?'),
        { role: 'assistant', content: '...' },
        user('what about Gemini?'),
      ],
    });
    expect((await read(answer)).choices[0].message.content).toContain('generativelanguage.googleapis.com');
  });

  test.each([
    [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    [{ n: 2 }, 'n'],
    [{ logprobs: true }, 'logprobs'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
      'messages',
    ],
  ])('%j is refused by its name', async (body, param) => {
    const answer = await ask(gateway, { ...question('How do I deploy?'), ...body });
    expect(answer.status).toBe(400);
    expect((await read(answer)).error).toMatchObject({ param, code: 'unsupported_parameter' });
  });

  test.each([[[]], [[{ role: 'system', content: 'x' }]], [['x']], [[null]], [[{ role: 7 }]]])(
    'messages %j are a 400, never a failure',
    async (messages) => {
      const answer = await ask(gateway, { messages });
      expect(answer.status).toBe(400);
      expect((await read(answer)).error.param).toMatch(/^messages/);
    },
  );

  test.each([
    [''],
    ['\u0000\uffff\ud800'],
    ['?'.repeat(100_000)],
    ['令'.repeat(100_000)],
    ['<script>alert(1)</script>'],
    ['__proto__ constructor toString'],
    ['$& $1 %s $x'],
  ])('any text gets an answer', async (content) => {
    const answer = await ask(gateway, question(content));
    expect(answer.status).toBe(200);
    expect(['section', 'none']).toContain(answer.headers.get('x-nexcode-answer'));
  });

  test('its links follow the scheme of a proxy in front', async () => {
    const answer = await ask(gateway, question('How do I use Ollama?'), { 'x-forwarded-proto': 'https' });
    expect((await read(answer)).choices[0].message.content).toContain('(https://127.0.0.1');
  });

  test.each([['/docs/en'], ['/docs/zh'], ['/docs/en/api'], ['/docs.css']])('%s is served', async (path) => {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
  });

  test('it is in the list of models, and the knowledge is served nowhere', async () => {
    const models = await read(await fetch(`${gateway.base}/models`));
    expect(models.data.map(({ id }: { id: string }) => id)).toContain('nexcode');
    for (const path of [
      '/knowledge.bin',
      '/knowledge/README.md',
      '/docs/en/api.md',
      '/src/worker/assistant/knowledge/knowledge.bin',
    ]) {
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    }
  });
});

describe('as a text completion', () => {
  const complete = (gateway: Gateway, body: Record<string, unknown>) =>
    fetch(`${gateway.base}/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'nexcode', ...body }),
    });

  test('the assistant answers out of the guides, streamed and not, for one prompt and for several', async () => {
    await using gateway = await startGateway({ MAX_TOKENS: '5', TEMPERATURE: '1' });
    const answer = await complete(gateway, { prompt: 'How do I require a token?' });
    expect(answer.headers.get('x-nexcode-answer')).toBe('section');
    expect(answer.headers.get('x-nexcode-filled')).toBeNull();
    const { object, choices } = await read(answer);
    expect(object).toBe('text_completion');
    expect(choices[0].text).toContain('API_TOKEN=');
    const several = await read(
      await complete(gateway, { prompt: ['怎样使用 Ollama？', 'How do I use DeepSeek?'] }),
    );
    expect(several.choices[0].text).toContain('11434');
    expect(several.choices[1].text).toContain('deepseek.com');
    const client = new OpenAI({ baseURL: gateway.base, apiKey: 'dummy', maxRetries: 0 });
    let text = '';
    const stream = await client.completions.create({
      model: 'nexcode',
      prompt: 'How do I require a token?',
      stream: true,
    });
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
    expect(text).toBe(choices[0].text);
  });

  test('what it cannot honour is refused by its name', async () => {
    await using gateway = await startGateway({});
    const answer = await complete(gateway, { prompt: 'x', n: 2 });
    expect(answer.status).toBe(400);
    expect((await read(answer)).error.param).toBe('n');
  });

  test('a model answers where one is at hand', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway({
      OPENAI_API_BASE: upstream.base,
      MAX_TOKENS: '77',
      TEMPERATURE: '1',
    });
    upstream.reply(respond(chatCompletion({ content: 'Set it [1].' })));
    const answer = await complete(gateway, { prompt: 'How do I require a token?' });
    expect(answer.headers.get('x-nexcode-answer')).toBe('model');
    expect((await read(answer)).choices[0].text).toMatch(/^Set it \[1\]\.\n\nSources:/);
    const sent = JSON.parse(upstream.exchanges[0]?.request.body.toString() ?? '');
    expect(sent).toMatchObject({ model: 'gpt-4.1-mini', max_tokens: 77, temperature: 0.3 });
  });
});

test('answers need the same credentials as any model', async () => {
  await using gateway = await startGateway({ REQUIRE_AUTH: 'true', API_TOKEN: 'a-token-of-twenty-letters' });
  const answer = await ask(gateway, question('How do I deploy?'));
  expect(answer.status).toBe(401);
  const allowed = await ask(gateway, question('How do I deploy?'), {
    authorization: 'Bearer a-token-of-twenty-letters',
  });
  expect(allowed.headers.get('x-nexcode-answer')).toBe('section');
});

test('without a model in reach, the question is still answered', async () => {
  await using gateway = await startGateway({ OPENAI_API_BASE: await refusingBase() });
  const answer = await ask(gateway, { ...question('怎样使用 Ollama？'), stream: true });
  const { text } = readStream(await answer.text());
  expect(text).toMatch(/^> 模型未能回答/);
  expect(text).toContain('11434');
});

test('OPENAI_MODEL may name the assistant: a request without a model is answered out of the knowledge', async () => {
  await using upstream = await startUpstream();
  await using gateway = await startGateway({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: 'sk-server',
    OPENAI_MODEL: 'nexcode',
  });
  const answer = await ask(gateway, { ...question('How do I require a token?'), model: undefined });
  expect(answer.headers.get('x-nexcode-answer')).toBe('section');
  expect(upstream.exchanges).toEqual([]);
});
