import { describe, expect, test } from 'vitest';
import { chatFor, planFor, refusalOf } from '../../support/responses-plan.ts';

type Json = Readonly<Record<string, unknown>>;

const fn = (name: string, more: Json = {}) => ({ type: 'function', name, ...more });
const named = (...names: readonly string[]) => names.map((name) => ({ function: { name } }));

describe('tools', () => {
  test('a function keeps its words; parameters that are not there are an empty object', () => {
    const parameters = { type: 'object', properties: { a: { type: 'number', minimum: 1.5 } } };
    expect(
      chatFor({
        tools: [
          fn('add', { description: 'Adds.', parameters, strict: true }),
          fn('now', { parameters: null, strict: null }),
        ],
      })['tools'],
    ).toEqual([
      { type: 'function', function: { name: 'add', description: 'Adds.', parameters, strict: true } },
      { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
    ]);
  });

  test('a custom tool is a function of one text, its grammar told', () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const { tools } = chatFor({
      tools: [{ type: 'custom', name: 'apply_patch', description: 'Patches.', format }],
    });
    expect(tools).toMatchObject([
      {
        type: 'function',
        function: {
          name: 'apply_patch',
          description: expect.stringMatching(/^Patches\.\n\n.*Lark grammar:\nstart: "x"$/s),
          parameters: { properties: { input: { type: 'string' } }, required: ['input'] },
        },
      },
    ]);
  });

  test('a namespace is flattened, with names that chat takes, and found again', () => {
    const long = 'a'.repeat(70);
    const { tools, body } = planFor({
      tools: [
        {
          type: 'namespace',
          name: 'agents.v1',
          tools: [fn('wait'), { type: 'custom', name: 'exec' }, fn(long)],
        },
      ],
    });
    const names: string[] = JSON.parse(body).tools.map(
      (each: { function: { name: string } }) => each.function.name,
    );
    expect(names.slice(0, 2)).toEqual(['agents_v1__wait', 'agents_v1__exec']);
    expect(names[2]).toMatch(/^agents_v1__a{44}_[0-9a-f]{8}$/);
    expect(names.map((name) => tools.toolOf(name))).toEqual([
      { kind: 'function', name: 'wait', namespace: 'agents.v1' },
      { kind: 'custom', name: 'exec', namespace: 'agents.v1' },
      { kind: 'function', name: long, namespace: 'agents.v1' },
    ]);
  });

  test('tools among the items join, and deferred ones once they are found', () => {
    const search = {
      type: 'tool_search',
      execution: 'client',
      description: 'Finds.',
      parameters: { type: 'object' },
    };
    const deferred = fn('later', { defer_loading: true });
    const more = { type: 'additional_tools', role: 'developer', tools: [search, deferred, fn('now')] };
    const asked = { role: 'user', content: 'x' };
    expect(chatFor({ input: [more, asked] })['tools']).toMatchObject(named('tool_search', 'now'));
    const found = [
      { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: {} },
      { type: 'tool_search_output', call_id: 'c', execution: 'client', tools: [deferred] },
    ];
    expect(chatFor({ input: [more, asked, ...found] })['tools']).toMatchObject(
      named('tool_search', 'now', 'later'),
    );
    expect(chatFor({ tools: [deferred] })['tools']).toMatchObject(named('later'));
  });

  test('hosted ones that an answer can do without are left out and named', () => {
    const plan = planFor({
      tools: [
        { type: 'web_search' },
        { type: 'web_search_preview' },
        { type: 'image_generation' },
        { type: 'tool_search' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    });
    expect(plan.dropped).toEqual([
      'tools.web_search',
      'tools.web_search_preview',
      'tools.image_generation',
      'tools.tool_search',
    ]);
    expect(JSON.parse(plan.body)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
  });

  test.each([
    'file_search',
    'code_interpreter',
    'mcp',
    'computer_use_preview',
    'shell',
    'local_shell',
    'apply_patch',
  ])('%s is refused', (type) => {
    expect(refusalOf({ tools: [fn('a'), { type }] })).toMatchObject({
      status: 400,
      fields: { param: 'tools[1].type', code: 'unsupported_value' },
    });
  });

  test('two that a chat model could not tell apart are refused, both named', () => {
    const error = refusalOf({ tools: [fn('a__b'), { type: 'namespace', name: 'a', tools: [fn('b')] }] });
    expect(error.message).toMatch(/'a__b' and 'a\.b'/);
    expect(chatFor({ tools: [fn('a'), fn('a')] })['tools']).toMatchObject(named('a'));
  });
});

describe('the choice of a tool', () => {
  const tools = [fn('a'), fn('b'), { type: 'custom', name: 'c' }];
  test.each<[string, unknown, unknown]>([
    ['none', 'none', 'none'],
    ['required', 'required', 'required'],
    ['a function', { type: 'function', name: 'a' }, { type: 'function', function: { name: 'a' } }],
    ['a custom tool', { type: 'custom', name: 'c' }, { type: 'function', function: { name: 'c' } }],
  ])('%s', (_, choice, expected) => {
    expect(chatFor({ tools, tool_choice: choice })['tool_choice']).toEqual(expected);
  });

  test('allowed tools are all that is sent', () => {
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'b' }] };
    expect(chatFor({ tools, tool_choice: choice })).toMatchObject({
      tools: named('b'),
      tool_choice: 'required',
    });
  });

  test.each([{ type: 'mcp', server_label: 'x' }, { type: 'web_search' }, 'sometimes', 7])(
    '%j is refused',
    (choice) => {
      expect(refusalOf({ tools, tool_choice: choice })).toMatchObject({ fields: { param: 'tool_choice' } });
    },
  );
});

