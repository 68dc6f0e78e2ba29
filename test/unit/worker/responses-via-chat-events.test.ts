import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { openReasoning } from '../../../src/worker/responses-via-chat/reasoning.ts';
import { chatChunk, usageChunk } from '../../support/answers.ts';
import { callChunk, type ResponseEvent, responseEvents } from '../../support/responses.ts';
import { translatorFor } from '../../support/responses-plan.ts';

type Json = Readonly<Record<string, unknown>>;

const text = (content: string) => chatChunk({ content });
const thought = (reasoning_content: string) => chatChunk({ reasoning_content });
const finish = (reason: string) => chatChunk({}, reason);

/** The events for these chunks, with those that begin and end the stream. */
function eventsFor(chunks: readonly string[], members: Json = {}): ResponseEvent[] {
  const translator = translatorFor({ stream: true, ...members });
  let out = translator.opening();
  for (const chunk of chunks) out += translator.event(chunk);
  out += translator.end();
  return responseEvents(out + translator.closing());
}

const types = (events: readonly ResponseEvent[]) => events.map(({ type }) => type.replace(/^response\./, ''));

/** The response in the last event. */
function ended(
  events: readonly ResponseEvent[],
): { status: string; output: Record<string, unknown>[] } & Json {
  return events.at(-1)?.['response'] as ReturnType<typeof ended>;
}

const TEXT = [
  'output_item.added',
  'content_part.added',
  'output_text.delta',
  'output_text.done',
  'content_part.done',
  'output_item.done',
];
const THOUGHT = [
  'output_item.added',
  'reasoning_summary_part.added',
  'reasoning_summary_text.delta',
  'reasoning_summary_text.done',
  'reasoning_summary_part.done',
  'output_item.done',
];
const CALL = ['output_item.added', 'function_call_arguments.delta'];
const CALL_DONE = ['function_call_arguments.done', 'output_item.done'];
const around = (...inner: readonly string[]) => ['created', 'in_progress', ...inner, 'completed'];

const add = (index: number, args: string, id = `call_${index}`) =>
  callChunk(index, { id, name: 'add', arguments: args });
const TOOLS = { tools: [{ type: 'function', name: 'add' }] };

describe('the order of events', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'text',
      [chatChunk({ role: 'assistant', content: '' }), text('Hi'), finish('stop'), usageChunk(), '[DONE]'],
      around(...TEXT),
    ],
    ['reasoning, then text', [thought('hm'), text('Hi'), finish('stop')], around(...THOUGHT, ...TEXT)],
    ['one call', [add(0, '{}'), finish('tool_calls')], around(...CALL, ...CALL_DONE)],
    [
      'two calls: none is done before all are',
      [add(0, '{}'), add(1, '{}'), finish('tool_calls')],
      around(...CALL, ...CALL, ...CALL_DONE, ...CALL_DONE),
    ],
    [
      'text, a call, text',
      [text('a'), add(0, '{}'), text('b'), finish('stop')],
      around(...TEXT, ...CALL, ...TEXT, ...CALL_DONE),
    ],
    [
      'a refusal',
      [chatChunk({ refusal: 'No.' }), finish('stop')],
      around(...TEXT.map((type) => type.replace('output_text', 'refusal'))),
    ],
    ['nothing: an empty message', [finish('stop')], around(...TEXT)],
    [
      'nothing but reasoning: an empty message behind it',
      [thought('hm'), finish('stop')],
      around(...THOUGHT, ...TEXT),
    ],
    ['no finish reason, but the end of the stream', [text('a'), '[DONE]'], around(...TEXT)],
    ['the same behind a whole call', [add(0, '{}'), '[DONE]'], around(...CALL, ...CALL_DONE)],
  ])('%s', (_, chunks, expected) => {
    const events = eventsFor(chunks, TOOLS);
    expect(types(events)).toEqual(expected);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, at) => at));
  });

  test('ids and indexes are the same from the first event of an item to the last response', () => {
    const events = eventsFor(
      [thought('hm'), text('a'), add(0, '{"a":1}'), add(1, '{}'), text('b'), finish('stop')],
      TOOLS,
    );
    const { output } = ended(events);
    expect(output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'function_call',
      'message',
    ]);
    for (const [index, item] of output.entries()) {
      const own = events.filter((event) => event['output_index'] === index);
      for (const event of own) {
        const of = (event['item'] as Json | undefined)?.['id'] ?? event['item_id'];
        expect(of).toBe(item['id']);
      }
      expect(own.at(-1)).toMatchObject({ type: 'response.output_item.done', item });
    }
    expect(new Set(output.map(({ id }) => id)).size).toBe(5);
  });
});

