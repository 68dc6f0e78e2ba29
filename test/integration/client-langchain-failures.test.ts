/** LangChain when things go wrong: errors by their status, its own retries, broken streams, cancellation. */
import { afterEach, describe, expect, vi } from 'vitest';
import { apiError, EVENT_STREAM, respond, stall } from '../support/answers.ts';
import { test } from '../support/client-test.ts';
import { LANGCHAIN_WAYS } from '../support/langchain.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { JSON_TYPE } from '../support/surface.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** LangChain waits 1 + random seconds or longer before it asks again, whatever the server says: here it need not. */
function withoutWaits(): void {
  vi.spyOn(Math, 'random').mockReturnValue(-1);
}

describe.each(LANGCHAIN_WAYS)('LangChain ($name)', (way) => {
  test('raises an error with its status, words and code, and asks once where a retry is of no use', async ({
    surface,
  }) => {
    for (const [status, lc_error_code] of [
      [400, undefined],
      [401, 'MODEL_AUTHENTICATION'],
      [403, undefined],
      [404, 'MODEL_NOT_FOUND'],
    ] as const) {
      surface.upstream.reply(respond(apiError('No.', 'some_type', 'some_code'), status));
      const error = await way
        .model(surface)
        .invoke('Hi')
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        status,
        type: 'some_type',
        code: 'some_code',
        ...(lc_error_code && { lc_error_code }),
      });
      expect(String(error)).toContain('No.');
    }
    expect(surface.upstream.exchanges).toHaveLength(4);
  });

  test('knows a question that is too long by the upstream’s words', async ({ surface }) => {
    const words =
      "This model's maximum context length is 8192 tokens. Your messages resulted in 9000 tokens.";
    const refusal = apiError(words, 'invalid_request_error', 'context_length_exceeded');
    surface.upstream.reply(respond(refusal, 400));
    await expect(way.model(surface).invoke('Hi')).rejects.toMatchObject({ name: 'ContextOverflowError' });
  });

  test('retries as often as it is told to, and the gateway adds nothing of its own', async ({ surface }) => {
    withoutWaits();
    const headers = { ...JSON_TYPE, 'retry-after': '0' };
    const slowDown = respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429, headers);
    surface.upstream.reply(slowDown);
    surface.upstream.reply(respond(apiError('Oops.', 'server_error'), 500));
    surface.upstream.reply(way.says('Now.'));
    expect((await way.model(surface, { maxRetries: 2 }).invoke('Hi')).text).toBe('Now.');
    expect(surface.upstream.exchanges).toHaveLength(3);

    surface.upstream.reply(slowDown);
    await expect(way.model(surface, { maxRetries: 0 }).invoke('Hi')).rejects.toMatchObject({ status: 429 });
    expect(surface.upstream.exchanges).toHaveLength(4);
  });

  test('raises a stream that breaks off behind its text', async ({ surface }) => {
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(way.opening('Half of it'));
      exchange.cut();
    });
    let text = '';
    const read = async () => {
      for await (const chunk of await way.model(surface).stream('Hi')) text += chunk.text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_stream_cut' });
    expect(text).toBe('Half of it');
    expect(surface.upstream.exchanges).toHaveLength(1);
  });

  test.for(['break', 'abort'])(
    'closes the upstream’s connection by %s in a stream',
    async (how, { surface }) => {
      surface.upstream.reply(stall);
      const controller = new AbortController();
      const reading = (async () => {
        for await (const chunk of await way.model(surface).stream('Hi', { signal: controller.signal })) {
          if (chunk.text === '') continue;
          if (how === 'break') break;
          controller.abort();
        }
      })().catch((reason: unknown) => reason);
      const exchange = await surface.upstream.next();
      await exchange.head(200, EVENT_STREAM);
      await sendUntilGone(exchange, () => exchange.body(way.opening('more')));
      expect(await reading).toEqual(
        how === 'break' ? undefined : expect.objectContaining({ name: 'AbortError' }),
      );
    },
  );

  test('closes the upstream’s connection when its signal aborts a call, once the upstream answers', async ({
    surface,
  }) => {
    surface.upstream.reply(stall);
    const controller = new AbortController();
    const asked = way.model(surface).invoke('Hi', { signal: controller.signal });
    const failed = asked.catch((reason: unknown) => reason);
    const exchange = await surface.upstream.next();
    controller.abort();
    expect(await failed).toMatchObject({ name: 'AbortError' });
    await exchange.head(200, JSON_TYPE).catch(() => undefined);
    await sendUntilGone(exchange, () => exchange.body(' '));
    expect(surface.upstream.exchanges).toHaveLength(1);
  });
});
