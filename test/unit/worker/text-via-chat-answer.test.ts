import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { completeText } from '../../../src/worker/text-via-chat/whole.ts';
import { answering, planFor } from '../../support/legacy-plan.ts';

type Json = Record<string, unknown>;

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

/** A chat completion with one choice per message. */
function completion(messages: readonly Json[], members: Json = {}): Json {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'm-2026',
    choices: messages.map((message, index) => ({ index, message, logprobs: null, finish_reason: 'stop' })),
    usage: USAGE,
    ...members,
  };
}

function said(content: unknown): Json {
  return { role: 'assistant', content, refusal: null };
}

/** The legacy answer when each chat call gets its own chat answer, by prompt. */
async function translated(members: Json, ...answers: readonly (Json | string)[]): Promise<Json> {
  const plan = planFor(members);
  const response = await completeText(
    plan,
    answering(async (body) => {
      const answer = answers[plan.prompts.indexOf(JSON.parse(body).messages[0].content)];
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer));
    }),
  );
  expect(response.headers.get('content-type')).toBe('application/json');
  return JSON.parse(await response.text());
}

async function failure(members: Json, ...answers: readonly (Json | string)[]): Promise<GatewayError> {
  const error: unknown = await translated(members, ...answers).catch((thrown: unknown) => thrown);
  if (error instanceof GatewayError) return error;
  throw new Error('translated without a failure');
}

describe('a whole answer', () => {
  test('is a text completion', async () => {
    expect(await translated({}, completion([said('hello')], { system_fingerprint: 'fp' }))).toEqual({
      id: 'cmpl-1',
      object: 'text_completion',
      created: 1_700_000_000,
      model: 'm-2026',
      system_fingerprint: 'fp',
      choices: [{ text: 'hello', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: USAGE,
    });
  });

  test.each([
    ['a text', said('a'), 'a'],
    ['text parts', said([{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }]), 'ab'],
    ['a refusal', { role: 'assistant', content: null, refusal: 'no' }, 'no'],
    ['nothing', { role: 'assistant', content: null }, ''],
    ['a thought and a text', { role: 'assistant', reasoning_content: 'hm', content: 'a' }, 'a'],
    ['a thought alone', { role: 'assistant', reasoning: 'hm', content: '' }, ''],
  ])('reads a message with %s', async (_, message, text) => {
    expect(await translated({}, completion([message]))).toMatchObject({ choices: [{ text }] });
  });

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['function_call', 'stop'],
    ['eos', 'stop'],
    ['', 'stop'],
    [null, 'stop'],
  ])('finish reason %s becomes %s', async (finish_reason, expected) => {
    const choices = [{ index: 0, message: said('a'), finish_reason }];
    expect(await translated({}, completion([], { choices }))).toMatchObject({
      choices: [{ finish_reason: expected }],
    });
  });

  test.each([
    ['chatcmpl-7', 'cmpl-7'],
    ['cmpl-7', 'cmpl-7'],
    ['gen-7', 'cmpl-gen-7'],
    ['', 'cmpl-own'],
    [null, 'cmpl-own'],
  ])('id %s becomes %s', async (id, expected) => {
    expect(await translated({}, completion([said('a')], { id }))).toHaveProperty('id', expected);
  });

  test('says of itself what the upstream left out', async () => {
    expect(await translated({}, { choices: completion([said('a')])['choices'] })).toEqual({
      ...{ id: 'cmpl-own', object: 'text_completion', created: 42, model: 'm' },
      choices: [{ text: 'a', index: 0, logprobs: null, finish_reason: 'stop' }],
    });
  });

  test('sorts choices by index', async () => {
    const choices = [1, 0].map((index) => ({ index, message: said(`s${index}`), finish_reason: 'stop' }));
    const answer = await translated({ n: 2 }, completion([], { choices }));
    expect(answer['choices']).toMatchObject([
      { text: 's0', index: 0 },
      { text: 's1', index: 1 },
    ]);
  });

  test('puts the prompt before every choice where an echo was asked for', async () => {
    const answer = await translated({ echo: true, n: 2, prompt: 'Q: ' }, completion([said('a'), said('b')]));
    expect(answer['choices']).toMatchObject([{ text: 'Q: a' }, { text: 'Q: b' }]);
  });
});

describe('several prompts', () => {
  test('become one answer with choices p*n+s and the summed usage', async () => {
    const details = { completion_tokens_details: { reasoning_tokens: 2 } };
    const answer = await translated(
      { prompt: ['a', 'b'], n: 2 },
      completion([said('a0'), said('a1')], { usage: { ...USAGE, ...details } }),
      completion([said('b0'), said('b1')], { id: 'chatcmpl-2', usage: { ...USAGE, ...details, cost: 1 } }),
    );
    expect(answer).toMatchObject({ id: 'cmpl-own', created: 1_700_000_000, model: 'm-2026' });
    expect(answer['choices']).toMatchObject(
      ['a0', 'a1', 'b0', 'b1'].map((text, index) => ({ text, index, finish_reason: 'stop' })),
    );
    expect(answer['usage']).toEqual({
      ...{ prompt_tokens: 6, completion_tokens: 8, total_tokens: 14, cost: 1 },
      completion_tokens_details: { reasoning_tokens: 4 },
    });
  });

  test('have no usage when one call reported none', async () => {
    const answer = await translated(
      { prompt: ['a', 'b'] },
      completion([said('a')]),
      completion([said('b')], { usage: { prompt_tokens: 1 } }),
    );
    expect(answer).not.toHaveProperty('usage');
  });
});

