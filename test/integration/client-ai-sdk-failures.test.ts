/** The Vercel AI SDK when things go wrong: errors by class, its own retries, broken streams, cancellation. */
import { APICallError, generateText, RetryError, streamText } from 'ai';
import { describe, expect } from 'vitest';
import { WAYS } from '../support/ai-sdk.ts';
import { apiError, EVENT_STREAM, respond, stall } from '../support/answers.ts';
import { test } from '../support/client-test.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { JSON_TYPE } from '../support/surface.ts';

const SLOW_DOWN = respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429, {
  ...JSON_TYPE,
  'retry-after-ms': '1',
});

/** What a promise fails with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe.each(WAYS)('the AI SDK ($name)', (way) => {
  test('raises an error with its status, words and code, and asks once where a retry is of no use', async ({
    surface,
  }) => {
    for (const status of [400, 401, 403, 404, 422]) {
      surface.upstream.reply(respond(apiError('No.', 'some_type', 'some_code'), status));
      const error = await failure(generateText({ model: way.model(surface), prompt: 'Hi' }));
      expect(APICallError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        statusCode: status,
        message: 'No.',
        isRetryable: false,
        data: { error: { message: 'No.', type: 'some_type', code: 'some_code' } },
      });
    }
    expect(surface.upstream.exchanges).toHaveLength(5);
  });

  test('retries as often as it is told to, and the gateway adds nothing of its own', async ({ surface }) => {
    const model = way.model(surface);
    for (let attempt = 0; attempt < 3; attempt += 1) surface.upstream.reply(SLOW_DOWN);
    const error = await failure(generateText({ model, prompt: 'Hi', maxRetries: 2 }));
    expect(RetryError.isInstance(error) && error.reason).toBe('maxRetriesExceeded');
    expect(error).toMatchObject({ lastError: { statusCode: 429, message: 'Slow down.' } });
    expect(surface.upstream.exchanges).toHaveLength(3);

    surface.upstream.reply(SLOW_DOWN);
    surface.upstream.reply(way.says('Now.'));
    expect(await generateText({ model, prompt: 'Hi' })).toMatchObject({ text: 'Now.' });
    expect(surface.upstream.exchanges).toHaveLength(5);
  });

  test('shows an error that comes instead of a stream as one', async ({ surface }) => {
    surface.upstream.reply(respond(apiError('No such model.'), 404));
    const errors: unknown[] = [];
    const result = streamText({
      model: way.model(surface),
      prompt: 'Hi',
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors).toMatchObject([{ statusCode: 404, message: 'No such model.' }]);
  });

  test('shows a stream that breaks off as an error behind its text', async ({ surface }) => {
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(way.opening('Half of it'));
      exchange.cut();
    });
    const errors: unknown[] = [];
    const result = streamText({
      model: way.model(surface),
      prompt: 'Hi',
      onError: ({ error }) => void errors.push(error),
    });
    let text = '';
    for await (const part of result.stream) if (part.type === 'text-delta') text += part.text;
    expect(text).toBe('Half of it');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors[0])).toContain('upstream_stream_cut');
    expect(surface.upstream.exchanges).toHaveLength(1);
  });

  test('closes the upstream’s connection when its signal aborts a stream', async ({ surface }) => {
    surface.upstream.reply(stall);
    const controller = new AbortController();
    const result = streamText({ model: way.model(surface), prompt: 'Hi', abortSignal: controller.signal });
    const kinds: string[] = [];
    const reading = (async () => {
      for await (const part of result.stream) {
        kinds.push(part.type);
        if (part.type === 'text-delta') controller.abort();
      }
    })();
    const exchange = await surface.upstream.next();
    await exchange.head(200, EVENT_STREAM);
    const send = () => exchange.body(way.opening('more'));
    await sendUntilGone(exchange, send);
    await reading;
    expect(kinds.at(-1)).toBe('abort');
  });

  test('closes the upstream’s connection when its signal aborts a call, once the upstream answers', async ({
    surface,
  }) => {
    surface.upstream.reply(stall);
    const controller = new AbortController();
    const asked = generateText({ model: way.model(surface), prompt: 'Hi', abortSignal: controller.signal });
    const failed = failure(asked);
    const exchange = await surface.upstream.next();
    controller.abort();
    expect(await failed).toMatchObject({ name: 'AbortError' });
    await exchange.head(200, JSON_TYPE).catch(() => undefined);
    await sendUntilGone(exchange, () => exchange.body(' '));
    expect(surface.upstream.exchanges).toHaveLength(1);
  });
});