describe('what events say', () => {
  test('texts come piece by piece and whole at the end', () => {
    const events = eventsFor([text('Hel'), text('lo "\n'), finish('stop'), usageChunk()]);
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
    expect(deltas.map(({ delta }) => delta)).toEqual(['Hel', 'lo "\n']);
    expect(ended(events)).toMatchObject({
      status: 'completed',
      output: [
        {
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Hello "\n' }],
        },
      ],
      usage: {
        input_tokens: 5,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 7,
      },
    });
  });

  test('reasoning is a summary, and sealed for the way back where that was asked for', () => {
    const chunks = [thought('先'), chatChunk({ reasoning: '想' }), text('a'), finish('stop')];
    const [plain] = ended(eventsFor(chunks)).output;
    expect(plain).toEqual({
      id: plain?.['id'],
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: '先想' }],
    });
    const [sealed] = ended(eventsFor(chunks, { include: ['reasoning.encrypted_content'] })).output;
    expect(openReasoning(sealed?.['encrypted_content'])).toBe('先想');
  });

  test('of two members with the same reasoning one counts, and parts of content are told apart', () => {
    const both = chatChunk({ reasoning_content: 'a', reasoning: 'a' });
    const parts = chatChunk({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'b' }] },
        { type: 'text', text: 'c' },
      ],
    });
    const { output } = ended(eventsFor([both, parts, finish('stop')]));
    expect(output).toMatchObject([{ summary: [{ text: 'ab' }] }, { content: [{ text: 'c' }] }]);
  });

  test('a custom tool’s input is unwrapped, and raw text where the model has not wrapped it', () => {
    const tools = [{ type: 'namespace', name: 'ns', tools: [{ type: 'custom', name: 'exec' }] }];
    for (const [args, input] of [
      ['{"input":"ls \\"a\\""}', 'ls "a"'],
      ['ls', 'ls'],
    ] as const) {
      const events = eventsFor(
        [callChunk(0, { id: 'c', name: 'ns__exec', arguments: args }), finish('tool_calls')],
        { tools },
      );
      expect(types(events)).toEqual(
        around(
          'output_item.added',
          'custom_tool_call_input.delta',
          'custom_tool_call_input.done',
          'output_item.done',
        ),
      );
      expect(ended(events).output).toMatchObject([
        { type: 'custom_tool_call', status: 'completed', call_id: 'c', input, name: 'exec', namespace: 'ns' },
      ]);
    }
  });

  test('a client’s search for tools is its own kind of call', () => {
    const tools = [{ type: 'tool_search', execution: 'client', parameters: {} }];
    const events = eventsFor(
      [callChunk(0, { id: 'c', name: 'tool_search', arguments: '{"q":1}' }), finish('tool_calls')],
      { tools },
    );
    expect(ended(events).output).toMatchObject([
      {
        type: 'tool_search_call',
        execution: 'client',
        call_id: 'c',
        arguments: { q: 1 },
        status: 'completed',
      },
    ]);
  });

  test('a function without a namespace has none', () => {
    const { output } = ended(eventsFor([add(0, ''), finish('tool_calls')], TOOLS));
    expect(output).toEqual([
      {
        id: output[0]?.['id'],
        type: 'function_call',
        status: 'completed',
        arguments: '{}',
        call_id: 'call_0',
        name: 'add',
      },
    ]);
  });

  test('fragments find their calls by index, or else belong to the last one', () => {
    const bare = (fn: Json, more: Json = {}) => chatChunk({ tool_calls: [{ ...more, function: fn }] });
    const events = eventsFor([
      bare({ name: 'add', arguments: '' }, { id: 'a' }),
      bare({ arguments: '{"x":' }),
      bare({ arguments: '1}' }),
      bare({ name: 'add', arguments: '{}' }, { id: 'a' }),
      finish('tool_calls'),
    ]);
    const { output } = ended(events);
    expect(output).toMatchObject([{ call_id: 'a', arguments: '{"x":1}' }, { arguments: '{}' }]);
    expect(output[1]?.['call_id']).toMatch(/^call_[0-9a-f]{32}$/);
  });

  test.each([
    ['one index and two ids', { index: 0, id: 'a' }, { index: 0, id: 'b' }],
    ['one index and no ids', { index: 0, id: '' }, { index: 0, id: '' }],
    ['ids alone', { id: 'a' }, { id: 'b' }],
    ['nothing but their names', {}, {}],
  ])('two calls with %s are two', (_, one, other) => {
    const bare = (marks: Json, fn: Json) => chatChunk({ tool_calls: [{ ...marks, function: fn }] });
    const whole = [
      bare(one, { name: 'add', arguments: '{"x":1}' }),
      bare(other, { name: 'add', arguments: '{"x":2}' }),
    ];
    const { output } = ended(eventsFor([...whole, finish('tool_calls')]));
    expect(output).toMatchObject([{ arguments: '{"x":1}' }, { arguments: '{"x":2}' }]);
  });

  test('fragments under two ids and no index, in turns, find their calls', () => {
    const bare = (id: string, fn: Json) => chatChunk({ tool_calls: [{ id, function: fn }] });
    const { output } = ended(
      eventsFor([
        bare('a', { name: 'add', arguments: '{"x"' }),
        bare('b', { name: 'add', arguments: '{"y"' }),
        bare('a', { arguments: ':1}' }),
        bare('b', { arguments: ':2}' }),
        finish('tool_calls'),
      ]),
    );
    expect(output).toMatchObject([{ arguments: '{"x":1}' }, { arguments: '{"y":2}' }]);
  });

  test.each(['message', 'delta'])(
    'a text under %s is the answer, and said once more it is no other',
    (member) => {
      const piece = (content: string, reason: string | null = null) =>
        JSON.stringify({
          choices: [{ index: 0, [member]: { role: 'assistant', content }, finish_reason: reason }],
        });
      const again = JSON.stringify({
        choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
      });
      const { output } = ended(eventsFor([piece('Hi'), again]));
      expect(output).toMatchObject([{ content: [{ text: 'Hi' }] }]);
    },
  );

  test('a name that comes late is waited for', () => {
    const events = eventsFor([
      callChunk(0, { id: 'a', arguments: '{"x"' }),
      callChunk(0, { name: 'add' }),
      callChunk(0, { arguments: ':1}' }),
      finish('tool_calls'),
    ]);
    expect(types(events)).toEqual(around(...CALL, 'function_call_arguments.delta', ...CALL_DONE));
    expect(ended(events).output).toMatchObject([{ name: 'add', arguments: '{"x":1}' }]);
  });

  test('log probabilities are in the delta, in the done event and in the part', () => {
    const logprobs = {
      content: [
        { token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'b', logprob: -1, bytes: null }] },
      ],
    };
    const chunk = JSON.stringify({
      choices: [{ index: 0, delta: { content: 'a' }, logprobs, finish_reason: 'stop' }],
    });
    const expected = [
      { token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'b', logprob: -1, bytes: [] }] },
    ];
    const events = eventsFor([chunk]);
    expect(events.filter((event) => 'logprobs' in event).map((event) => event['logprobs'])).toEqual([
      expected,
      expected,
    ]);
    expect(ended(events).output).toMatchObject([{ content: [{ logprobs: expected }] }]);
  });
});

