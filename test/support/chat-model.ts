/** A chat model behind the fake upstream that answers as OpenAI does: whole, or streamed where the request asks for it. */
import { chatChunk, chatCompletion, events, respond, stream } from './answers.ts';
import type { Script } from './upstream.ts';

/** A call of a tool, as a model makes it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** What every answer of these models is said to have cost. */
export const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 3, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2, audio_tokens: 0 },
};

const HEAD = { service_tier: 'default', system_fingerprint: 'fp_1' };

/** Answers with a text. */
export function says(text: string): Script {
  return answer({ content: text, refusal: null }, [{ content: '' }, ...fragments(text).map(content)], 'stop');
}

/** Answers with a refusal, as a model does that will not fill in a schema. */
export function refuses(text: string): Script {
  const deltas = fragments(text).map((refusal) => ({ refusal }));
  return answer({ content: null, refusal: text }, [{ content: null }, ...deltas], 'stop');
}

/** Answers with calls of tools, side by side. */
export function callsTools(...calls: readonly ToolCall[]): Script {
  const named = (call: ToolCall, text: string) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: text },
  });
  const deltas = calls.flatMap((call, index) => [
    { tool_calls: [{ index, ...named(call, '') }] },
    ...fragments(call.arguments).map((text) => ({ tool_calls: [{ index, function: { arguments: text } }] })),
  ]);
  const message = {
    content: null,
    refusal: null,
    tool_calls: calls.map((call) => named(call, call.arguments)),
  };
  return answer(message, [{ content: null }, ...deltas], 'tool_calls');
}

/** The first event of a stream that has said a text and is not over. */
export function chatOpening(text: string): string {
  return events([chatChunk({ role: 'assistant', content: text })]);
}

/** Pieces of a text that end anywhere, as tokens do. */
export function fragments(text: string): string[] {
  return text.match(/.{1,4}/gsu) ?? [];
}

type Delta = Readonly<Record<string, unknown>>;

function content(text: string): Delta {
  return { content: text };
}

function answer(message: Delta, deltas: readonly Delta[], finish: string): Script {
  const choice = {
    index: 0,
    message: { role: 'assistant', ...message, annotations: [] },
    logprobs: null,
    finish_reason: finish,
  };
  const whole = respond(chatCompletion({ choices: [choice], usage: USAGE, ...HEAD }));
  return (exchange) => {
    const request = JSON.parse(exchange.request.body.toString());
    if (request.stream !== true) return whole(exchange);
    const counted = request.stream_options?.include_usage === true;
    const extra = counted ? { ...HEAD, usage: null } : HEAD;
    const [first, ...rest] = deltas;
    return stream([
      chatChunk({ role: 'assistant', ...first, refusal: null }, null, extra),
      ...rest.map((delta) => chatChunk(delta, null, extra)),
      chatChunk({}, finish, extra),
      ...(counted ? [chatChunk({}, null, { ...HEAD, choices: [], usage: USAGE })] : []),
      '[DONE]',
    ])(exchange);
  };
}
