/** What streams, calls of tools and counts of tokens can look like. */
import { apiError, chatChunk, chatStream, events, usageChunk } from '../../../test/support/answers.ts';
import { type Behaviour, changed, family } from '../behaviour.ts';
import {
  bodyOf,
  calling,
  chatAnswer,
  chatDeltas,
  json,
  type Recorded,
  raw,
  saying,
  sse,
  TEXT,
} from '../form.ts';

const stream = family('stream', { streamed: true });
const ofChat = { apis: ['chat'] } as const;
const tool = family('tool', { offersTool: true });
const usage = family('usage', ofChat);

/** Changes the text of an event stream. */
const rewritten = (change: (text: string) => string) =>
  changed((good) => raw([change(bodyOf(good).toString())]));
/** Adds pieces between the events. */
const between = (piece: string) => changed((good) => raw(good.pieces.flatMap((event) => [piece, event])));
const chat =
  (...payloads: readonly string[]) =>
  () =>
    sse(payloads);

const ROLE = chatChunk({ role: 'assistant', content: '' });
const HELLO = chatChunk({ content: 'Hello' });
const STOP = chatChunk({}, 'stop');
const DONE = '[DONE]';

export const STREAMS: readonly Behaviour[] = [
  stream(
    'ends its lines with CRLF',
    rewritten((text) => text.replaceAll('\n', '\r\n')),
  ),
  stream(
    'ends its lines with CR',
    rewritten((text) => text.replaceAll('\n', '\r')),
  ),
  stream(
    'writes no blank behind data:',
    rewritten((text) => text.replaceAll('data: ', 'data:')),
  ),
  stream('sends comments', between(': ping\n\n')),
  stream('sends comments as OpenRouter', between(': OPENROUTER PROCESSING\n\n')),
  stream('numbers its events', between('id: 7\n')),
  stream('says when to come back', between('retry: 3000\n\n')),
  stream('sends empty lines', between('\n\n')),
  stream(
    'begins with a byte order mark',
    changed((good) => raw(['\uFEFF', ...good.pieces])),
  ),
  stream(
    'leaves out [DONE]',
    rewritten((text) => text.replace('data: [DONE]\n\n', '')),
    { apis: ['chat', 'text'] },
  ),
  stream(
    'ends without its last blank line',
    rewritten((text) => text.trimEnd()),
    { broken: 'behind the end' },
  ),
  stream(
    'says more behind [DONE]',
    rewritten((text) => `${text}data: {"late":true}\n\n`),
    { apis: ['chat', 'text'] },
  ),
  stream(
    'spreads an event over data lines',
    chat(ROLE, HELLO.replace(',"choices"', ',\ndata: "choices"'), STOP, DONE),
    ofChat,
  ),
  stream(
    'sends chunks without choices',
    chat(ROLE, '{"id":"x","object":"chat.completion.chunk","choices":[]}', HELLO, STOP, DONE),
    ofChat,
  ),
  stream(
    'repeats the role',
    chat(
      ROLE,
      chatChunk({ role: 'assistant', content: 'a' }),
      chatChunk({ role: 'assistant', content: 'b' }),
      STOP,
      DONE,
    ),
    ofChat,
  ),
  stream(
    'ends with content in the last event',
    chat(ROLE, chatChunk({ content: 'Hello' }, 'stop'), DONE),
    ofChat,
  ),
  stream(
    'sends null as content',
    chat(chatChunk({ role: 'assistant', content: null }), HELLO, chatChunk({ content: null }, 'stop'), DONE),
    ofChat,
  ),
  stream(
    'streams reasoning, then text',
    () =>
      chatDeltas([
        { role: 'assistant', reasoning_content: 'H' },
        { reasoning_content: 'm.' },
        { content: TEXT },
      ]),
    ofChat,
  ),
  stream('reports an error first', chat(apiError('Busy.', 'server_error', 'busy')), ofChat),
  stream(
    'reports an error in the middle',
    chat(ROLE, HELLO, apiError('Busy.', 'server_error', 'busy')),
    ofChat,
  ),
  stream(
    'reports an error as a named event',
    () =>
      raw([events([ROLE, HELLO]), `event: error\ndata: ${apiError('Busy.', 'server_error', 'busy')}\n\n`]),
    ofChat,
  ),
  stream('sends an event that is no JSON', chat(ROLE, HELLO, 'nonsense', STOP, DONE), ofChat),
  stream('sends a heartbeat that is an empty event', between('data:\n\n'), { apis: ['text'] }),
  stream('ends in the middle', () => sse(chatStream().slice(0, 3)), { ...ofChat, broken: true }),
  stream('ends before its first content', () => sse(chatStream().slice(0, 1)), { ...ofChat, broken: true }),
  stream('sends nothing', () => raw([]), { ...ofChat, broken: true }),
  stream('sends [DONE] alone', chat(DONE), { ...ofChat, broken: true }),
  stream('sends comments alone', () => raw([': ping\n\n', ': ping\n\n']), { ...ofChat, broken: true }),
  stream(
    'names its chat chunks',
    () =>
      raw(
        [ROLE, HELLO, STOP].map((payload) => `event: message\ndata: ${payload}\n\n`).concat(events([DONE])),
      ),
    ofChat,
  ),
  stream(
    'sends two choices side by side',
    () =>
      sse([
        ROLE,
        HELLO,
        HELLO.replace('"index":0', '"index":1'),
        STOP,
        STOP.replace('"index":0', '"index":1'),
        DONE,
      ]),
    ofChat,
  ),
];

