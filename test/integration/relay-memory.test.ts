/** What the relay holds in memory stays bounded, whatever the client does. */
import { expect, test } from 'vitest';
import { FLOOR_CONTENDERS } from '../../bench/floors.ts';
import { growthPerCall, type Sample } from '../../stress/growth.ts';
import { memoryOf, residentBytes } from '../../stress/memory.ts';
import { chatChunk, chatStream, EVENT_STREAM, events, stream } from '../support/answers.ts';
import { call, connect } from '../support/http.ts';
import { chatCall, OpenCall, openCall } from '../support/relay.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const MEBIBYTE = 1024 * 1024;

/** More than what the tap may read ahead, the sockets' buffers and the runtime's own appetite come to. */
const GROWTH_LIMIT_BYTES = 40 * MEBIBYTE;

test('60 MB of events before a client that does not read wait at the upstream, not in memory', async () => {
  await using upstream = await startUpstream();
  await using workerd = await startWorkerd({ LOCAL_SERVER: 'true', OPENAI_API_BASE: upstream.base });
  const event = events([chatChunk({ content: 'x'.repeat(10_000) })]);
  const count = Math.ceil((60 * MEBIBYTE) / event.length);
  const stuck = Promise.withResolvers<void>();
  let sent = 0;
  upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    for (let n = 0; n < count; n += 1) {
      const written = exchange.body(event);
      // A write that the system does not take for this long means that nobody reads at the other end.
      const timer = setTimeout(stuck.resolve, 1500);
      await written;
      clearTimeout(timer);
      sent += event.length;
    }
    await exchange.body(events([chatChunk({}, 'stop'), '[DONE]']));
    await exchange.end();
    stuck.resolve();
  });

  await using opened = new OpenCall(await connect(workerd.url));
  await opened.connection.request(chatCall({ stream: true }));
  expect(await opened.status()).toBe(200);
  const before = await residentBytes(workerd.pid);
  await stuck.promise;
  expect(sent).toBeLessThan(30 * MEBIBYTE);
  expect((await residentBytes(workerd.pid)) - before).toBeLessThan(GROWTH_LIMIT_BYTES);

  expect(await drained(opened)).toBe(count * event.length + events([chatChunk({}, 'stop'), '[DONE]']).length);
  expect(workerd.log).toEqual([]);
});

// The measure is read from /proc.
test.skipIf(process.platform !== 'linux')('a stream that breaks off leaves nothing behind', async () => {
  await using upstream = await startUpstream();
  upstream.always(stream(chatStream().slice(0, 2), 'reset'));
  await using workerd = await startWorkerd(
    { LOCAL_SERVER: 'true', OPENAI_API_BASE: upstream.base },
    { inspector: true },
  );
  const samples: Sample[] = [];
  for (let calls = 0; calls <= 400; calls += 40) {
    for (let each = 0; each < 40; each += 1) {
      const answer = await call(workerd.url, chatCall({ stream: true }));
      expect(answer.text()).toContain('upstream_stream_cut');
    }
    samples.push({ calls, bytes: (await memoryOf(workerd)).live });
  }
  // A stream that is kept takes more than 2 KiB. What is compiled late is some 100 bytes a call so early.
  expect(growthPerCall(samples.slice(4))).toBeLessThan(700);
});

// The measure is read from /proc. No time decides: each stream is open, and silent, when the memory is read.
test.skipIf(process.platform !== 'linux')(
  'an open stream takes less memory than at the least relay',
  async () => {
    await using upstream = await startUpstream();
    upstream.always(stream(chatStream(['Once upon']).slice(0, 2), 'stall'));
    await using workerd = await startWorkerd({ LOCAL_SERVER: 'true', OPENAI_API_BASE: upstream.base });
    await using stack = new AsyncDisposableStack();
    const least = stack.adopt(await FLOOR_CONTENDERS.least.start(upstream.url), ({ close }) => close());
    expect(await bytesOfStream(workerd)).toBeLessThan(await bytesOfStream(least));
  },
);

/** What a silent stream takes of a server's resident memory, the mean of many, in bytes. */
async function bytesOfStream({ url, pid }: { readonly url: string; readonly pid: number }): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const open = async (count: number) => {
    for (let each = 0; each < count; each += 1) {
      const opened = stack.use(await openCall(url, chatCall({ stream: true })));
      await opened.until('Once upon');
    }
    return residentBytes(pid);
  };
  const streams = 150;
  const warm = await open(20);
  return ((await open(streams)) - warm) / streams;
}

/** Reads an answer to its end, keeping nothing, and counts its bytes. Throws if it is cut. */
async function drained(opened: OpenCall): Promise<number> {
  const body = opened.connection.body(await opened.head());
  let length = 0;
  for (;;) {
    const step = await body.next();
    if (!step.done) length += step.value.bytes.length;
    else if (step.value === 'complete') return length;
    else throw new Error(`The body ended by ${step.value} after ${length} bytes.`);
  }
}
