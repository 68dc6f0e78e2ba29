import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { OpenAI as LangChainOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { apiError, chatChunk, chatStream, EVENT_STREAM, respond, stream } from '../support/answers.ts';
import { chatOnly, chatRequest } from '../support/completions.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Script, startUpstream, type Upstream } from '../support/upstream.ts';

// The AI SDK would warn that the legacy endpoint has no tools, which nobody here asks for.
globalThis.AI_SDK_LOG_WARNINGS = false;

const KEY = 'sk-client';
const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

interface Setup extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly gateway: Gateway;
}

/** The gateway as people start it, before an upstream that has chat alone. */
async function start(chat: Script = chatModel): Promise<Setup> {
  const upstream = await startUpstream();
  upstream.always(chatOnly(chat));
  const gateway = await startGateway({ OPENAI_API_BASE: upstream.base });
  return {
    upstream,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}

/** A chat model that answers every sample with the prompt and the sample's number, in two words. */
const chatModel: Script = async (exchange) => {
  const request = chatRequest(exchange);
  const prompt = request.messages[0]?.content ?? '';
  const samples = Array.from({ length: Number(request['n'] ?? 1) }, (_, index) => index);
  const logprobs = (token: string) =>
    request['logprobs'] === true
      ? { content: [{ token, logprob: -0.5, bytes: null, top_logprobs: [] }] }
      : null;
  const head = { id: 'chatcmpl-1', created: 1_790_000_000, model: 'gpt-test' };
  if (request['stream'] !== true) {
    const choices = samples.map((index) => ({
      index,
      message: { role: 'assistant', content: `${prompt} ${index}`, refusal: null },
      logprobs: logprobs(prompt),
      finish_reason: 'stop',
    }));
    await respond(JSON.stringify({ ...head, object: 'chat.completion', choices, usage: USAGE }))(exchange);
    return;
  }
  const chunk = (index: number, delta: unknown, finish: string | null = null, token?: string) =>
    JSON.stringify({
      ...head,
      object: 'chat.completion.chunk',
      choices: [
        { index, delta, logprobs: token === undefined ? null : logprobs(token), finish_reason: finish },
      ],
    });
  const payloads = [
    ...samples.map((index) => chunk(index, { role: 'assistant', content: '' })),
    ...samples.map((index) => chunk(index, { content: prompt }, null, prompt)),
    ...samples.map((index) => chunk(index, { content: ` ${index}` }, null, ` ${index}`)),
    ...samples.map((index) => chunk(index, {}, 'stop')),
    JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage: USAGE }),
    '[DONE]',
  ];
  await stream(payloads)(exchange);
};