describe('members', () => {
  test('what chat has goes on under its name', () => {
    const chat = chatFor({
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 1,
      user: 'u',
      parallel_tool_calls: false,
      tools: [fn('a')],
      reasoning: { effort: 'xhigh', summary: 'auto', context: 'all_turns' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
      top_logprobs: 2,
      include: [
        'message.output_text.logprobs',
        'reasoning.encrypted_content',
        'web_search_call.action.sources',
      ],
      stream: true,
      stream_options: { include_obfuscation: false },
    });
    expect(chat).toMatchObject({
      model: 'm',
      max_tokens: 100,
      temperature: 0.5,
      top_p: 1,
      user: 'u',
      parallel_tool_calls: false,
      reasoning_effort: 'xhigh',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
      },
      logprobs: true,
      top_logprobs: 2,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('a reasoning model takes its limit under its own name', () => {
    expect(chatFor({ max_output_tokens: 9 }, { isReasoningModel: true })).toMatchObject({
      max_completion_tokens: 9,
    });
  });

  test('what chat has not is left out and named, but for what says nothing', () => {
    const plan = planFor({
      client_metadata: { a: 1 },
      prompt_cache_key: 'k',
      safety_identifier: 's',
      service_tier: 'flex',
      store: true,
      truncation: 'auto',
      max_tool_calls: 3,
      metadata: { a: 'b' },
      text: { verbosity: 'low' },
      new_member: 1,
    });
    expect(plan.dropped).toEqual([
      'client_metadata',
      'prompt_cache_key',
      'safety_identifier',
      'service_tier',
      'store',
      'truncation',
      'max_tool_calls',
      'new_member',
      'text.verbosity',
    ]);
    expect(JSON.parse(plan.body)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    expect(planFor({ service_tier: 'auto', store: false, truncation: 'disabled', text: {} }).dropped).toEqual(
      [],
    );
  });

  test.each<[string, Json, string]>([
    ['a limit of nothing', { max_output_tokens: 0 }, 'max_output_tokens'],
    ['too many alternatives', { top_logprobs: 21 }, 'top_logprobs'],
    ['an unknown format', { text: { format: { type: 'grammar' } } }, 'text.format.type'],
  ])('%s is refused', (_, members, param) => {
    expect(refusalOf(members)).toMatchObject({ status: 400, fields: { param } });
  });
});
