import { describe, expect, test } from 'vitest';
import { sealReasoning } from '../../../src/worker/responses-via-chat/reasoning.ts';
import { chatFor, planFor, refusalOf } from '../../support/responses-plan.ts';

type Json = Readonly<Record<string, unknown>>;

const user = (content: unknown) => ({ role: 'user', content });
const says = (text: string) => ({
  type: 'message',
  role: 'assistant',
  id: 'msg_1',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const calls = (id: string, more: Json = {}) => ({
  type: 'function_call',
  call_id: id,
  name: 'add',
  arguments: `{"of":"${id}"}`,
  ...more,
});
const output = (id: string, value: unknown = `of ${id}`) => ({
  type: 'function_call_output',
  call_id: id,
  output: value,
});
const thinks = (text: string, id = 'rs_nx1') => ({
  type: 'reasoning',
  id,
  summary: [{ type: 'summary_text', text }],
});
const toolCall = (id: string) => ({
  id,
  type: 'function',
  function: { name: 'add', arguments: `{"of":"${id}"}` },
});
const tool = (id: string) => ({ role: 'tool', tool_call_id: id, content: `of ${id}` });

const messages = (input: unknown, more: Json = {}, upstream?: Parameters<typeof chatFor>[1]) =>
  chatFor({ input, ...more }, upstream)['messages'];

describe('messages', () => {
  test.each<[string, unknown, Json, unknown]>([
    ['a text is a user message', 'hi', {}, [user('hi')]],
    [
      'instructions lead',
      'hi',
      { instructions: 'Be brief.' },
      [{ role: 'system', content: 'Be brief.' }, user('hi')],
    ],
    ['instructions may stand alone', [], { instructions: 'Go.' }, [{ role: 'system', content: 'Go.' }]],
    [
      'developer items join the instructions in one system message',
      [
        { role: 'developer', content: 'A' },
        {
          type: 'message',
          role: 'system',
          content: [{ type: 'input_text', text: 'B' }],
          id: null,
          status: null,
        },
        user('hi'),
      ],
      { instructions: 'I' },
      [{ role: 'system', content: 'I\n\nA\n\nB' }, user('hi')],
    ],
    [
      'a later developer item joins it too, with its place, the last one last',
      [
        user('hi'),
        says('yes'),
        { role: 'developer', content: 'late' },
        user('go on'),
        { role: 'system', content: 'later' },
      ],
      { instructions: 'I' },
      [
        { role: 'system', content: 'I\n\n[after message 2]\nlate\n\n[after message 3]\nlater' },
        user('hi'),
        { role: 'assistant', content: 'yes' },
        user('go on'),
      ],
    ],
    [
      'texts of one content are one text',
      [
        user([
          { type: 'input_text', text: 'a' },
          { type: 'input_text', text: 'b' },
        ]),
      ],
      {},
      [user('a\nb')],
    ],
    [
      'pictures, files and sound keep their order',
      [
        user([
          { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'original' },
          { type: 'input_text', text: 'what?' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' },
          { type: 'input_image', image_url: 'https://example.com/a.png', detail: null },
        ]),
      ],
      {},
      [
        user([
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'high' } },
          { type: 'text', text: 'what?' },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        ]),
      ],
    ],
    [
      'a refusal is what the model said',
      [user('hi'), { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }, user('why?')],
      {},
      [user('hi'), { role: 'assistant', content: 'No.' }, user('why?')],
    ],
    [
      'an empty assistant message is nothing',
      [user('hi'), says(''), user('again')],
      {},
      [user('hi'), user('again')],
    ],
  ])('%s', (_, input, more, expected) => {
    expect(messages(input, more)).toEqual(expected);
  });

  test('a later system message stays in place where the upstream takes one anywhere', () => {
    const input = [{ role: 'developer', content: 'A' }, user('hi'), { role: 'developer', content: 'late' }];
    expect(messages(input, {}, { systemAnywhere: true })).toEqual([
      { role: 'system', content: 'A' },
      user('hi'),
      { role: 'system', content: 'late' },
    ]);
  });
});

describe('turns of the model', () => {
  test.each<[string, readonly unknown[], unknown]>([
    [
      'text and parallel calls are one message, and the outputs follow in the order of the calls',
      [user('x'), says('Let me see.'), calls('a'), calls('b'), output('b'), output('a')],
      [
        user('x'),
        { role: 'assistant', content: 'Let me see.', tool_calls: [toolCall('a'), toolCall('b')] },
        tool('a'),
        tool('b'),
      ],
    ],
    [
      'calls one after the other are turns of their own',
      [user('x'), calls('a'), output('a'), calls('b'), output('b'), says('done')],
      [
        user('x'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
        tool('a'),
        { role: 'assistant', content: null, tool_calls: [toolCall('b')] },
        tool('b'),
        { role: 'assistant', content: 'done' },
      ],
    ],
    [
      'what the client put between calls and outputs comes behind them',
      [user('x'), calls('a'), calls('b'), output('a'), user('hurry'), output('b'), user('now')],
      [
        user('x'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a'), toolCall('b')] },
        tool('a'),
        tool('b'),
        user('hurry'),
        user('now'),
      ],
    ],
    [
      'outputs between calls of one turn find their calls',
      [user('x'), calls('a'), calls('b'), output('a'), calls('c'), output('b'), output('c')],
      [
        user('x'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a'), toolCall('b'), toolCall('c')] },
        tool('a'),
        tool('b'),
        tool('c'),
      ],
    ],
    [
      'the same id in two turns is two calls',
      [user('x'), calls('a'), output('a'), calls('a'), output('a')],
      [
        user('x'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
        tool('a'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
        tool('a'),
      ],
    ],
    [
      'pictures of an output follow as the user’s, behind all outputs',
      [
        user('x'),
        calls('a'),
        calls('b'),
        output('a', [
          { type: 'input_text', text: 'seen' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA' },
        ]),
        output('b'),
      ],
      [
        user('x'),
        { role: 'assistant', content: null, tool_calls: [toolCall('a'), toolCall('b')] },
        { role: 'tool', tool_call_id: 'a', content: 'seen' },
        tool('b'),
        user([
          { type: 'text', text: 'Output of tool add:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ]),
      ],
    ],
  ])('%s', (_, input, expected) => {
    expect(messages(input)).toEqual(expected);
  });

  test('custom tools, namespaces and searches go back under the names of their functions', () => {
    const { messages: all } = chatFor({
      input: [
        user('x'),
        { type: 'custom_tool_call', call_id: 'a', name: 'apply_patch', input: '*** Begin' },
        { type: 'function_call', call_id: 'b', name: 'wait', namespace: 'agents', arguments: '' },
        { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: { query: 'q' } },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'Done' },
        { type: 'function_call_output', call_id: 'b', output: '1' },
        {
          type: 'tool_search_output',
          call_id: 'c',
          execution: 'client',
          tools: [{ type: 'function', name: 'found', parameters: {} }],
        },
      ],
    });
    expect(all).toMatchObject([
      {},
      {
        tool_calls: [
          { function: { name: 'apply_patch', arguments: '{"input":"*** Begin"}' } },
          { function: { name: 'agents__wait', arguments: '{}' } },
          { function: { name: 'tool_search', arguments: '{"query":"q"}' } },
        ],
      },
      { tool_call_id: 'a', content: 'Done' },
      { tool_call_id: 'b', content: '1' },
      { tool_call_id: 'c', content: 'Found: found' },
    ]);
  });
});

describe('reasoning', () => {
  const turn = [user('x'), thinks('hm'), calls('a'), output('a'), says('done'), user('and?')];

  test('goes back with the turn that it led to where the upstream wants it, and a blank where there is none', () => {
    expect(messages(turn, {}, { reasoningBack: true })).toMatchObject([
      {},
      { role: 'assistant', reasoning_content: 'hm', tool_calls: [{ id: 'a' }] },
      {},
      { role: 'assistant', content: 'done', reasoning_content: ' ' },
      {},
    ]);
  });

  test('goes back to an unknown upstream only where it was chat’s own', () => {
    expect(JSON.stringify(messages(turn))).toContain('"reasoning_content":"hm"');
    const foreign = [user('x'), thinks('hm', 'rs_1'), says('done')];
    expect(JSON.stringify(messages(foreign))).not.toContain('reasoning_content');
    const sealed = [
      user('x'),
      { type: 'reasoning', summary: [], encrypted_content: sealReasoning('深い 🧠') },
      says('done'),
    ];
    expect(JSON.stringify(messages(sealed))).toContain('"reasoning_content":"深い 🧠"');
  });

  test('stays away where the upstream does not want it', () => {
    expect(JSON.stringify(messages(turn, {}, { reasoningBack: false }))).not.toContain('reasoning_content');
  });

  test('foreign encrypted content is left out, and what else the item says is taken', () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      encrypted_content: 'gAAAA',
      content: [{ type: 'reasoning_text', text: 'raw' }],
    };
    expect(JSON.stringify(messages([user('x'), item, says('y')], {}, { reasoningBack: true }))).toContain(
      '"reasoning_content":"raw"',
    );
  });

  test('without a turn behind it is nothing', () => {
    expect(messages([user('x'), thinks('hm'), user('y')])).toEqual([user('x'), user('y')]);
  });
});

describe('items that are left out', () => {
  test('are named', () => {
    const plan = planFor({
      input: [
        { type: 'item_reference', id: 'rs_1' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        user('x'),
      ],
    });
    expect(plan.dropped).toEqual(['input.item_reference', 'input.web_search_call']);
  });

  test('settings among the items count, the last one most', () => {
    const chat = chatFor({
      reasoning: { effort: 'low' },
      input: [
        user('x'),
        { type: 'configuration_update', reasoning: { effort: 'medium' } },
        {
          type: 'configuration_update',
          reasoning: { effort: 'high' },
          text: { format: { type: 'json_object' } },
        },
      ],
    });
    expect(chat).toMatchObject({ reasoning_effort: 'high', response_format: { type: 'json_object' } });
  });
});

describe('items that chat cannot have are refused', () => {
  test.each<[string, Json, string, RegExp]>([
    ['nothing at all', { input: undefined }, 'input', /Missing/],
    ['an empty list', { input: [] }, 'input', /Missing/],
    ['a number', { input: 7 }, 'input', /string or an array/],
    [
      'an output without its call',
      { input: [output('a')] },
      'input',
      /No tool call found for function call output with call_id a/,
    ],
    ['an output twice', { input: [calls('a'), output('a'), output('a')] }, 'input', /No tool call found/],
    [
      'a call without its output',
      { input: [user('x'), calls('a'), user('y')] },
      'input',
      /No tool output found for function call a/,
    ],
    [
      'a reference to a message',
      { input: [{ type: 'item_reference', id: 'msg_1' }] },
      'input',
      /Item with id 'msg_1' not found.*store: false/s,
    ],
    [
      'a stored file',
      { input: [user([{ type: 'input_file', file_id: 'f' }])] },
      'input[0].content[0]',
      /inline/,
    ],
    [
      'a stored picture',
      { input: [user([{ type: 'input_image', file_id: 'f' }])] },
      'input[0].content[0]',
      /inline/,
    ],
    ['an unknown part', { input: [user([{ type: 'hologram' }])] }, 'input[0].content[0].type', /Invalid/],
    ['an unknown role', { input: [{ role: 'wizard', content: 'x' }] }, 'input[0].role', /expected one of/],
    ['a computer’s call', { input: [user('x'), { type: 'computer_call' }] }, 'input[1].type', /Unsupported/],
    ['an item of no kind', { input: [{}] }, 'input[0].type', /Unsupported/],
    ['a text in place of an item', { input: ['x'] }, 'input[0]', /expected an object/],
    [
      'a call without an id',
      { input: [{ type: 'function_call', name: 'f', arguments: '' }] },
      'input[0].call_id',
      /expected a string/,
    ],
  ])('%s', (_, members, param, message) => {
    const error = refusalOf(members);
    expect(error).toMatchObject({ status: 400, fields: { param, type: 'invalid_request_error' } });
    expect(error.message).toMatch(message);
  });
});

describe('state is refused with the cure', () => {
  test.each<[string, Json, string, string | null]>([
    [
      'an earlier response',
      { previous_response_id: 'resp_1' },
      'previous_response_id',
      'previous_response_not_found',
    ],
    ['a conversation', { conversation: 'conv_1' }, 'conversation', 'unsupported_parameter'],
    ['a stored prompt', { prompt: { id: 'p' } }, 'prompt', 'unsupported_parameter'],
    ['background', { background: true }, 'background', 'unsupported_parameter'],
  ])('%s', (_, members, param, code) => {
    expect(refusalOf(members)).toMatchObject({ status: 400, fields: { param, code } });
  });

  test('and what only says no to it is fine', () => {
    const plan = planFor({
      background: false,
      store: false,
      previous_response_id: null,
      conversation: null,
      prompt: null,
    });
    expect(plan.dropped).toEqual([]);
  });
});