describe('an answer that was stopped', () => {
  test('in its text is incomplete, and so is the message', () => {
    const events = eventsFor([text('a'), finish('length')]);
    expect(types(events).at(-1)).toBe('incomplete');
    expect(ended(events)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ type: 'message', status: 'incomplete' }],
    });
    expect(ended(eventsFor([text('a'), finish('content_filter')]))).toMatchObject({
      incomplete_details: { reason: 'content_filter' },
    });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['in a call', [add(0, '{"a":')], []],
    ['at the end of a call that is whole JSON', [add(0, '{"a":1}')], []],
    ['in a second call', [add(0, '{"a":1}'), add(1, '{"b":')], ['call_0']],
    ['behind a call, in text', [add(0, '{"a":1}'), text('so')], ['call_0']],
    ['in two calls at once', [add(0, '{'), add(1, '{'), callChunk(0, { arguments: '}' })], []],
    ['in a second call, the first being no JSON', [add(0, '{"a'), add(1, '{}')], []],
    ['in a call without a name', [callChunk(0, { id: 'a', arguments: '{' })], []],
  ])('%s: only calls that the model has finished are done', (_, chunks, done) => {
    for (const reason of ['length', 'content_filter']) {
      const events = eventsFor([...chunks, finish(reason)], TOOLS);
      const calls = (items: readonly unknown[]) =>
        items
          .filter((item): item is Json => (item as Json)['type'] === 'function_call')
          .map((item) => item['call_id']);
      const doneItems = events
        .filter(({ type }) => type === 'response.output_item.done')
        .map(({ item }) => item);
      expect(calls(doneItems)).toEqual(done);
      expect(calls(ended(events).output)).toEqual(done);
      expect(events.filter(({ type }) => type === 'response.function_call_arguments.done')).toHaveLength(
        done.length,
      );
    }
  });
});

