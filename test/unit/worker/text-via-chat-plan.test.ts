import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { chatBody, planCompletion } from '../../../src/worker/text-via-chat/plan.ts';
import { legacyRequestSchema } from '../../../src/worker/text-via-chat/schema.ts';

const OPTIONS = { maxPrompts: 3, isReasoningModel: false };

function plan(text: string, options = OPTIONS) {
  return planCompletion(legacyRequestSchema.parse(JSON.parse(text)), text, options);
}

/** A legacy request as JSON text: a model, a prompt, and the members given as text. */
function request(members: string): string {
  return `{"model":"m","prompt":"p"${members === '' ? '' : `,${members}`}}`;
}

function refusal(text: string, options = OPTIONS): GatewayError {
  try {
    plan(text, options);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error(`planned without a refusal: ${text}`);
}

describe('the chat request', () => {
  const USER = '{"messages":[{"role":"user","content":"p"}],"model":"m"';
  test.each([
    ['nothing but the prompt', '', `${USER}}`],
    ['a length limit', '"max_tokens":7', `${USER},"max_tokens":7}`],
    ['no length limit', '"max_tokens":null', `${USER}}`],
    ['a number with a fraction of zero', '"temperature":1.0', `${USER},"temperature":1.0}`],
    ['a seed beyond a double', '"seed":9223372036854775807', `${USER},"seed":9223372036854775807}`],
    ['an exponent', '"top_p":1e-1', `${USER},"top_p":1e-1}`],
    ['stop texts', '"stop":["a","b"]', `${USER},"stop":["a","b"]}`],
    ['fields of one upstream', '"top_k":40,"x":{"y":[1.50]}', `${USER},"top_k":40,"x":{"y":[1.50]}}`],
    ['several answers', '"n":2,"best_of":2', `${USER},"n":2}`],
    ['log probabilities of the token alone', '"logprobs":0', `${USER},"logprobs":true}`],
    ['log probabilities of alternatives', '"logprobs":3', `${USER},"logprobs":true,"top_logprobs":3}`],
    ['no log probabilities', '"logprobs":null,"top_logprobs":null', `${USER}}`],
    ['empty surroundings', '"suffix":"","echo":false', `${USER}}`],
    ['absent surroundings', '"suffix":null,"echo":null,"best_of":null', `${USER}}`],
    ['no echo, which is for the gateway to make', '"echo":true', `${USER}}`],
    ['no chat fields that are null', '"tools":null,"messages":null', `${USER}}`],
    [
      'a stream with usage',
      '"stream":true,"stream_options":{"include_usage":true}',
      `${USER},"stream":true,"stream_options":{"include_usage":true}}`,
    ],
  ])('holds %s', (_, members, expected) => {
    expect(chatBody(plan(request(members)), 0)).toBe(expected);
  });

  test('quotes the prompt untrimmed', () => {
    const text = JSON.stringify({ model: 'm', prompt: ' \n"请解释"\u0000 ' });
    expect(JSON.parse(chatBody(plan(text), 0)).messages).toEqual([
      { role: 'user', content: ' \n"请解释"\u0000 ' },
    ]);
  });

  test('is made once per prompt', () => {
    const both = plan('{"model":"m","prompt":["a","b"],"n":2}');
    expect([0, 1].map((index) => JSON.parse(chatBody(both, index)).messages[0].content)).toEqual(['a', 'b']);
    expect(both).toMatchObject({ prompts: ['a', 'b'], n: 2 });
  });

  test('keeps a member called __proto__', () => {
    expect(chatBody(plan(request('"__proto__":{"a":1}')), 0)).toContain('"__proto__":{"a":1}');
  });
});

describe('a reasoning model', () => {
  const REASONING = { maxPrompts: 3, isReasoningModel: true };
  test.each([
    ['takes its limit as max_completion_tokens', '"max_tokens":7', '"max_completion_tokens":7', []],
    ['gets no temperature it would refuse', '"temperature":0.3', '', ['temperature']],
    ['keeps the temperature it allows', '"temperature":1', '"temperature":1', []],
    [
      'keeps any temperature without reasoning',
      '"temperature":0.3,"reasoning_effort":"none"',
      '"temperature":0.3,"reasoning_effort":"none"',
      [],
    ],
    ['has no limit where none was given', '"max_tokens":null,"max_completion_tokens":null', '', []],
    [
      'leaves two limits for the upstream to judge',
      '"max_tokens":7,"max_completion_tokens":8',
      '"max_completion_tokens":8,"max_tokens":7',
      [],
    ],
  ])('%s', (_, members, expected, dropped) => {
    const planned = plan(request(members), REASONING);
    const tail = expected === '' ? '}' : `,${expected}}`;
    expect(chatBody(planned, 0)).toBe(`{"messages":[{"role":"user","content":"p"}],"model":"m"${tail}`);
    expect(planned.dropped).toEqual(dropped);
  });
});

describe('what a chat model cannot honour is a 400', () => {
  test.each([
    ['{"model":"m"}', 'prompt', 'missing_required_parameter'],
    ['{"model":"m","prompt":null}', 'prompt', 'missing_required_parameter'],
    ['{"prompt":"p"}', 'model', 'missing_required_parameter'],
    ['{"model":"","prompt":"p"}', 'model', 'missing_required_parameter'],
    ['{"model":"m","prompt":[]}', 'prompt', 'empty_array'],
    ['{"model":"m","prompt":{}}', 'prompt', 'invalid_type'],
    ['{"model":"m","prompt":7}', 'prompt', 'invalid_type'],
    ['{"model":"m","prompt":["a",1]}', 'prompt', 'invalid_type'],
    ['{"model":"m","prompt":["a",null]}', 'prompt', 'invalid_type'],
    ['{"model":"m","prompt":[1,2]}', 'prompt', 'unsupported_value'],
    ['{"model":"m","prompt":[[1],[2]]}', 'prompt', 'unsupported_value'],
    ['{"model":"m","prompt":["a","b","c","d"]}', 'prompt', 'array_above_max_length'],
    [request('"suffix":"x"'), 'suffix', 'unsupported_parameter'],
    [request('"best_of":3'), 'best_of', 'unsupported_parameter'],
    [request('"best_of":2,"n":3'), 'best_of', 'integer_below_min_value'],
    [request('"best_of":0'), 'best_of', 'integer_below_min_value'],
    [request('"best_of":2,"n":2,"stream":true'), 'best_of', 'invalid_value'],
    [request('"echo":true,"logprobs":0'), 'echo', 'unsupported_parameter'],
    [request('"logprobs":-1'), 'logprobs', 'integer_below_min_value'],
    [request('"logprobs":21'), 'logprobs', 'integer_above_max_value'],
    [request('"max_tokens":0'), 'max_tokens', 'unsupported_value'],
    [request('"max_tokens":-1'), 'max_tokens', 'integer_below_min_value'],
    [request('"n":0'), 'n', 'integer_below_min_value'],
    [request('"n":129'), 'n', 'integer_above_max_value'],
    [request('"stream_options":{}'), 'stream_options', 'invalid_value'],
    [request('"stream":false,"stream_options":{"include_usage":true}'), 'stream_options', 'invalid_value'],
    [request('"messages":[]'), 'messages', 'unknown_parameter'],
    [request('"tools":[]'), 'tools', 'unknown_parameter'],
    [request('"tool_choice":"none"'), 'tool_choice', 'unknown_parameter'],
    [request('"functions":[]'), 'functions', 'unknown_parameter'],
    [request('"function_call":"none"'), 'function_call', 'unknown_parameter'],
    [request('"modalities":["text"]'), 'modalities', 'unknown_parameter'],
    [request('"audio":{}'), 'audio', 'unknown_parameter'],
    [request('"top_logprobs":2'), 'top_logprobs', 'unknown_parameter'],
  ])('%s names %s', (text, param, code) => {
    const { status, fields } = refusal(text);
    expect({ status, param: fields.param, code: fields.code }).toEqual({ status: 400, param, code });
    expect(fields.type).toBe('invalid_request_error');
  });

  test('the reason and a way out stand in the message', () => {
    const { message } = refusal(request('"suffix":"x"'));
    expect(message).toContain("because model 'm' is served through chat completions");
    expect(message).toContain('COMPLETIONS_MODE=native');
  });

  test.each(['1.0', ''])('nesting that cannot be written again is a 400, around "%s"', (core) => {
    const deep = `${'['.repeat(200_000)}${core}${']'.repeat(200_000)}`;
    expect(refusal(request(`"x":${deep}`)).status).toBe(400);
  });
});
