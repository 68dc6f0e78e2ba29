/** The floor that the figures stand beside does what it is said to do: it tells a cut stream, and lets its upstream go. */
import { expect, test } from 'vitest';
import { FLOOR_CONTENDERS } from '../../bench/floors.ts';
import { chatChunk, chatStream, EVENT_STREAM, events, respond, stream } from '../support/answers.ts';
import { call } from '../support/http.ts';
import { chatCall, openCall } from '../support/relay.ts';
import { type Exchange, startUpstream } from '../support/upstream.ts';

async function startLeast() {
  const stack = new AsyncDisposableStack();
  const upstream = stack.use(await startUpstream());
  const relay = stack.adopt(await FLOOR_CONTENDERS.least.start(upstream.url), ({ close }) => close());
  return { upstream, url: relay.url, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const BEGINNING = events([chatChunk({ content: 'Once upon' })]);

test('passes an answer and a whole stream on, byte for byte', async () => {
  await using least = await startLeast();
  least.upstream.reply(respond('{"id":1}'));
  expect((await call(least.url, chatCall({}))).text()).toBe('{"id":1}');
  least.upstream.reply(stream(chatStream()));
  expect((await call(least.url, chatCall({ stream: true }))).text()).toBe(events(chatStream()));
});

const CUTS: readonly (readonly [name: string, cut: (exchange: Exchange) => Promise<void> | void])[] = [
  ['ended without its marker', (exchange) => exchange.end()],
  ['broken off', (exchange) => exchange.cut()],
  ['reset', (exchange) => exchange.reset()],
];

test.each(CUTS)('tells a stream that was %s', async (_, cut) => {
  await using least = await startLeast();
  least.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(BEGINNING);
    await cut(exchange);
  });
  const answer = await call(least.url, chatCall({ stream: true }));
  expect(answer.text()).toMatch(/\n\ndata: \{"error":\{.*\}\}\n\n$/);
  expect(answer.text()).not.toContain('[DONE]');
});

test('lets the upstream go when the client leaves', async () => {
  await using least = await startLeast();
  const begun = Promise.withResolvers<Exchange>();
  least.upstream.reply(begun.resolve);
  const open = await openCall(least.url, chatCall({ stream: true }));
  const exchange = await begun.promise;
  await exchange.head(200, EVENT_STREAM);
  await exchange.body(BEGINNING);
  await open.until('Once upon');
  await open[Symbol.asyncDispose]();
  const gone = exchange.gone.then(() => true);
  // workerd notices a client that left when the next bytes are written to it.
  while (
    !(await Promise.race([
      gone,
      exchange.body(BEGINNING).then(
        () => false,
        () => true,
      ),
    ]))
  ) {
    await new Promise(setImmediate);
  }
  await gone;
});
