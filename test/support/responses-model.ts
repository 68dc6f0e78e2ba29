/** A model behind the fake upstream that answers on the Responses API as OpenAI does: whole, or as named events. */
import { respond, streamBytes } from './answers.ts';
import { fragments, type ToolCall } from './chat-model.ts';
import type { Script } from './upstream.ts';

/** What every answer of these models is said to have cost. */
const USAGE = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 3 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 18,
};

type Members = Readonly<Record<string, unknown>>;

/** One named event; its name is its type. */
export function namedEvent(type: string, members: Members): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** Answers with a text. */
export function respondsWith(text: string): Script {
  const where = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const part = (written: string) => ({ type: 'output_text', text: written, annotations: [], logprobs: [] });
  const item = (status: string, content: readonly unknown[]) => ({
    id: 'msg_1',
    type: 'message',
    status,
    role: 'assistant',
    content,
  });
  const done = item('completed', [part(text)]);
  return answer(done, [
    ['response.output_item.added', { output_index: 0, item: item('in_progress', []) }],
    ['response.content_part.added', { ...where, part: part('') }],
    ...fragments(text).map((delta) => event('response.output_text.delta', { ...where, delta, logprobs: [] })),
    ['response.output_text.done', { ...where, text, logprobs: [] }],
    ['response.content_part.done', { ...where, part: part(text) }],
    ['response.output_item.done', { output_index: 0, item: done }],
  ]);
}

/** The first events of a stream that has said a text and is not over. */
export function responseOpening(text: string): string {
  const response = { id: 'resp_1', object: 'response', created_at: 1_790_000_000, status: 'in_progress' };
  const item = { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', content: [] };
  const where = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  return numbered([
    ['response.created', { response: { ...response, model: 'm', output: [] } }],
    ['response.output_item.added', { output_index: 0, item }],
    ['response.output_text.delta', { ...where, delta: text, logprobs: [] }],
  ]).join('');
}

/** Answers with a call of a tool. */
export function respondsCalling(call: ToolCall): Script {
  const where = { item_id: 'fc_1', output_index: 0 };
  const item = (status: string, written: string) => ({
    id: 'fc_1',
    type: 'function_call',
    status,
    call_id: call.id,
    name: call.name,
    arguments: written,
  });
  const done = item('completed', call.arguments);
  return answer(done, [
    ['response.output_item.added', { output_index: 0, item: item('in_progress', '') }],
    ...fragments(call.arguments).map((delta) =>
      event('response.function_call_arguments.delta', { ...where, delta }),
    ),
    ['response.function_call_arguments.done', { ...where, name: call.name, arguments: call.arguments }],
    ['response.output_item.done', { output_index: 0, item: done }],
  ]);
}

type Event = readonly [type: string, members: Members];

function event(type: string, members: Members): Event {
  return [type, members];
}

function answer(item: Members, events: readonly Event[]): Script {
  return (exchange) => {
    const request = JSON.parse(exchange.request.body.toString());
    const response = (status: string, output: readonly unknown[], usage: unknown) => ({
      id: 'resp_1',
      object: 'response',
      created_at: 1_790_000_000,
      status,
      error: null,
      incomplete_details: null,
      instructions: null,
      model: request.model,
      output,
      parallel_tool_calls: true,
      temperature: 1,
      tool_choice: 'auto',
      tools: request.tools ?? [],
      top_p: 1,
      metadata: {},
      service_tier: 'default',
      text: request.text ?? { format: { type: 'text' } },
      usage,
    });
    const completed = response('completed', [item], USAGE);
    if (request.stream !== true) return respond(JSON.stringify(completed))(exchange);
    const begun = { response: response('in_progress', [], null) };
    const all: Event[] = [
      ['response.created', begun],
      ['response.in_progress', begun],
      ...events,
      ['response.completed', { response: completed }],
    ];
    return streamBytes(numbered(all))(exchange);
  };
}

function numbered(all: readonly Event[]): string[] {
  return all.map(([type, members], sequence) => namedEvent(type, { sequence_number: sequence, ...members }));
}
