/** Recording objects over a long time and with much to keep: their bounds are small here, so that a test sees them reached. */
import { expect, test } from 'vitest';
import { chatStream, events, stream } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import type { GatewaySettings } from '../support/gateway.ts';
import { call } from '../support/http.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { ended, lookAt, openStream, playStream, RECORDING, takeUp } from '../support/streams.ts';
import { startWorkerd } from '../support/workerd.ts';

const PAYLOADS = chatStream(['one', 'two']);
const WHOLE = events(PAYLOADS);
const SIZE = Buffer.byteLength(WHOLE);
/** Streams of this size that an object keeps here. */
const KEPT = 3;

/** The Worker whose objects have such bounds, and a path that says how often their alarm rang. */
function bounded(bounds: { readonly mostKept: number; readonly heartbeatMs: number }): string {
  return `
    import worker, { BooksObject, KeyObject, StreamObject as Base } from './index.js';
    export { BooksObject, KeyObject };
    let rings = 0;
    export class StreamObject extends Base {
      bounds = ${JSON.stringify(bounds)};
      alarm() {
        rings += 1;
        return super.alarm();
      }
    }
    export default {
      fetch(request, env, context) {
        if (new URL(request.url).pathname === '/rings') return new Response(String(rings));
        return worker.fetch(request, env, context);
      },
    };`;
}

function relayWithin(bounds: Parameters<typeof bounded>[0], more: GatewaySettings = {}): Promise<Relay> {
  return startRelay({ ...RECORDING, ...more }, (settings) =>
    startWorkerd(settings, { entry: bounded(bounds) }),
  );
}

async function ringsOf({ server }: Relay): Promise<number> {
  return Number((await call(server.url, { path: '/rings' })).text());
}

test('an object that records without any reader is woken again and again until the answer’s end, and then no more', async () => {
  await using relay = await relayWithin({ mostKept: SIZE * KEPT, heartbeatMs: 50 }, { STREAM_KEEP_S: '2' });
  const { exchange, reader, id } = await playStream(relay);
  const [first = '', ...rest] = PAYLOADS;
  await exchange.event(first);
  await reader.until(events([first]));
  reader.connection.reset();
  await eventually(async () => expect(await ringsOf(relay)).toBeGreaterThan(5));
  for (const payload of rest) await exchange.event(payload);
  await exchange.end();
  expect(await ended(relay.server.url, id)).toMatchObject({ status: 'completed', bytes: SIZE });
  const atEnd = await ringsOf(relay);
  await using again = await takeUp(relay.server.url, id);
  await again.rest();
  expect(again.text).toBe(WHOLE);
  expect(relay.upstream.exchanges).toHaveLength(1);
  await eventually(async () => expect((await lookAt(relay.server.url, id)).status).toBe(404));
  // The beat that was set while it recorded, and the one that forgets it: at the former pace there would be twenty a second.
  expect(await ringsOf(relay)).toBeLessThanOrEqual(atEnd + 4);
});

test('of ended streams an object keeps the newest that fit, and one under way is kept whatever there is', async () => {
  await using relay = await relayWithin({ mostKept: SIZE * KEPT, heartbeatMs: 600_000 });
  const running = await playStream(relay);
  const [first = '', ...rest] = PAYLOADS;
  await running.exchange.event(first);
  await running.reader.until(events([first]));
  const ids: string[] = [];
  for (let count = 0; count < KEPT + 3; count += 1) {
    relay.upstream.reply(stream(PAYLOADS));
    await using opened = await openStream(relay);
    await opened.reader.rest();
    await ended(relay.server.url, opened.id);
    ids.push(opened.id);
  }
  const statuses = async () =>
    Promise.all(ids.map(async (id) => (await lookAt(relay.server.url, id)).status));
  await eventually(async () => {
    const there = (await statuses()).map((status) => status === 200);
    // The bytes of the one under way count too until the oldest are forgotten.
    expect(there.indexOf(true)).toBe(ids.length - KEPT);
    expect(there.lastIndexOf(false)).toBe(ids.length - KEPT - 1);
  });
  for (const payload of rest) await running.exchange.event(payload);
  await running.exchange.end();
  await running.reader.rest();
  expect(running.reader.text).toBe(WHOLE);
  expect(await ended(relay.server.url, running.id)).toMatchObject({ status: 'completed', bytes: SIZE });
  await using kept = await takeUp(relay.server.url, ids.at(-1) ?? '');
  await kept.rest();
  expect(kept.text).toBe(WHOLE);
});