const ARGUMENTS = '{"a":1836281973,"b":19973286}';
const call = (fields: object, written = ARGUMENTS) => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'add', arguments: written },
  ...fields,
});
const called =
  (calls: readonly object[], finish = 'tool_calls') =>
  (form: { streamed: boolean }): Recorded =>
    form.streamed
      ? chatDeltas(
          [
            { role: 'assistant', content: null },
            ...calls.map((one, index) => ({ tool_calls: [{ index, ...one }] })),
          ],
          finish,
        )
      : chatAnswer({ content: null, tool_calls: calls }, finish);
const fragments =
  (...deltas: readonly object[]) =>
  () =>
    chatDeltas(
      [{ role: 'assistant', content: null }, ...deltas.map((one) => ({ tool_calls: [one] }))],
      'tool_calls',
    );

export const TOOLS: readonly Behaviour[] = [
  tool('calls a tool', (form) => calling(form, ARGUMENTS), { apis: ['chat', 'responses'] }),
  tool('calls a tool without arguments', (form) => calling(form, '{}'), { apis: ['chat', 'responses'] }),
  tool(
    'calls a tool with arguments of several bytes a character',
    (form) => calling(form, '{"a":1,"b":2,"note":"世界 👋"}'),
    { apis: ['chat', 'responses'] },
  ),
  tool('calls two tools at once', called([call({}), call({ id: 'call_2' })]), ofChat),
  tool(
    'says a text before its call',
    (form) =>
      form.streamed
        ? chatDeltas(
            [{ role: 'assistant', content: 'Let me see.' }, { tool_calls: [{ index: 0, ...call({}) }] }],
            'tool_calls',
          )
        : chatAnswer({ content: 'Let me see.', tool_calls: [call({})] }, 'tool_calls'),
    ofChat,
  ),
  tool('calls a tool and says stop', called([call({})], 'stop'), ofChat),
  tool(
    'sends arguments in fragments',
    fragments(
      { index: 0, ...call({}, '{"a":1') },
      { index: 0, function: { arguments: ',"b":' } },
      { index: 0, function: { arguments: '2}' } },
    ),
    { ...ofChat, streamed: true },
  ),
  tool(
    'interleaves two calls',
    fragments(
      { index: 0, ...call({}, '{"a":1') },
      { index: 1, ...call({ id: 'call_2' }, '{"a":3') },
      { index: 0, function: { arguments: ',"b":2}' } },
      { index: 1, function: { arguments: ',"b":4}' } },
    ),
    { ...ofChat, streamed: true },
  ),
  tool(
    'repeats id and name in each fragment',
    fragments(
      { index: 0, ...call({}, '{"a":1') },
      { index: 0, id: 'call_1', function: { name: '', arguments: ',"b":2}' } },
    ),
    { ...ofChat, streamed: true },
  ),
  tool(
    'breaks off in the arguments',
    () => sse([chatChunk({ role: 'assistant', tool_calls: [{ index: 0, ...call({}, '{"a":1') }] })]),
    { ...ofChat, streamed: true, broken: true },
  ),
  tool('sends arguments that are no JSON', (form) => calling(form, '{"a":'), { apis: ['chat'] }),
  tool(
    'calls a tool that nobody offered',
    called([{ id: 'call_1', type: 'function', function: { name: 'other', arguments: '{}' } }]),
    ofChat,
  ),
];

const counted = (count: unknown) => (form: { streamed: boolean }) =>
  form.streamed
    ? sse([
        ROLE,
        HELLO,
        STOP,
        usageChunk().replace(/"usage":\{.*?\}/, `"usage":${JSON.stringify(count)}`),
        DONE,
      ])
    : chatAnswer({ content: 'Hello' }, 'stop', { usage: count });
const TOKENS = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

export const USAGES: readonly Behaviour[] = [
  usage('counts its tokens', counted(TOKENS)),
  usage('counts none', counted(null)),
  usage(
    'counts in detail',
    counted({
      ...TOKENS,
      prompt_tokens_details: { cached_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 1 },
    }),
  ),
  usage('counts zero', counted({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })),
  usage('counts wrongly', counted({ ...TOKENS, total_tokens: 100 })),
  usage('counts what it costs', counted({ ...TOKENS, cost: 0.0001, is_byok: false })),
  usage('counts without a total', counted({ prompt_tokens: 5, completion_tokens: 2 })),
  usage(
    'counts in the last chunk with a choice',
    () => sse([ROLE, HELLO, chatChunk({}, 'stop', { usage: TOKENS }), DONE]),
    { streamed: true },
  ),
  usage(
    'counts in every chunk',
    () =>
      sse([
        chatChunk({ role: 'assistant', content: '' }, null, { usage: TOKENS }),
        chatChunk({ content: 'Hello' }, null, { usage: TOKENS }),
        chatChunk({}, 'stop', { usage: TOKENS }),
        DONE,
      ]),
    { streamed: true },
  ),
  usage('counts before the end', () => sse([ROLE, usageChunk(), HELLO, STOP, DONE]), { streamed: true }),
  usage('counts on responses', (form) => saying(form), { apis: ['responses'] }),
  usage('counts as a text', (form) =>
    form.streamed
      ? sse([ROLE, HELLO, STOP, DONE])
      : json(
          '{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":"5","completion_tokens":"2","total_tokens":"7"}}',
        ),
  ),
];
