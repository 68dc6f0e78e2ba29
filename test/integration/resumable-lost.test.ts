/** What becomes of recorded streams when their object dies, when the runtime is killed, and when the server stops. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatStream, events, stream } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import {
  ended,
  lookAt,
  openStream,
  playStream,
  RECORDING,
  type StreamBody,
  takeUp,
} from '../support/streams.ts';
import { startWorkerd, type Workerd, type WorkerdOptions } from '../support/workerd.ts';

const PAYLOADS = chatStream(['一', '二', 'three']);
const WHOLE = events(PAYLOADS);

/** The Worker with an object that dies when it is asked for a stream of this name. */
const MORTAL = `
import worker, { BooksObject, KeyObject, StreamObject as Base } from './index.js';
export { BooksObject, KeyObject };
export class StreamObject extends Base {
  fetch(request) {
    if (request.url.includes('from=666')) this.ctx.abort('The test ends it.');
    return super.fetch(request);
  }
}
export default worker;
`;

async function relayOver(options: WorkerdOptions): Promise<Relay> {
  return startRelay(RECORDING, (settings) => startWorkerd(settings, options));
}

/** A stream with two events, of which a part is on disk. */
async function begun(relay: Relay) {
  const played = await playStream(relay);
  for (const payload of PAYLOADS.slice(0, 2)) await played.exchange.event(payload);
  const had = events(PAYLOADS.slice(0, 2));
  await played.reader.until(had);
  return { had, ...played };
}

/** Waits until so many bytes are on disk. */
async function kept(url: string, id: string, bytes: number): Promise<void> {
  await eventually(async () => {
    const body = (await lookAt(url, id)).json() as StreamBody;
    expect(body.bytes).toBe(bytes);
  });
}

test('the object’s death is told to whoever reads, now and later, and the upstream is not asked again', async () => {
  await using relay = await relayOver({ entry: MORTAL });
  const { exchange, reader, id, had } = await begun(relay);
  await using second = await takeUp(relay.server.url, id);
  await second.until(had);
  await kept(relay.server.url, id, Buffer.byteLength(had));
  await using killing = await takeUp(relay.server.url, id, 'starting_after=666');
  expect(await killing.status()).toBe(503);
  for (const one of [reader, second, await takeUp(relay.server.url, id)]) {
    expect(await one.rest()).toBe('complete');
    expect(one.text.slice(0, one.text.indexOf('\n\ndata: {"error"'))).toBe(had);
    expect(one.text).toMatch(/"code":"upstream_stream_cut"\}\}\n\n$/);
    expect(one.text).not.toContain('[DONE]');
  }
  expect(await ended(relay.server.url, id)).toMatchObject({ status: 'incomplete' });
  await exchange.gone;
  expect(relay.upstream.exchanges).toHaveLength(1);
  // One who had more than was kept gets the words, and nothing twice.
  await using ahead = await takeUp(
    relay.server.url,
    id,
    `ids=false&starting_after=${Buffer.byteLength(had) + 7}`,
  );
  await ahead.rest();
  expect(ahead.text).toMatch(/^\n\ndata: \{"error":.*"upstream_stream_cut"\}\}\n\n$/);
});

test('after a kill of the runtime what was kept is there, and what was under way says that it was cut', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-kill-'));
  try {
    let id = '';
    let whole = '';
    let had = '';
    let base = '';
    {
      await using relay = await relayOver({ stateFolder });
      relay.upstream.reply(stream(PAYLOADS));
      await using first = await openStream(relay);
      await first.reader.rest();
      whole = first.id;
      await ended(relay.server.url, whole);
      const under = await begun(relay);
      id = under.id;
      had = under.had;
      base = relay.upstream.base;
      await kept(relay.server.url, id, Buffer.byteLength(had));
    }
    await using server: Workerd = await startWorkerd(
      {
        ...RECORDING,
        LOCAL_SERVER: 'true',
        OPENAI_API_BASE: base,
        OPENAI_API_KEY: 'server-key-of-the-tests',
      },
      { stateFolder },
    );
    await using again = await takeUp(server.url, whole);
    expect(await again.rest()).toBe('complete');
    expect(again.text).toBe(WHOLE);
    const cut = await takeUp(server.url, id);
    expect(await cut.rest()).toBe('complete');
    const end = cut.text.indexOf('\n\ndata: {"error"');
    expect(cut.text.slice(0, end)).toBe(had);
    expect(cut.text.slice(end)).toMatch(/^\n\ndata: \{"error":.*"upstream_stream_cut"\}\}\n\n$/);
  } finally {
    await rm(stateFolder, { recursive: true });
  }
});

test('a server that stops ends what is under way, and its readers are told after the restart too', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-stop-'));
  const start = (settings: Parameters<typeof startGateway>[0]) => startGateway(settings, stateFolder);
  try {
    const { promise: stopping, resolve: stop } = Promise.withResolvers<() => Promise<void>>();
    const relay = await startRelay({ ...RECORDING, SHUTDOWN_GRACE_MS: '300' }, async (settings) => {
      const gateway = await start(settings);
      stop(gateway.stop);
      return gateway;
    });
    const { reader, id, had } = await begun(relay);
    await (await stopping)();
    expect(await reader.rest()).toBe('complete');
    expect(reader.text).toMatch(/"code":"server_stopping"\}\}\n\n$/);
    const { base } = relay.upstream;
    await relay.close();
    await using gateway = await start({
      ...RECORDING,
      OPENAI_API_BASE: base,
      OPENAI_API_KEY: 'server-key-of-the-tests',
    });
    await using again = await takeUp(gateway.url, id);
    expect(await again.rest()).toBe('complete');
    expect(again.text).toBe(reader.text);
    expect(again.text.startsWith(had)).toBe(true);
  } finally {
    await rm(stateFolder, { recursive: true });
  }
});
