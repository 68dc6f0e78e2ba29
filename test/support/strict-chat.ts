/**
 * A thinking model behind an upstream that has chat alone and takes nothing but what DeepSeek's takes
 * (https://api-docs.deepseek.com/guides/thinking_mode): four roles, one system message and that first, every call answered
 * right behind it, and the reasoning of a turn with calls given back.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { apiError, chatChunk, chatCompletion, EVENT_STREAM, respond, stream, usageChunk } from './answers.ts';
import { fragments, type ToolCall } from './chat-model.ts';
import type { Script } from './upstream.ts';

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly reasoning_content?: unknown;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly arguments: unknown };
  }[];
  readonly tool_call_id?: string;
}

/** A chat request, as far as these models look at it. */
export interface StrictRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: unknown } }[];
  readonly stream?: boolean;
  readonly [member: string]: unknown;
}

/** What the model says in one turn. */
export interface Turn {
  readonly thought?: string;
  readonly text?: string;
  readonly calls?: readonly ToolCall[];
  /** How long a streamed answer says nothing behind its head. */
  readonly silenceMs?: number;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'temperature',
  'top_p',
  'response_format',
  'reasoning_effort',
  'logprobs',
  'top_logprobs',
]);
const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool']);

/** The first rule that a request breaks; undefined where it breaks none. */
export function violation(request: StrictRequest): string | undefined {
  const unknown = Object.keys(request).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) return `unknown member ${unknown}`;
  const { messages, tools = [] } = request;
  const badName = tools.find(({ function: { name } }) => !/^[\w-]{1,64}$/.test(name));
  if (badName !== undefined) return `bad function name ${badName.function.name}`;
  const waiting: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (!ROLES.has(message.role)) return `messages[${at}]: unknown variant ${message.role}`;
    if (message.role === 'system' && at > 0) return `messages[${at}]: a system message that is not the first`;
    if (message.role === 'tool') {
      if (waiting.shift() !== message.tool_call_id) return `messages[${at}]: no such call, or not in order`;
      if (typeof message.content !== 'string') return `messages[${at}]: content must be a text`;
      continue;
    }
    if (waiting.length > 0) return `messages[${at}]: calls without an output`;
    const calls = message.tool_calls ?? [];
    if (message.role === 'assistant' && !message.content && calls.length === 0)
      return `messages[${at}]: empty`;
    if (calls.length > 0 && !message.reasoning_content) {
      return 'The `reasoning_content` in the thinking mode must be passed back to the API.';
    }
    for (const call of calls) {
      JSON.parse(String(call.function.arguments));
      waiting.push(call.id);
    }
  }
  return waiting.length > 0 ? 'calls without an output' : undefined;
}

/** Serves chat alone: what the model says depends on how many outputs of tools it has seen since the user spoke. */
export function strictChat(turn: (request: StrictRequest, outputs: readonly string[]) => Turn): Script {
  return (exchange) => {
    const { path, body } = exchange.request;
    if (path.startsWith('/v1/models')) return respond('{"object":"list","data":[]}')(exchange);
    if (path !== '/v1/chat/completions')
      return respond('Not Found', 404, { 'content-type': 'text/plain' })(exchange);
    const request: StrictRequest = JSON.parse(body.toString());
    const broken = violation(request);
    if (broken !== undefined) return respond(apiError(broken), 400)(exchange);
    const spoke = request.messages.findLastIndex(({ role }) => role === 'user');
    const outputs = request.messages.slice(spoke).filter(({ role }) => role === 'tool');
    return answer(
      request,
      turn(
        request,
        outputs.map(({ content }) => String(content)),
      ),
    )(exchange);
  };
}

function answer(
  request: StrictRequest,
  { thought = '', text = '', calls = [], silenceMs = 0 }: Turn,
): Script {
  const finish = calls.length > 0 ? 'tool_calls' : 'stop';
  const toolCalls = calls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }));
  if (request.stream !== true) {
    const message = {
      role: 'assistant',
      content: text,
      reasoning_content: thought,
      ...(calls.length > 0 ? { tool_calls: toolCalls } : {}),
    };
    return respond(chatCompletion({ choices: [{ index: 0, message, finish_reason: finish }] }));
  }
  const payloads = [
    chatChunk({ role: 'assistant', content: null, reasoning_content: '' }),
    ...fragments(thought).map((reasoning_content) => chatChunk({ content: null, reasoning_content })),
    ...fragments(text).map((content) => chatChunk({ content, reasoning_content: null })),
    ...calls.flatMap(({ id, name, arguments: args }, index) => [
      chatChunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
      ...fragments(args).map((part) => chatChunk({ tool_calls: [{ index, function: { arguments: part } }] })),
    ]),
    chatChunk({ content: '' }, finish),
    usageChunk(),
    '[DONE]',
  ];
  if (silenceMs === 0) return stream(payloads);
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await sleep(silenceMs);
    for (const payload of payloads) await exchange.event(payload);
    await exchange.end();
  };
}
