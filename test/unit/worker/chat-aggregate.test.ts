import { describe, expect, test } from 'vitest';
import { aggregateChat } from '../../../src/worker/completions/chat.ts';

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };

/** The event of a chunk with one choice. */
function chunk(delta: object, finish: string | null = null, choice: object = {}, head: object = {}): string {
  return event({ ...HEAD, ...head, choices: [{ index: 0, delta, finish_reason: finish, ...choice }] });
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The completion of a stream; a stream that comes to none fails the test. */
function completionOf(stream: string, asked = 1) {
  const collected = aggregateChat(stream, asked);
  if (collected.kind !== 'completion') throw new Error(`collected ${JSON.stringify(collected)}`);
  return collected.completion;
}

/** The message of the first choice. */
function messageOf(...deltas: object[]): unknown {
  const stream = deltas.map((delta) => chunk(delta)).join('') + chunk({}, 'stop');
  return completionOf(stream)['choices'];
}

function withMessage(message: object, finish = 'stop') {
  return [
    {
      index: 0,
      message: { role: 'assistant', content: null, refusal: null, ...message },
      logprobs: null,
      finish_reason: finish,
    },
  ];
}

test('the chunks of a stream become one completion', () => {
  const stream = `${chunk({ role: 'assistant', content: '' })}${chunk({ content: 'Hel' })}${chunk({ content: 'lo' })}${chunk({}, 'stop')}${event({ ...HEAD, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } })}data: [DONE]\n\n`;
  expect(completionOf(stream)).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: withMessage({ content: 'Hello' }),
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  });
});

test('a completion without usage has no such member', () => {
  expect(completionOf(chunk({ content: 'a' }, 'stop', {}, { usage: null }))).not.toHaveProperty('usage');
});

test('padding and null errors of chunks are not part of the completion', () => {
  const completion = completionOf(chunk({ content: 'a' }, 'stop', {}, { obfuscation: 'xyz', error: null }));
  expect(Object.keys(completion).sort()).toEqual(['choices', 'created', 'id', 'model', 'object']);
});

test('what the first chunk leaves blank is taken from a later one, and what only it says stays', () => {
  const azure = event({ id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [1] });
  const completion = completionOf(azure + chunk({ content: 'a' }, 'stop'));
  expect(completion).toMatchObject({ id: 'chatcmpl-1', created: 1, model: 'm', prompt_filter_results: [1] });
  const late = completionOf(
    chunk({ content: 'a' }, null, {}, { service_tier: null, system_fingerprint: '' }) +
      chunk({}, 'stop', {}, { service_tier: 'default' }),
  );
  expect(late).toMatchObject({ service_tier: 'default', system_fingerprint: '' });
});

