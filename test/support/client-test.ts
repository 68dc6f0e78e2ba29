/** The tests of clients: one gateway for a file, and for each test a view of it that begins with the test. */
import { test as plain } from 'vitest';
import { CLOSED, type Surface, startSurface } from './surface.ts';
import type { Exchange, RecordedRequest, Upstream } from './upstream.ts';

/** A gateway and its upstream, of whose requests a test sees its own alone. */
export interface ClientSurface {
  readonly url: string;
  readonly base: string;
  readonly upstream: Pick<Upstream, 'exchanges' | 'next' | 'reply'>;
  /** The last request that reached the upstream. */
  readonly asked: RecordedRequest;
}

/** Vitest's `test`, with the fixture `surface`. Starting a gateway for each of the many tests would cost most of their time. */
export const test = plain
  .extend('settings', { scope: 'file' }, CLOSED)
  .extend('running', { scope: 'file' }, async ({ settings }, { onCleanup }) => {
    const surface = await startSurface(settings);
    onCleanup(() => surface[Symbol.asyncDispose]());
    return surface;
  })
  .extend('surface', ({ running }) => fromNowOn(running));

function fromNowOn({ url, base, upstream }: Surface): ClientSurface {
  const earlier = upstream.exchanges.length;
  const exchanges = () => upstream.exchanges.slice(earlier);
  const next = async (): Promise<Exchange> => {
    for (;;) {
      const exchange = await upstream.next();
      if (exchanges().includes(exchange)) return exchange;
    }
  };
  return {
    url,
    base,
    upstream: {
      get exchanges() {
        return exchanges();
      },
      next,
      reply: upstream.reply,
    },
    get asked() {
      const last = exchanges().at(-1);
      if (last === undefined) throw new Error('Nothing has reached the upstream.');
      return last.request;
    },
  };
}