describe('an answer that failed', () => {
  const failure = (run: () => unknown): GatewayError => {
    try {
      run();
    } catch (error) {
      if (error instanceof GatewayError) return error;
    }
    throw new Error('It did not fail.');
  };

  test('an end without a finish reason is a cut', () => {
    const translator = translatorFor();
    translator.event(text('a'));
    expect(failure(() => translator.end())).toMatchObject({ status: 502 });
  });

  test.each(['{"x', '{"x":1'])(
    'so is the end of a stream within a call that has no finish reason: %s',
    (args) => {
      const translator = translatorFor(TOOLS);
      translator.event(add(0, args));
      translator.event('[DONE]');
      expect(failure(() => translator.end())).toMatchObject({ status: 502 });
      const message = { tool_calls: [{ id: 'a', function: { name: 'add', arguments: args } }] };
      const whole = JSON.stringify({ choices: [{ index: 0, message, finish_reason: null }] });
      expect(failure(() => translatorFor(TOOLS).answer(whole))).toMatchObject({ status: 502 });
    },
  );

  test('an error in the stream keeps its words, and the last events are `error` and `response.failed`', () => {
    const translator = translatorFor();
    let out = translator.opening();
    const error = failure(() =>
      translator.event('{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}'),
    );
    out += translator.failure(error);
    const events = responseEvents(out);
    expect(types(events)).toEqual(['created', 'in_progress', 'error', 'failed']);
    expect(events[2]).toEqual({
      type: 'error',
      code: 'rate_limit_exceeded',
      message: 'slow down',
      param: null,
      error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
      sequence_number: 2,
    });
    expect(ended(events)).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limit_exceeded', message: 'slow down' },
      output: [],
      usage: null,
    });
  });

  test('a code that clients do not know is a server error in the response', () => {
    const translator = translatorFor();
    const error = new GatewayError({ status: 502, code: 'upstream_stream_cut', message: 'cut' });
    expect(ended(responseEvents(translator.failure(error)))).toMatchObject({
      error: { code: 'server_error' },
    });
  });
});

describe('a whole answer', () => {
  const whole = (message: Json, finish_reason: string | null = 'stop', members: Json = {}) => {
    const translator = translatorFor(members);
    translator.answer(
      JSON.stringify({
        choices: [{ index: 0, message, finish_reason }],
        usage: {
          prompt_tokens: 9,
          completion_tokens: 3,
          prompt_cache_hit_tokens: 4,
          completion_tokens_details: { reasoning_tokens: 2 },
        },
      }),
    );
    return JSON.parse(translator.whole());
  };

  test('has the reasoning, the text and the calls in this order', () => {
    const response = whole({
      reasoning_content: 'hm',
      content: 'Hi',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'add', arguments: '{"x":1}' } }],
    });
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [{ type: 'reasoning' }, { content: [{ text: 'Hi' }] }, { call_id: 'a', arguments: '{"x":1}' }],
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 12,
      },
    });
  });

  test('repeats the request, each tool with all its members', () => {
    const metadata = { a: 'b' };
    const tools = [{ type: 'function', name: 'add' }, { type: 'web_search' }];
    const response = whole({ content: 'Hi' }, 'stop', {
      instructions: 'Be brief.',
      metadata,
      tools,
      temperature: 0.5,
      reasoning: { effort: 'low' },
      max_output_tokens: 10,
    });
    expect(response).toMatchObject({
      instructions: 'Be brief.',
      metadata,
      tools: [
        { type: 'function', name: 'add', description: null, parameters: null, strict: null },
        { type: 'web_search' },
      ],
      temperature: 0.5,
      top_p: 1,
      reasoning: { effort: 'low', summary: null },
      max_output_tokens: 10,
      store: false,
      previous_response_id: null,
      error: null,
    });
  });

  test('that was cut in a call leaves it out', () => {
    const response = whole(
      { content: null, tool_calls: [{ id: 'a', function: { name: 'add', arguments: '{"x' } }] },
      'length',
    );
    expect(response).toMatchObject({ status: 'incomplete', output: [] });
  });

  test.each(['{}', '{"choices":[]}', 'null', '<html>', '{"error":{"message":"no"}}'])(
    '%s is a failure',
    (answer) => {
      expect(() => translatorFor().answer(answer)).toThrow(GatewayError);
    },
  );
});

