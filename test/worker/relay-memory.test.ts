/** What the relay holds in memory stays bounded, whatever the client does. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM, events } from '../support/answers.ts';
import { connect } from '../support/http.ts';
import { chatCall, OpenCall } from '../support/relay.ts';
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

  await using call = new OpenCall(await connect(workerd.url));
  await call.connection.request(chatCall({ stream: true }));
  expect(await call.status()).toBe(200);
  const before = await residentBytes(workerd.pid);
  await stuck.promise;
  expect(sent).toBeLessThan(30 * MEBIBYTE);
  expect((await residentBytes(workerd.pid)) - before).toBeLessThan(GROWTH_LIMIT_BYTES);

  expect(await drained(call)).toBe(count * event.length + events([chatChunk({}, 'stop'), '[DONE]']).length);
  expect(workerd.log).toEqual([]);
});

/** Reads an answer to its end, keeping nothing, and counts its bytes. Throws if it is cut. */
async function drained(call: OpenCall): Promise<number> {
  const body = call.connection.body(await call.head());
  let length = 0;
  for (;;) {
    const step = await body.next();
    if (!step.done) length += step.value.bytes.length;
    else if (step.value === 'complete') return length;
    else throw new Error(`The body ended by ${step.value} after ${length} bytes.`);
  }
}

/** What Linux says in `/proc/PID/status`, where it is given in KiB. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const figure = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
  if (figure === undefined) throw new Error(`/proc/${pid}/status does not tell VmRSS.`);
  return Number(figure) * 1024;
}
