/** The mixed clients of the long run: each asks with a mark and tells what text it got. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { createParser } from 'eventsource-parser';
import OpenAI from 'openai';

/** One way to ask. A streaming one stops listening as soon as `enough` says so, and stops the request. */
export interface Client {
  readonly name: string;
  readonly ask: (mark: string, enough?: (text: string) => boolean) => Promise<string>;
  close?(): void;
}

/** Clients that want the answer whole, and clients that stream it. */
export interface Clients {
  readonly plain: readonly Client[];
  readonly streaming: readonly Client[];
}

const MODEL = 'gpt-test';

/** Clients of the gateway at this base URL. */
export function clientsOf(base: string, token: string): Clients {
  const openai = new OpenAI({ baseURL: base, apiKey: token, maxRetries: 0 });
  const model = createOpenAICompatible({ name: 'soak', baseURL: base, apiKey: token })(MODEL);
  const agent = new Agent({ keepAlive: true });
  const messages = (mark: string) => [{ role: 'user' as const, content: mark }];

  return {
    plain: [
      {
        name: 'openai, chat',
        ask: async (mark) => {
          const answer = await openai.chat.completions.create({ model: MODEL, messages: messages(mark) });
          return answer.choices[0]?.message.content ?? '';
        },
      },
      {
        name: 'openai, text completions',
        ask: async (mark) => {
          const answer = await openai.completions.create({ model: MODEL, prompt: mark });
          return answer.choices[0]?.text ?? '';
        },
      },
      {
        name: 'AI SDK',
        ask: async (mark) => (await generateText({ model, prompt: mark, maxRetries: 0 })).text,
      },
      {
        name: 'node:http',
        ask: async (mark) => {
          const body = JSON.stringify({ model: MODEL, messages: messages(mark) });
          const text = await textOf(await post(base, token, body, agent));
          return (JSON.parse(text) as OpenAI.ChatCompletion).choices[0]?.message.content ?? '';
        },
        close: () => agent.destroy(),
      },
    ],
    streaming: [
      {
        name: 'openai, chat',
        ask: async (mark, enough) => {
          let text = '';
          const question = { model: MODEL, messages: messages(mark), stream: true } as const;
          for await (const chunk of await openai.chat.completions.create(question)) {
            text += chunk.choices[0]?.delta.content ?? '';
            if (enough?.(text)) break;
          }
          return text;
        },
      },
      {
        name: 'openai, text completions',
        ask: async (mark, enough) => {
          let text = '';
          const question = { model: MODEL, prompt: mark, stream: true } as const;
          for await (const chunk of await openai.completions.create(question)) {
            text += chunk.choices[0]?.text ?? '';
            if (enough?.(text)) break;
          }
          return text;
        },
      },
      {
        name: 'AI SDK',
        ask: async (mark, enough) => {
          let text = '';
          const stop = new AbortController();
          const failures: unknown[] = [];
          const answer = streamText({
            model,
            prompt: mark,
            maxRetries: 0,
            abortSignal: stop.signal,
            onError: ({ error }) => {
              failures.push(error);
            },
          });
          for await (const piece of answer.textStream) {
            text += piece;
            if (enough?.(text)) {
              stop.abort();
              break;
            }
          }
          if (failures.length > 0 && !stop.signal.aborted) throw failures[0];
          return text;
        },
      },
      {
        name: 'node:http',
        ask: async (mark, enough) => {
          const body = JSON.stringify({ model: MODEL, messages: messages(mark), stream: true });
          const response = await post(base, token, body, agent);
          let text = '';
          let done = false;
          const parser = createParser({
            onEvent: ({ data }) => {
              if (data === '[DONE]') done = true;
              else text += (JSON.parse(data) as OpenAI.ChatCompletionChunk).choices[0]?.delta.content ?? '';
            },
          });
          response.setEncoding('utf8');
          for await (const part of response) {
            parser.feed(part);
            if (enough?.(text)) {
              response.destroy();
              return text;
            }
          }
          if (!done) throw new Error('The stream ended without [DONE].');
          return text;
        },
      },
    ],
  };
}

async function post(base: string, token: string, body: string, agent: Agent): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpRequest(`${base}/chat/completions`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    sent.on('response', resolve).on('error', reject).end(body);
  });
  if (response.statusCode !== 200)
    throw new Error(`Status ${response.statusCode}: ${await textOf(response)}`);
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return text;
}
