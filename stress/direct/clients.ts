/** The official clients for JavaScript, each asked as its users ask it, with nothing but the base URL changed. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText, type ToolSet, tool } from 'ai';
import OpenAI from 'openai';
import * as z from 'zod';
import { type Failure, failureOf, type Job, type Outcome, type Value } from './outcome.ts';

export const QUESTION = 'What is the sum?';
export const KEY = 'sk-client-Jb9-of-somebody';

/** Asks, and tells the text so far to `say`, which an error behind half an answer keeps. */
type Ask = (job: Job, say: (text: string) => void) => Promise<Value>;

const messages = [{ role: 'user', content: QUESTION }] as const;

const SCHEMA = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
};
const CHAT_TOOLS = [{ type: 'function', function: { name: 'add', parameters: SCHEMA } }] as const;
const RESPONSES_TOOLS = [{ type: 'function', name: 'add', parameters: SCHEMA, strict: false }] as const;

const value = (fields: Omit<Value, 'kind'>): Value => ({ kind: 'value', ...fields });

const openai = ({ base, retries, timeoutMs }: Job) =>
  new OpenAI({ baseURL: base, apiKey: KEY, maxRetries: retries, timeout: timeoutMs, logLevel: 'off' });

/** The time limit of clients that have none for streams: openai's ends with the answer's head. */
const limit = ({ timeoutMs }: Job) => AbortSignal.timeout(timeoutMs);

const openaiChat: Ask = async (job, say) => {
  const client = openai(job);
  const tools = job.offersTool ? { tools: [...CHAT_TOOLS] } : {};
  const request = { model: job.model, messages: [...messages], ...tools };
  if (!job.streamed) {
    const { choices, usage } = await client.chat.completions.create(request);
    const message = choices[0]?.message;
    if (message === undefined) throw new TypeError('There is no choice.');
    return value({
      text: message.content ?? message.refusal,
      tools: chatCalls(message.tool_calls),
      finish: choices[0]?.finish_reason,
      usage,
    });
  }
  const stream = client.chat.completions.stream(
    { ...request, stream_options: { include_usage: true } },
    { signal: limit(job) },
  );
  let text = '';
  stream.on('content', (delta) => {
    text += delta;
    say(text);
  });
  const { choices, usage } = await stream.finalChatCompletion();
  const message = choices[0]?.message;
  return value({
    text: message?.content ?? message?.refusal,
    tools: chatCalls(message?.tool_calls),
    finish: choices[0]?.finish_reason,
    usage,
  });
};

function chatCalls(
  calls: readonly OpenAI.Chat.Completions.ChatCompletionMessageToolCall[] = [],
): Value['tools'] {
  return calls.map((call) =>
    call.type === 'function'
      ? { id: call.id, name: call.function.name, args: call.function.arguments }
      : { id: call.id, name: call.custom.name, args: call.custom.input },
  );
}

/** The stream as most people read it: chunk by chunk, without a helper that checks it. */
const openaiChunks: Ask = async (job, say) => {
  const tools = job.offersTool ? { tools: [...CHAT_TOOLS] } : {};
  const stream = await openai(job).chat.completions.create(
    {
      model: job.model,
      messages: [...messages],
      stream: true,
      stream_options: { include_usage: true },
      ...tools,
    },
    { signal: limit(job) },
  );
  let text = '';
  let finish: string | null | undefined;
  let usage: unknown;
  const calls: unknown[] = [];
  for await (const chunk of stream) {
    for (const { delta, finish_reason } of chunk.choices) {
      text += delta?.content ?? delta?.refusal ?? '';
      if (delta?.tool_calls) calls.push(...delta.tool_calls);
      finish = finish_reason ?? finish;
    }
    say(text);
    usage = chunk.usage ?? usage;
  }
  return value({ text, tools: calls.map((args) => ({ args })), finish, usage });
};

const openaiResponses: Ask = async (job, say) => {
  const client = openai(job);
  const tools = job.offersTool ? { tools: [...RESPONSES_TOOLS] } : {};
  const request = { model: job.model, input: QUESTION, ...tools };
  let text = '';
  let response: OpenAI.Responses.Response | undefined;
  if (job.streamed) {
    const stream = await client.responses.create({ ...request, stream: true }, { signal: limit(job) });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      say(text);
      if (event.type === 'response.completed') response = event.response;
    }
  } else {
    response = await client.responses.create(request);
    text = response.output_text;
  }
  const calls = (response?.output ?? []).filter((item) => item.type === 'function_call');
  return value({
    text,
    tools: calls.map((call) => ({ id: call.call_id, name: call.name, args: call.arguments })),
    finish: response?.status,
    usage: response?.usage,
  });
};