describe('log probabilities', () => {
  const CONTENT = [
    {
      token: '你好',
      logprob: -0.5,
      bytes: [...new TextEncoder().encode('你好')],
      top_logprobs: [
        { token: 'x', logprob: -2 },
        { token: 'x', logprob: -1 },
      ],
    },
    { token: '😀', logprob: -0.25, bytes: null, top_logprobs: [{ token: '😀', logprob: -0.25 }] },
    { token: '!', logprob: null },
  ];
  const answered = completion([], {
    choices: [{ index: 0, message: said('你好😀!'), logprobs: { content: CONTENT }, finish_reason: 'stop' }],
  });

  test('take the legacy form, with offsets in code points from the start of the prompt', async () => {
    const answer = await translated({ logprobs: 2, prompt: '😀?' }, answered);
    expect(answer['choices']).toMatchObject([
      {
        logprobs: {
          tokens: ['你好', '😀', '!'],
          token_logprobs: [-0.5, -0.25, -9999],
          top_logprobs: [{ x: -1, 你好: -0.5 }, { '😀': -0.25 }, { '!': -9999 }],
          text_offset: [2, 4, 5],
        },
      },
    ]);
  });

  test('hold the sampled tokens alone for logprobs 0', async () => {
    const answer = await translated({ logprobs: 0 }, answered);
    expect(answer['choices']).toMatchObject([{ logprobs: { top_logprobs: null, text_offset: [1, 3, 4] } }]);
  });

  test('are null where none were asked for, or none came', async () => {
    expect(await translated({}, answered)).toMatchObject({ choices: [{ logprobs: null }] });
    expect(await translated({ logprobs: 1 }, completion([said('a')]))).toMatchObject({
      choices: [{ logprobs: null }],
    });
  });

  test('are those of a refusal where that is the answer', async () => {
    const choices = [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: 'no' },
        logprobs: { content: null, refusal: [{ token: 'no', logprob: -1 }] },
        finish_reason: 'stop',
      },
    ];
    expect(await translated({ logprobs: 0 }, completion([], { choices }))).toMatchObject({
      choices: [{ text: 'no', logprobs: { tokens: ['no'] } }],
    });
  });

  test('place a token that is part of a character by its bytes', async () => {
    const content = [
      { token: '\\xe4\\xbd', logprob: -1, bytes: [0xe4, 0xbd] },
      { token: '\\xa0', logprob: -1, bytes: [0xa0] },
      { token: 'b', logprob: -1, bytes: [0x62] },
    ];
    const choices = [{ index: 0, message: said('你b'), logprobs: { content }, finish_reason: 'stop' }];
    expect(await translated({ logprobs: 0 }, completion([], { choices }))).toMatchObject({
      choices: [{ logprobs: { text_offset: [1, 2, 2] } }],
    });
  });

  test('keep their digits', async () => {
    const text = JSON.stringify(answered).replace('"logprob":-0.25', '"logprob":-2.5000e-1');
    const plan = planFor({ logprobs: 0 });
    const call = async () => new Response(text);
    const response = await completeText(plan, answering(call));
    expect(await response.text()).toContain('"token_logprobs":[-0.5,-2.5000e-1,-9999]');
  });
});

describe('an answer that cannot be whole is a 502', () => {
  test('fewer choices than asked for, by the name of the parameter', async () => {
    const { status, fields } = await failure({ n: 2 }, completion([said('a')]));
    expect({ status, param: fields.param }).toEqual({ status: 502, param: 'n' });
  });

  test.each([
    ['an error under a success status', { error: { message: 'overloaded', code: 503 } }, '503'],
    ['an old error form', { object: 'error', message: 'gone', code: 40_303 }, '40303'],
    ['no choices', { id: 'x' }, 'upstream_error'],
    ['an empty list of choices', completion([]), 'upstream_error'],
    ['more choices than asked for', completion([said('a'), said('b'), said('c')]), 'upstream_error'],
    ['a cut JSON text', '{"choices":[', 'upstream_error'],
    ['an array', '[]', 'upstream_error'],
    [
      'a choice that ended in an error',
      completion([], {
        choices: [
          { index: 0, message: said('a'), finish_reason: 'error', error: { message: 'x', code: 502 } },
        ],
      }),
      '502',
    ],
  ])('%s', async (_, answer, code) => {
    const { status, fields } = await failure({ n: 2 }, answer);
    expect({ status, code: fields.code }).toEqual({ status: 502, code });
  });
});
