/** What vendors' streams and errors look like where they differ from OpenAI's (their documentation and recorded traffic). */
import type { Json } from 'miniflare';
import { describe, expect, test } from 'vitest';
import { EVENT_STREAM, events, respond, streamBytes } from '../support/answers.ts';
import { type Answer, call } from '../support/http.ts';
import { type Script, startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function chunk(choices: readonly Json[], extra: Readonly<Record<string, Json>> = {}): string {
  return JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [...choices],
    ...extra,
  });
}

function delta(content: string, finish: string | null = null): Json {
  return { index: 0, delta: { content }, finish_reason: finish };
}

/** Azure's first chunk has no choice and no id; its filters' chunks have no delta. */
const AZURE = events([
  chunk([], { id: '', model: '', prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] }),
  chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  chunk([delta('Hello')]),
  chunk([{ index: 0, finish_reason: null, content_filter_offsets: { check_offset: 1 } }], { id: '' }),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  '[DONE]',
]);
const DEEPSEEK = `: keep-alive\n\n: keep-alive\n\n${events([
  chunk([
    { index: 0, delta: { role: 'assistant', content: null, reasoning_content: 'Hm' }, finish_reason: null },
  ]),
  chunk([delta('Hello', 'stop')]),
  '[DONE]',
])}`;
const OPENROUTER = `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${events([
  chunk([delta('Hello')], { provider: 'Someone' }),
  chunk([delta('', 'stop')]),
  '[DONE]',
])}`;
/** Every delta of Ollama's repeats the role. */
const OLLAMA = events([
  chunk([{ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }]),
  chunk([{ index: 0, delta: { role: 'assistant', content: 'lo' }, finish_reason: null }]),
  chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: 'stop' }]),
  '[DONE]',
]);
const LLAMA_CPP = events([
  chunk([delta('Hello')]),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], { timings: { prompt_n: 1, predicted_ms: 1.5 } }),
  '[DONE]',
]);
/** vLLM sends usage with every chunk where it is told to. */
const VLLM = events([
  chunk([delta('Hello')], { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }),
  chunk([{ index: 0, delta: { content: '' }, logprobs: null, finish_reason: 'stop', stop_reason: null }]),
  '[DONE]',
]);
/** Gemini's tool calls have no index, and its streams end with finish "stop". */
const GEMINI = events([
  chunk([
    {
      index: 0,
      delta: {
        role: 'assistant',
        tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      finish_reason: 'stop',
    },
  ]),
  '[DONE]',
]);

const WHOLE: readonly (readonly [vendor: string, bytes: string])[] = [
  ['Azure OpenAI', AZURE],
  ['DeepSeek', DEEPSEEK],
  ['OpenRouter', OPENROUTER],
  ['Ollama', OLLAMA],
  ['llama.cpp', LLAMA_CPP],
  ['vLLM', VLLM],
  ['Gemini', GEMINI],
];

/** One call to a gateway before two upstreams of which the second must never be needed. */
async function ask(first: Script, second: Script, parts: Readonly<Record<string, unknown>>): Promise<Answer> {
  await using vendor = await startUpstream();
  await using next = await startUpstream();
  vendor.always(first);
  next.always(second);
  await using workerd = await startWorkerd({
    UPSTREAMS: { vendor: { base: vendor.base }, next: { base: next.base } },
    MODELS: { one: 'vendor/m', listed: ['vendor/m', 'next/m'] },
    REQUIRE_AUTH: 'false',
  });
  return await call(workerd.url, {
    path: '/v1/chat/completions',
    headers: JSON_TYPE,
    body: JSON.stringify({ messages: [], ...parts }),
  });
}

const NEXT = streamBytes([events([chunk([delta('Next', 'stop')]), '[DONE]'])]);

describe.each(['one', 'listed'])('for a model that is %s', (model) => {
  test.each(WHOLE)('a stream of %s passes byte for byte and is whole', async (_, bytes) => {
    const answer = await ask(streamBytes([bytes]), NEXT, { model, stream: true });
    expect([answer.status, answer.head.header('content-type')]).toEqual([200, EVENT_STREAM['content-type']]);
    expect(answer.text()).toBe(bytes);
    expect(answer.head.header('x-nexcode-upstream')).toBe('vendor/m');
  });

  test("DeepSeek's blank lines before a plain answer pass", async () => {
    const body = `\n\n\n${JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [] })}`;
    const answer = await ask(respond(body, 200, JSON_TYPE), NEXT, { model });
    expect(answer.text()).toBe(body);
  });
});

test.each([
  [
    'OpenRouter, as an event after comments',
    `: OPENROUTER PROCESSING\n\n${events(['{"error":{"code":502,"message":"down"}}'])}`,
  ],
  [
    'vLLM, as an event before [DONE]',
    events(['{"error":{"message":"died","type":"Internal","code":500}}', '[DONE]']),
  ],
])('an error of %s, before any content, is answered by the next target', async (_, bytes) => {
  const answer = await ask(streamBytes([bytes]), NEXT, { model: 'listed', stream: true });
  expect(answer.head.header('x-nexcode-upstream')).toBe('next/m');
  expect(answer.text()).toContain('Next');
  expect(answer.text()).not.toContain('error');
});

test('an error of vLLM in the middle passes as it is, and nothing is added to it', async () => {
  const bytes = events([
    chunk([delta('Hel')]),
    '{"error":{"message":"died","type":"Internal","code":500}}',
    '[DONE]',
  ]);
  const answer = await ask(streamBytes([bytes]), NEXT, { model: 'listed', stream: true });
  expect(answer.text()).toBe(bytes);
});

test('an error of OpenRouter under status 200 is a 502 for a stream, and the next target answers it', async () => {
  const refused = respond('{"error":{"code":402,"message":"no credits"}}', 200, JSON_TYPE);
  const one = await ask(refused, NEXT, { model: 'one', stream: true });
  expect([one.status, one.json()]).toMatchObject([502, { error: { message: 'no credits', code: '402' } }]);
  const listed = await ask(refused, NEXT, { model: 'listed', stream: true });
  expect(listed.head.header('x-nexcode-upstream')).toBe('next/m');
});

test("Gemini's array of errors becomes one error, with its status", async () => {
  const body = '[{"error":{"code":400,"message":"Unknown name","status":"INVALID_ARGUMENT"}}]';
  const answer = await ask(respond(body, 400, JSON_TYPE), NEXT, { model: 'listed' });
  expect([answer.status, answer.json()]).toMatchObject([
    400,
    { error: { message: 'Unknown name', code: '400' } },
  ]);
});