const openaiText: Ask = async (job, say) => {
  const client = openai(job);
  if (!job.streamed) {
    const { choices, usage } = await client.completions.create({ model: job.model, prompt: QUESTION });
    return value({ text: choices[0]?.text, tools: [], finish: choices[0]?.finish_reason, usage });
  }
  const stream = await client.completions.create(
    { model: job.model, prompt: QUESTION, stream: true },
    { signal: limit(job) },
  );
  let text = '';
  let finish: string | undefined;
  let usage: unknown;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.text ?? '';
    say(text);
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return value({ text, tools: [], finish, usage });
};

type AiModel = Parameters<typeof generateText>[0]['model'];

const ADD = tool({
  description: 'Adds.',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

const aiSdk =
  (modelOf: (job: Job) => AiModel): Ask =>
  async (job, say) => {
    const tools: ToolSet = job.offersTool ? { add: ADD } : {};
    const asked = {
      model: modelOf(job),
      prompt: QUESTION,
      maxRetries: job.retries,
      abortSignal: limit(job),
      tools,
    };
    if (!job.streamed) {
      const { text, toolCalls, finishReason, usage } = await generateText(asked);
      return value({ text, tools: toolCalls.map(callOf), finish: finishReason, usage });
    }
    let failed: { readonly error: unknown } | undefined;
    const result = streamText({
      ...asked,
      onError: ({ error }) => {
        failed ??= { error };
      },
    });
    let text = '';
    let finish: string | undefined;
    let usage: unknown;
    const calls: Value['tools'] = [];
    for await (const part of result.stream) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'tool-call') calls.push(callOf(part));
      if (part.type === 'abort') failed ??= { error: new Error('aborted') };
      if (part.type === 'finish') {
        finish = part.finishReason;
        usage = part.totalUsage;
      }
      say(text);
    }
    if (failed !== undefined) throw failed.error;
    return value({ text, tools: calls, finish, usage });
  };

function callOf(call: { toolCallId: string; toolName: string; input: unknown }): Value['tools'][number] {
  return { id: call.toolCallId, name: call.toolName, args: call.input };
}

const provider = ({ base }: Job) => ({ baseURL: base, apiKey: KEY });

const langChain: Ask = async (job, say) => {
  const plain = new ChatOpenAI({
    model: job.model,
    apiKey: KEY,
    maxRetries: job.retries,
    timeout: job.timeoutMs,
    useResponsesApi: job.api === 'responses',
    configuration: { baseURL: job.base, logLevel: 'off' },
  });
  const model = job.offersTool ? plain.bindTools([...CHAT_TOOLS]) : plain;
  let all: AIMessageChunk | undefined;
  if (job.streamed) {
    for await (const chunk of await model.stream(QUESTION, { signal: limit(job) })) {
      all = all?.concat(chunk) ?? chunk;
      say(all.text);
    }
  } else all = await model.invoke(QUESTION);
  if (all === undefined) throw new Error('The stream was empty.');
  const { finish_reason: reason, status } = all.response_metadata;
  return value({
    text: all.text,
    tools: (all.tool_calls ?? []).map(({ id, name, args }) => ({ id, name, args })),
    finish: typeof reason === 'string' ? reason : typeof status === 'string' ? status : undefined,
    usage: all.usage_metadata,
  });
};

/** A client, and the APIs that it has. */
export interface Client {
  readonly name: string;
  readonly apis: readonly Job['api'][];
  readonly streamedOnly?: boolean;
  readonly ask: (job: Job) => Promise<Outcome>;
}

const client = (name: string, apis: Client['apis'], ask: Ask, more: Partial<Client> = {}): Client => ({
  name,
  apis,
  ...more,
  ask: (job) => asked(ask, job),
});

export const CLIENTS: readonly Client[] = [
  client('openai', ['chat', 'responses', 'text'], (job, say) =>
    ({ chat: openaiChat, responses: openaiResponses, text: openaiText })[job.api](job, say),
  ),
  client('openai, chunks', ['chat'], openaiChunks, { streamedOnly: true }),
  client(
    'AI SDK, openai',
    ['chat', 'responses'],
    aiSdk((job) => {
      const made = createOpenAI(provider(job));
      return job.api === 'chat' ? made.chat(job.model) : made(job.model);
    }),
  ),
  client(
    'AI SDK, compatible',
    ['chat'],
    aiSdk((job) => createOpenAICompatible({ name: 'v', includeUsage: true, ...provider(job) })(job.model)),
  ),
  client('LangChain', ['chat', 'responses'], langChain),
];

async function asked(ask: Ask, job: Job): Promise<Outcome> {
  let text = '';
  try {
    return await ask(job, (soFar) => {
      text = soFar;
    });
  } catch (error) {
    return failureOf(lastOf(error), text);
  }
}

/** The AI SDK wraps the error of its last attempt. */
function lastOf(error: unknown): Failure | unknown {
  return error instanceof Error && 'lastError' in error && error.lastError !== undefined
    ? error.lastError
    : error;
}