describe('the openai library', () => {
  const clientOf = ({ gateway }: Setup) => new OpenAI({ baseURL: gateway.base, apiKey: KEY, maxRetries: 0 });

  test('completes the document example', async () => {
    await using setup = await start();
    const completion = await clientOf(setup).completions.create({
      model: 'gpt-3.5-turbo',
      prompt: '请解释 Python 的装饰器',
      max_tokens: 500,
      temperature: 0.7,
    });
    expect(completion).toMatchObject({
      id: 'cmpl-1',
      object: 'text_completion',
      choices: [{ text: '请解释 Python 的装饰器 0', finish_reason: 'stop' }],
      usage: USAGE,
    });
  });

  test('streams it, with the usage', async () => {
    await using setup = await start();
    const events = await clientOf(setup).completions.create({
      model: 'gpt-3.5-turbo',
      prompt: 'p',
      stream: true,
      stream_options: { include_usage: true },
    });
    const texts: string[] = [];
    const finishes: unknown[] = [];
    let usage: unknown;
    for await (const event of events) {
      for (const choice of event.choices) {
        texts.push(choice.text);
        if (choice.finish_reason !== null) finishes.push(choice.finish_reason);
      }
      usage = event.usage;
    }
    expect({ text: texts.join(''), finishes, usage }).toEqual({
      text: 'p 0',
      finishes: ['stop'],
      usage: USAGE,
    });
    expect(texts.every((text) => typeof text === 'string')).toBe(true);
  });

  test('gets several prompts and samples in order', async () => {
    await using setup = await start();
    const { choices, usage } = await clientOf(setup).completions.create({
      model: 'm',
      prompt: ['a', 'b', 'c'],
      n: 2,
    });
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'a 0'],
      [1, 'a 1'],
      [2, 'b 0'],
      [3, 'b 1'],
      [4, 'c 0'],
      [5, 'c 1'],
    ]);
    expect(usage).toEqual({ prompt_tokens: 15, completion_tokens: 6, total_tokens: 21 });
  });

  test('gets log probabilities and the echo of the prompt', async () => {
    await using setup = await start();
    const client = clientOf(setup);
    const withLogprobs = await client.completions.create({ model: 'm', prompt: 'abc', logprobs: 0 });
    expect(withLogprobs.choices[0]?.logprobs).toEqual({
      tokens: ['abc'],
      token_logprobs: [-0.5],
      top_logprobs: null,
      text_offset: [3],
    });
    const echoed = await client.completions.create({
      model: 'm',
      prompt: 'abc',
      echo: true,
      n: 2,
      stream: true,
    });
    const texts = ['', ''];
    for await (const { choices } of echoed) {
      for (const { index, text } of choices) texts[index] += text;
    }
    expect(texts).toEqual(['abcabc 0', 'abcabc 1']);
  });

  test('raises a refusal with its status before the stream, and a cut in it', async () => {
    await using refused = await start(respond(apiError('Slow down', 'requests', 'rate_limit_exceeded'), 429));
    const request = { model: 'm', prompt: 'p', stream: true } as const;
    const refusal = clientOf(refused).completions.create(request);
    await expect(refusal).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' });

    await using cut = await start(stream(chatStream(['a']).slice(0, 2), 'cut'));
    const texts: string[] = [];
    const read = async () => {
      for await (const event of await clientOf(cut).completions.create(request)) {
        texts.push(event.choices[0]?.text ?? '');
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_stream_cut' });
    expect(texts).toEqual(['a']);
  });

  test('stops the upstream by leaving the stream', async () => {
    await using setup = await start(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      for (;;) {
        await exchange.event(chatChunk({ content: 'more' }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const request = { model: 'm', prompt: ['a', 'b'], stream: true as const };
    for await (const event of await clientOf(setup).completions.create(request)) {
      expect(event.choices[0]?.text).toBe('more');
      break;
    }
    const [, ...chats] = setup.upstream.exchanges;
    expect(await Promise.all(chats.map(({ gone }) => gone))).toHaveLength(2);
  });
});

describe.each([
  [
    '@ai-sdk/openai',
    ({ gateway }: Setup) => createOpenAI({ baseURL: gateway.base, apiKey: KEY }).completion('m'),
  ],
  [
    '@ai-sdk/openai-compatible',
    ({ gateway }: Setup) =>
      createOpenAICompatible({
        name: 'gateway',
        baseURL: gateway.base,
        apiKey: KEY,
        includeUsage: true,
      }).completionModel('m'),
  ],
])('the AI SDK with %s', (_, modelOf) => {
  test('generates text', async () => {
    await using setup = await start();
    const { text, finishReason, usage } = await generateText({
      model: modelOf(setup),
      prompt: 'hello',
      maxRetries: 0,
    });
    expect(text).toContain('hello');
    expect(finishReason).toBe('stop');
    expect(usage).toMatchObject({ inputTokens: 5, outputTokens: 2, totalTokens: 7 });
  });

  test('streams text without an error part', async () => {
    await using setup = await start();
    const result = streamText({ model: modelOf(setup), prompt: 'hello', maxRetries: 0 });
    const parts: string[] = [];
    let text = '';
    for await (const part of result.fullStream) {
      parts.push(part.type);
      if (part.type === 'text-delta') text += part.text;
    }
    expect(text).toContain('hello');
    expect(parts).not.toContain('error');
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({ inputTokens: 5, outputTokens: 2 });
  });

  test('raises a cut stream', async () => {
    await using setup = await start(stream(chatStream(['a']).slice(0, 2), 'cut'));
    const errors: unknown[] = [];
    const result = streamText({
      model: modelOf(setup),
      prompt: 'hello',
      maxRetries: 0,
      onError: ({ error }) => {
        errors.push(error);
      },
    });
    let text = '';
    for await (const part of result.fullStream) if (part.type === 'text-delta') text += part.text;
    expect(text).toBe('a');
    expect(errors).toHaveLength(1);
  });
});

describe('LangChain', () => {
  const llmOf = ({ gateway }: Setup, n = 1) =>
    new LangChainOpenAI({
      model: 'm',
      apiKey: KEY,
      n,
      maxRetries: 0,
      configuration: { baseURL: gateway.base },
    });

  test('generates several answers for several prompts, in order', async () => {
    await using setup = await start();
    const { generations } = await llmOf(setup, 2).generate(['a', 'b', 'c']);
    expect(generations.map((list) => list.map(({ text }) => text))).toEqual([
      ['a 0', 'a 1'],
      ['b 0', 'b 1'],
      ['c 0', 'c 1'],
    ]);
  });

  test('streams text', async () => {
    await using setup = await start();
    let text = '';
    for await (const piece of await llmOf(setup).stream('hello')) text += piece;
    expect(text).toBe('hello 0');
  });

  test('raises a cut stream', async () => {
    await using setup = await start(stream(chatStream(['a']).slice(0, 2), 'cut'));
    const read = async () => {
      for await (const piece of await llmOf(setup).stream('hello')) expect(piece).toBe('a');
    };
    await expect(read()).rejects.toThrow();
  });
});