describe('any stream', () => {
  const fragment = fc.oneof(
    fc.string({ maxLength: 5 }).map(text),
    fc.string({ maxLength: 5 }).map(thought),
    fc.string({ maxLength: 5 }).map((refusal) => chatChunk({ refusal })),
    fc
      .record({
        index: fc.nat({ max: 2 }),
        id: fc.option(fc.string({ maxLength: 3 })),
        name: fc.option(fc.string({ minLength: 1, maxLength: 3 })),
        args: fc.string({ maxLength: 4 }),
      })
      .map(({ index, id, name, args }) =>
        callChunk(index, {
          ...(id === null ? {} : { id }),
          ...(name === null ? {} : { name }),
          arguments: args,
        }),
      ),
  );

  test('gives the same events where its chunks are alike and where each has a member of its own', () => {
    const without = (events: readonly ResponseEvent[]) =>
      JSON.stringify(events)
        .replace(/(msg|rs|fc)_nx[0-9a-f]{32}/g, '$1')
        .replace(/"call_[0-9a-f]{32}"/g, '"call"')
        .replace(/"completed_at":\d+/g, '');
    const plain = fc.string({ unit: 'binary', maxLength: 4 }).map(text);
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, plain, fragment), { maxLength: 12 }), (chunks) => {
        const ending = [finish('stop'), text('late')];
        const unlike = [...chunks, ...ending].map((chunk, at) => `{"at":${at},${chunk.slice(1)}`);
        try {
          expect(without(eventsFor([...chunks, ...ending]))).toBe(without(eventsFor(unlike)));
        } catch (error) {
          // A call whose name never came.
          if (!(error instanceof GatewayError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('gives events whose parts agree with the response at the end', () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 12 }),
        fc.constantFrom('stop', 'length', 'tool_calls'),
        (chunks, reason) => {
          let events: ResponseEvent[];
          try {
            events = eventsFor([...chunks, finish(reason)]);
          } catch (error) {
            // A call whose name never came.
            expect(error).toBeInstanceOf(GatewayError);
            return;
          }
          const added = events.filter(({ type }) => type === 'response.output_item.added');
          expect(added.map((event) => event['output_index'])).toEqual(added.map((_event, at) => at));
          const done = events.filter(({ type }) => type === 'response.output_item.done');
          const byIndex = (a: ResponseEvent, b: ResponseEvent) =>
            Number(a['output_index']) - Number(b['output_index']);
          expect(done.toSorted(byIndex).map(({ item }) => item)).toEqual(ended(events).output);
          for (const event of done) {
            const deltas = events.filter(
              (each) => each['output_index'] === event['output_index'] && 'delta' in each,
            );
            const whole = deltas.map((each) => each['delta']).join('');
            expect(JSON.stringify(textsOf(event['item'] as Json))).toBe(JSON.stringify(whole));
          }
          expect(new Set(ended(events).output.map(({ id }) => id)).size).toBe(done.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** All that an item says. */
function textsOf(item: Json): string {
  if (item['type'] === 'function_call') return String(item['arguments']);
  const parts = (item['content'] ?? item['summary']) as Json[];
  return parts.map((part) => part['text'] ?? part['refusal']).join('');
}
