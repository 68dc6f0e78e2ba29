/** Streams of every endpoint that can be taken up again: the Responses API, native and translated, and the assistant. */
import { expect, test } from 'vitest';
import { chatStream, EVENT_STREAM, stream } from '../support/answers.ts';
import { call } from '../support/http.ts';
import { startRelay } from '../support/relay.ts';
import { namedEvent, responseOpening } from '../support/responses-model.ts';
import { ended, RECORDING, RESUMABLE, stopStream, takeUp } from '../support/streams.ts';

const HEADERS = { 'content-type': 'application/json', ...RESUMABLE };

const asked = (members: object) => ({
  path: '/v1/responses',
  headers: HEADERS,
  body: JSON.stringify({ model: 'gpt-test', input: 'Hi', stream: true, store: false, ...members }),
});

test('a response of the upstream’s own endpoint is taken up byte for byte, and a stop is told in its form', async () => {
  await using relay = await startRelay({ ...RECORDING, RESPONSES_MODE: 'native' });
  const opening = responseOpening('Hi');
  const completed = namedEvent('response.completed', {
    response: { status: 'completed', usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
  });
  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(opening);
    await exchange.body(completed);
    await exchange.end();
  });
  const answer = await call(relay.server.url, asked({}));
  expect(answer.text()).toBe(opening + completed);
  const id = answer.head.header('x-nexcode-stream') ?? '';
  expect(await ended(relay.server.url, id)).toMatchObject({
    status: 'completed',
    endpoint: '/v1/responses',
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  });
  await using again = await takeUp(relay.server.url, id);
  await again.rest();
  expect(again.text).toBe(opening + completed);

  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(opening);
  });
  const under = await fetch(`${relay.server.base}/responses`, { method: 'POST', ...asked({}) });
  await stopStream(relay.server.url, under.headers.get('x-nexcode-stream') ?? '');
  expect(await under.text()).toMatch(/event: error\ndata: \{"type":"error","code":"stream_stopped".*\n\n$/);
});

test('a response that is translated from chat is taken up, and a stop ends it as failed', async () => {
  await using relay = await startRelay({ ...RECORDING, RESPONSES_MODE: 'chat' });
  relay.upstream.reply(stream(chatStream()));
  const answer = await call(relay.server.url, asked({}));
  expect(answer.text()).toContain('event: response.completed\n');
  expect(answer.head.header('x-nexcode-translated')).toBe('chat');
  const id = answer.head.header('x-nexcode-stream') ?? '';
  expect(await ended(relay.server.url, id)).toMatchObject({ status: 'completed' });
  await using again = await takeUp(relay.server.url, id);
  await again.rest();
  expect(again.text).toBe(answer.text());

  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatStream()[1] ?? '');
  });
  const under = await fetch(`${relay.server.base}/responses`, { method: 'POST', ...asked({}) });
  const body = await stopStream(relay.server.url, under.headers.get('x-nexcode-stream') ?? '');
  expect(body.json()).toMatchObject({ status: 'cancelled' });
  const text = await under.text();
  expect(text).toContain('stream_stopped');
  expect(text).not.toContain('event: response.completed\n');
});

test('the assistant’s answers are taken up like any other, with links to this server', async () => {
  await using relay = await startRelay({ ...RECORDING, OPENAI_API_BASE: '', OPENAI_API_KEY: '' });
  const body = {
    model: 'nexcode',
    stream: true,
    messages: [{ role: 'user', content: 'How do I require a token?' }],
  };
  const answer = await relay.ask(body, RESUMABLE);
  expect(answer.text()).toContain(`${relay.server.url}/docs/`);
  expect(answer.text()).toMatch(/data: \[DONE\]\n\n$/);
  expect(answer.head.header('x-nexcode-answer')).toBe('section');
  const id = answer.head.header('x-nexcode-stream') ?? '';
  expect(await ended(relay.server.url, id)).toMatchObject({ status: 'completed' });
  await using again = await takeUp(relay.server.url, id);
  await again.rest();
  expect(again.text).toBe(answer.text());
  expect((await again.head()).header('x-nexcode-answer')).toBe('section');
});