describe('the message', () => {
  test.each<[string, object[], object]>([
    ['joins its content', [{ content: 'a' }, { content: '' }, { content: 'b' }], { content: 'ab' }],
    ['joins its refusal', [{ refusal: 'No' }, { refusal: '.' }], { refusal: 'No.' }],
    [
      'joins what reasoning models add',
      [{ reasoning_content: 'x' }, { reasoning_content: 'y' }, { content: 'a' }],
      { reasoning_content: 'xy', content: 'a' },
    ],
    ['keeps null content', [{ role: 'assistant', content: null }], {}],
    [
      'has one role, however often it is said',
      [
        { role: 'assistant', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
      { content: 'ab' },
    ],
    ['joins lists', [{ annotations: [1] }, { annotations: [2] }], { annotations: [1, 2] }],
    [
      'joins audio, whose id stays one',
      [
        { audio: { id: 'a1', transcript: 'x' } },
        { audio: { id: 'a1', transcript: 'y' } },
        { audio: { data: 'AAAA', expires_at: 5 } },
      ],
      { audio: { id: 'a1', transcript: 'xy', data: 'AAAA', expires_at: 5 } },
    ],
    [
      'joins a function call',
      [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }],
      { function_call: { name: 'f', arguments: '{}' } },
    ],
    [
      'is not changed by a member that is called __proto__',
      [
        { content: 'a' },
        JSON.parse('{"__proto__":{"polluted":1}}'),
        JSON.parse('{"audio":{"__proto__":{"polluted":1}}}'),
      ],
      { content: 'a', audio: JSON.parse('{"__proto__":{"polluted":1}}') },
    ],
  ])('%s', (_, deltas, message) => {
    expect(messageOf(...deltas)).toEqual(withMessage(message));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('tool calls', () => {
  const call = (id: string, name: string, args: string) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  });
  const start = (index: number | undefined, id: string, name: string, args = '') => ({
    ...(index === undefined ? {} : { index }),
    ...call(id, name, args),
  });
  const more = (index: number, args: string) => ({ index, function: { arguments: args } });

  test.each<[string, object[][], object[]]>([
    [
      'are joined by their index',
      [[start(0, 'a', 'f')], [more(0, '{"x"')], [more(0, ':1}')]],
      [call('a', 'f', '{"x":1}')],
    ],
    [
      'come side by side',
      [[start(0, 'a', 'f')], [start(1, 'b', 'g')], [more(0, '1'), more(1, '2')], [more(1, '3')]],
      [call('a', 'f', '1'), call('b', 'g', '23')],
    ],
    [
      'are counted from anywhere',
      [[start(1, 'a', 'f')], [more(1, '{')], [more(1, '}')]],
      [call('a', 'f', '{}')],
    ],
    [
      'stand in the order of their indexes',
      [[start(1, 'b', 'g')], [start(0, 'a', 'f')], [more(1, '1')]],
      [call('a', 'f', ''), call('b', 'g', '1')],
    ],
    [
      'come whole and without an index',
      [[start(undefined, 'a', 'f', '{}')], [start(undefined, 'b', 'f', '{}')]],
      [call('a', 'f', '{}'), call('b', 'f', '{}')],
    ],
    [
      'repeat their name and id in every fragment',
      [[start(0, 'a', 'f', '{')], [start(0, 'a', 'f', '}')]],
      [call('a', 'f', '{}')],
    ],
    [
      'say their id late',
      [
        [{ index: 0, function: { name: 'f', arguments: '' } }],
        [{ index: 0, id: 'a', function: { name: '', arguments: '{}' } }],
      ],
      [call('a', 'f', '{}')],
    ],
    [
      'may be custom',
      [
        [{ index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }],
        [{ index: 0, custom: { input: 'y' } }],
      ],
      [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'xy' } }],
    ],
  ])('%s', (_, fragments, calls) => {
    expect(messageOf(...fragments.map((list) => ({ tool_calls: list })))).toEqual(
      withMessage({ tool_calls: calls }),
    );
  });
});

test('log probabilities are joined', () => {
  const at = (content: unknown) => ({ logprobs: { content, refusal: null } });
  const stream =
    chunk({ content: 'a' }, null, at([{ token: 'a' }])) +
    chunk({ content: 'b' }, null, at([{ token: 'b' }])) +
    chunk({}, 'stop', { logprobs: null });
  expect(completionOf(stream)['choices']).toMatchObject([
    { logprobs: { content: [{ token: 'a' }, { token: 'b' }], refusal: null } },
  ]);
});

test('what only some upstreams say of a choice is kept', () => {
  const stream =
    chunk({ content: 'a' }, null, { content_filter_results: { hate: 1 }, stop_reason: null }) +
    chunk({}, 'stop', { content_filter_results: {}, stop_reason: 7 });
  expect(completionOf(stream)['choices']).toMatchObject([{ content_filter_results: {}, stop_reason: 7 }]);
});

test('several choices stand in the order of their indexes', () => {
  const one = (index: number, text: string, finish: string | null = null) =>
    event({ ...HEAD, choices: [{ index, delta: { content: text }, finish_reason: finish }] });
  const stream = one(1, 'b') + one(0, 'a') + one(1, 'B', 'length') + one(0, 'A', 'stop');
  expect(completionOf(stream, 2)['choices']).toMatchObject([
    { index: 0, message: { content: 'aA' }, finish_reason: 'stop' },
    { index: 1, message: { content: 'bB' }, finish_reason: 'length' },
  ]);
});

describe('a stream', () => {
  const END = chunk({}, 'stop');
  test.each<[string, string, number, string]>([
    ['without an end is cut', chunk({ content: 'a' }), 1, 'cut'],
    ['of nothing is cut', '', 1, 'cut'],
    ['of comments is cut', ': ping\n\n', 1, 'cut'],
    ['of [DONE] alone is cut', 'data: [DONE]\n\n', 1, 'cut'],
    ['of usage alone is cut', `${event({ ...HEAD, choices: [], usage: {} })}data: [DONE]\n\n`, 1, 'cut'],
    ['that is no event stream is cut', '<html>', 1, 'cut'],
    ['with a finish reason alone is a completion', chunk({ content: 'a' }) + END, 1, 'completion'],
    ['with [DONE] alone is a completion', `${chunk({ content: 'a' })}data: [DONE]\n\n`, 1, 'completion'],
    ['whose last event lacks its blank line is a completion', END.trimEnd(), 1, 'completion'],
    ['that breaks off inside its last event is cut', END.slice(0, -5), 1, 'cut'],
    ['that breaks off inside a later event is cut', `${END}data: {"choices":[`, 1, 'cut'],
    ['in which one of two choices is missing is cut', END, 2, 'cut'],
    [
      'in which one of two choices is missing, but [DONE], is a completion',
      `${END}data: [DONE]\n\n`,
      2,
      'completion',
    ],
    [
      'with an error is that error',
      `${chunk({ content: 'a' })}${event({ error: { message: 'x' } })}`,
      1,
      'error',
    ],
    [
      'with an error, then [DONE], is that error',
      `${event({ error: { message: 'x' } })}data: [DONE]\n\n`,
      1,
      'error',
    ],
    ['with an error of one text is that error', event({ error: 'x' }), 1, 'error'],
    ['with CRLF and a BOM is a completion', `\ufeff${END.replaceAll('\n', '\r\n')}`, 1, 'completion'],
    ['with lone CR is a completion', END.replaceAll('\n', '\r'), 1, 'completion'],
    ['with keep-alives is a completion', `\n\n: keep-alive\n\n${END}: x\n\n`, 1, 'completion'],
    ['with choices of strange kinds is cut', event({ ...HEAD, choices: [null, 1, 'x'] }), 1, 'cut'],
  ])('%s', (_, stream, asked, kind) => {
    expect(aggregateChat(stream, asked).kind).toBe(kind);
  });

  test('is over with [DONE], whatever comes behind it', () => {
    const stream = `${chunk({ content: 'a' }, 'stop')}data: [DONE]\n\n${chunk({ content: 'b' }, 'length')}`;
    expect(completionOf(stream)['choices']).toEqual(withMessage({ content: 'a' }));
  });

  test("tells the upstream's own error, the first of them", () => {
    const stream =
      event({ error: { message: 'first', code: 500 } }) + event({ error: { message: 'second' } });
    expect(aggregateChat(stream)).toEqual({ kind: 'error', error: { message: 'first', code: 500 } });
  });
});

describe('what is asked in one form and comes in another', () => {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, ...choice }] })}\n\n`;
  const calls = (...fragments: readonly object[]) =>
    fragments.map((fragment) => chunk({ delta: { tool_calls: [fragment] } })).join('');
  const END = `${chunk({ delta: {}, finish_reason: 'tool_calls' })}data: [DONE]\n\n`;
  const made = (text: string): unknown => {
    const result = aggregateChat(text + END);
    return result.kind === 'completion' ? result.completion['choices'] : result;
  };
  const call = (id: string, name: string, args: string) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  });
  const A = call('a', 'f', '{"x":1}');
  const B = call('b', 'g', '{"y":2}');

  test.each([
    ['two calls with one index', calls({ index: 0, ...A }, { index: 0, ...B })],
    [
      'fragments of two calls with one index',
      calls(
        { index: 0, ...call('a', 'f', '{"x"') },
        { index: 0, function: { arguments: ':1}' } },
        { index: 0, ...call('b', 'g', '{"y"') },
        { index: 0, function: { arguments: ':2}' } },
      ),
    ],
    [
      'fragments without an index',
      calls(call('a', 'f', '{"x"'), { function: { arguments: ':1}' } }, call('b', 'g', '{"y":2}')),
    ],
    [
      'fragments that carry their id alone',
      calls(
        call('a', 'f', '{"x"'),
        call('b', 'g', '{"y"'),
        { id: 'a', function: { arguments: ':1}' } },
        { id: 'b', function: { arguments: ':2}' } },
      ),
    ],
    ['whole calls in one chunk', chunk({ delta: { tool_calls: [A, B] } })],
    ['a message in place of a delta', chunk({ message: { role: 'assistant', tool_calls: [A, B] } })],
  ])('%s are two whole calls', (_, text) => {
    expect(made(text)).toMatchObject([{ message: { tool_calls: [A, B] } }]);
  });

  test.each([
    ['no index', {}],
    ['one index', { index: 0, id: '' }],
  ])('two calls without ids and with %s are told by their names, and get ids', (_, marks) => {
    const nameless = ({ id: _, ...rest }: typeof A) => ({ ...rest, ...marks });
    const id = expect.stringMatching(/^call_[0-9a-f]{32}$/);
    for (const other of [B, { ...A, function: { name: 'f', arguments: '{"x":2}' } }]) {
      expect(made(calls(nameless(A), nameless(other)))).toEqual([
        expect.objectContaining({
          message: expect.objectContaining({
            tool_calls: [
              { ...A, id },
              { ...other, id },
            ],
          }),
        }),
      ]);
    }
  });

  test('indexes may be texts', () => {
    const more = (index: string, piece: string) => ({ index, function: { arguments: piece } });
    const text = calls(
      { index: '0', ...call('a', 'f', '{"x"') },
      { index: '1', ...call('b', 'g', '{"y"') },
      more('0', ':1}'),
      more('1', ':2}'),
    );
    expect(made(text)).toMatchObject([{ message: { tool_calls: [A, B] } }]);
  });

  test.each([
    [{ x: 1 }, '{"x":1}'],
    [null, '{}'],
    [undefined, '{}'],
  ])('arguments %j are a text in the end, and a lone call is a list', (args, text) => {
    const lone = { id: 'a', type: 'function', function: { name: 'f', arguments: args } };
    const expected = [{ message: { tool_calls: [{ ...lone, function: { name: 'f', arguments: text } }] } }];
    expect(made(calls(lone))).toMatchObject(expected);
    expect(made(chunk({ delta: { tool_calls: lone } }))).toMatchObject(expected);
  });

  test('thoughts as parts and a text behind them are both kept; parts of text alone are a text', () => {
    const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
    const pieces = (...contents: unknown[]) =>
      contents.map((content) => chunk({ delta: { content } })).join('');
    expect(made(pieces('', [thought], 'so'))).toMatchObject([
      { message: { content: [thought, { type: 'text', text: 'so' }] } },
    ]);
    expect(made(pieces([{ type: 'text', text: 'Hel' }], 'lo'))).toMatchObject([
      { message: { content: 'Hello' } },
    ]);
  });

  test('two calls to which one id was given are told by their indexes and names', () => {
    const same = { ...B, id: 'a' };
    const custom = { id: 'a', type: 'custom', custom: { name: 'h', input: 'z' } };
    const text = calls({ index: 0, ...A }, { index: 1, ...same }, { index: 2, ...custom });
    expect(made(text)).toMatchObject([{ message: { tool_calls: [A, same, custom] } }]);
  });

  test('arguments under one id of two calls go to the call of their index', () => {
    const more = (index: number, piece: string) => ({ index, id: 'a', function: { arguments: piece } });
    const text = calls(
      { index: 0, ...call('a', 'f', '') },
      { index: 1, ...call('a', 'g', '') },
      more(0, '{"x"'),
      more(1, '{"y"'),
      more(0, ':1}'),
      more(1, ':2}'),
    );
    expect(made(text)).toMatchObject([
      { message: { tool_calls: [call('a', 'f', '{"x":1}'), call('a', 'g', '{"y":2}')] } },
    ]);
  });

  test('a new id in every fragment of one call makes no new call', () => {
    const text = calls(
      { index: 0, ...call('a', 'f', '{"x"') },
      { index: 0, id: 'z', function: { arguments: ':1}' } },
    );
    expect(made(text)).toMatchObject([{ message: { tool_calls: [A] } }]);
  });

  test.each([
    ['message', (content: string) => ({ message: { role: 'assistant', content } })],
    ['text', (content: string) => ({ text: content })],
    ['delta', (content: string) => ({ delta: { content } })],
  ])('pieces under %s are put together', (_, piece) => {
    expect(made(chunk(piece('Hel')) + chunk(piece('lo')))).toMatchObject([{ message: { content: 'Hello' } }]);
  });

  test('a whole message behind its pieces says nothing twice', () => {
    const text = chunk({ delta: { content: 'Hel' } }) + chunk({ delta: { content: 'lo' } });
    expect(made(text + chunk({ message: { role: 'assistant', content: 'Hello' } }))).toMatchObject([
      { message: { content: 'Hello' } },
    ]);
  });

  test('choices in which nothing is understood are no empty answer', () => {
    const text = `${chunk({ output: 'Hello' })}${chunk({ finish_reason: 'stop' })}data: [DONE]\n\n`;
    expect(aggregateChat(text)).toEqual({ kind: 'unknown' });
  });

  test('an error of another form is an error', () => {
    expect(aggregateChat('data: {"code":1302,"msg":"busy"}\n\ndata: [DONE]\n\n')).toMatchObject({
      kind: 'error',
      error: { message: 'busy', code: 1302 },
    });
  });
});
