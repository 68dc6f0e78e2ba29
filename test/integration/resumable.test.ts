/** Streams that are taken up again: by the reader who left, by others, after their end. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatStream, events, stream, usageChunk } from '../support/answers.ts';
import { type Relay, RUNTIMES, startRelay } from '../support/relay.ts';
import {
  ended,
  lookAt,
  openStream,
  playStream,
  RECORDING,
  type StreamBody,
  stopStream,
  takeUp,
  withoutIds,
} from '../support/streams.ts';
import type { Exchange } from '../support/upstream.ts';

const WORDS = ['一', '二', '三', 'four', 'five', '🙂'];
const PAYLOADS = [...chatStream(WORDS).slice(0, -1), usageChunk(), '[DONE]'];
const WHOLE = events(PAYLOADS);
const BYTES = Buffer.from(WHOLE);

describe.each(RUNTIMES)('in %s', (_, start) => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay(RECORDING, start);
  });
  afterAll(() => relay.close());

  test('the first answer is byte for byte the upstream’s, with a name and a place', async () => {
    relay.upstream.reply(stream(PAYLOADS));
    await using first = await openStream(relay);
    expect(first.id).toMatch(/^st_[0-9a-f]{34}$/);
    const head = await first.reader.head();
    expect(head.header('location')).toBe(`/v1/streams/${first.id}`);
    expect(head.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(head.header('x-nexcode-upstream')).toBe('default/gpt-test');
    expect(head.header('x-nexcode-credentials')).toBe('server');
    expect(await first.reader.rest()).toBe('complete');
    expect(first.reader.text).toBe(WHOLE);
    expect(await ended(relay.server.url, first.id)).toEqual({
      id: first.id,
      object: 'stream',
      status: 'completed',
      endpoint: '/v1/chat/completions',
      bytes: BYTES.length,
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
      created_at: expect.any(Number),
      ended_at: expect.any(Number),
      expires_at: expect.any(Number),
    });
  });

  test('each event reaches the first reader and one who came later before the upstream sends the next', async () => {
    const { exchange, reader, id } = await playStream(relay);
    await using second = await takeUp(relay.server.url, id);
    let sent = '';
    for (const payload of PAYLOADS) {
      await exchange.event(payload);
      sent += events([payload]);
      await reader.until(sent);
      await second.until(sent);
    }
    await exchange.end();
    expect(await reader.rest()).toBe('complete');
    expect(await second.rest()).toBe('complete');
    expect(second.text).toBe(WHOLE);
    const head = await second.head();
    expect(head.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(head.header('x-nexcode-stream')).toBe(id);
    expect(head.header('x-nexcode-upstream')).toBe('default/gpt-test');
  });

  test('a reader who leaves anywhere reads on from that byte, and the upstream is asked once', async () => {
    const before = relay.upstream.exchanges.length;
    const places = fc.uniqueArray(fc.nat(BYTES.length), { minLength: 1, maxLength: 4 });
    const byReset = fc.boolean();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(places, byReset, async (unordered, resets) => {
        runs += 1;
        const { exchange, id, ...first } = await playStream(relay);
        let reader = first.reader;
        let had = Buffer.alloc(0);
        let written = 0;
        for (const place of unordered.toSorted((one, other) => one - other)) {
          // An empty chunk would end the body.
          if (place > written) await exchange.body(BYTES.subarray(written, place));
          written = place;
          await reader.read(place - had.length);
          had = Buffer.concat([had, reader.bytes]);
          if (resets) reader.connection.reset();
          else reader.connection.finish();
          reader = await takeUp(relay.server.url, id, `ids=false&starting_after=${had.length}`);
        }
        if (written < BYTES.length) await exchange.body(BYTES.subarray(written));
        await exchange.end();
        expect(await reader.rest()).toBe('complete');
        expect(Buffer.concat([had, reader.bytes])).toEqual(BYTES);
        await using again = await takeUp(relay.server.url, id);
        expect(await again.rest()).toBe('complete');
        expect(again.text).toBe(WHOLE);
      }),
      { numRuns: 12 },
    );
    expect(relay.upstream.exchanges.length - before).toBe(runs);
  });

  test('events say their place, and a reader goes on behind the last one that it has had', async () => {
    const { exchange, id } = await playStream(relay);
    await using second = await takeUp(relay.server.url, id, '');
    await exchange.event(PAYLOADS[0] ?? '');
    await second.until('\nid: ');
    await exchange.event(PAYLOADS[1] ?? '');
    await second.until(PAYLOADS[1] ?? '');
    await second.until(`id: ${Buffer.byteLength(events(PAYLOADS.slice(0, 2)))}\n\n`);
    const [, place] = /id: (\d+)\n\n/.exec(second.text) ?? [];
    expect(Number(place)).toBe(Buffer.byteLength(events(PAYLOADS.slice(0, 1))));
    await using third = await takeUp(relay.server.url, id, '', { 'last-event-id': place ?? '' });
    await finish(exchange, PAYLOADS.slice(2));
    await second.rest();
    await third.rest();
    expect(withoutIds(second.text)).toBe(WHOLE);
    expect(withoutIds(third.text)).toBe(events(PAYLOADS.slice(1)));
    // Every id stands in an event that has data.
    for (const event of second.text.split('\n\n').filter((text) => text.includes('id: '))) {
      expect(event).toMatch(/^data: /);
    }
  });

  test('an upstream that breaks off is told to every reader, now and later, and is not asked again', async () => {
    const asked = relay.upstream.exchanges.length;
    const { exchange, reader, id } = await playStream(relay);
    await using second = await takeUp(relay.server.url, id);
    await exchange.event(PAYLOADS[0] ?? '');
    await reader.until(PAYLOADS[0] ?? '');
    exchange.reset();
    for (const one of [reader, second, await takeUp(relay.server.url, id)]) {
      expect(await one.rest()).toBe('complete');
      expect(one.text).toMatch(/"code":"upstream_stream_cut"\}\}\n\n$/);
      expect(one.text).not.toContain('[DONE]');
    }
    expect(await ended(relay.server.url, id)).toMatchObject({ status: 'incomplete' });
    expect(relay.upstream.exchanges.length - asked).toBe(1);
  });

  test('a stop from anywhere stops the upstream, and every reader is told', async () => {
    const { exchange, reader, id } = await playStream(relay);
    await using second = await takeUp(relay.server.url, id);
    await exchange.event(PAYLOADS[0] ?? '');
    await reader.until(PAYLOADS[0] ?? '');
    await second.until(PAYLOADS[0] ?? '');
    const answer = await stopStream(relay.server.url, id);
    expect(answer.json()).toMatchObject({ id, status: 'cancelled' });
    await exchange.gone;
    for (const one of [reader, second, await takeUp(relay.server.url, id)]) {
      expect(await one.rest()).toBe('complete');
      expect(one.text).toMatch(/"code":"stream_stopped"\}\}\n\n$/);
      expect(one.text).not.toContain('[DONE]');
    }
    // Again changes nothing.
    expect((await stopStream(relay.server.url, id)).json()).toMatchObject({ status: 'cancelled' });
  });

  test('a client that leaves before there is an answer stops the upstream', async () => {
    const coming = relay.exchange();
    const call = await relay.open({ stream: true }, { 'x-nexcode-resumable': 'true' });
    const exchange = await coming;
    call.connection.reset();
    await exchange.gone;
  });

  test('a refusal is passed on as ever', async () => {
    relay.upstream.reply(async (exchange) => {
      await exchange.head(429, { 'content-type': 'application/json', 'retry-after': '7' }, 'chunked');
      await exchange.body(
        '{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}',
      );
      await exchange.end();
    });
    const answer = await relay.ask({ stream: true }, { 'x-nexcode-resumable': 'true' });
    expect(answer.status).toBe(429);
    expect(answer.head.header('retry-after')).toBe('7');
    expect(answer.head.header('x-nexcode-stream')).toBe('none');
    expect(answer.head.header('location')).toBeUndefined();
  });

  test('places that are none are refused', async () => {
    relay.upstream.reply(stream(PAYLOADS));
    await using first = await openStream(relay);
    await first.reader.rest();
    await ended(relay.server.url, first.id);
    for (const place of ['-1', 'x', '1.5', String(BYTES.length + 1)]) {
      await using refused = await takeUp(relay.server.url, first.id, `starting_after=${place}`);
      expect(await refused.status()).toBe(400);
      await refused.rest();
      expect(JSON.parse(refused.text)).toMatchObject({
        error: { code: 'invalid_value', param: 'starting_after' },
      });
    }
    await using nothing = await takeUp(relay.server.url, first.id, `starting_after=${BYTES.length}`);
    expect(await nothing.status()).toBe(200);
    await nothing.rest();
    expect(nothing.text).toBe('');
  });
});

describe('short terms', () => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay({ ...RECORDING, STREAM_ORPHAN_S: '1', STREAM_KEEP_S: '2' });
  });
  afterAll(() => relay.close());

  test('with nobody attached the answer ends after its term, and the upstream is stopped', async () => {
    const { exchange, reader, id } = await playStream(relay);
    await exchange.event(PAYLOADS[0] ?? '');
    await reader.until(PAYLOADS[0] ?? '');
    reader.connection.reset();
    await exchange.gone;
    expect(await ended(relay.server.url, id)).toMatchObject({ status: 'incomplete' });
    await using again = await takeUp(relay.server.url, id);
    await again.rest();
    expect(again.text).toMatch(/"code":"stream_abandoned"\}\}\n\n$/);
  });

  test('a stream that ended is forgotten after its term', async () => {
    relay.upstream.reply(stream(PAYLOADS));
    await using first = await openStream(relay);
    await first.reader.rest();
    expect(first.reader.text).toBe(WHOLE);
    const { ended_at: endedAt } = await ended(relay.server.url, first.id);
    let answer = await lookAt(relay.server.url, first.id);
    while (answer.status === 200) answer = await lookAt(relay.server.url, first.id);
    expect(Date.now() / 1000 - Number(endedAt)).toBeGreaterThan(1.9);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: 'stream_not_found' } });
  });
});

describe('bounds', () => {
  test('what is more than may be under way is served as ever', async () => {
    await using relay = await startRelay({ ...RECORDING, RESUMABLE_MAX: '17' });
    const ids: string[] = [];
    const exchanges: Exchange[] = [];
    for (let count = 0; count < 18; count += 1) {
      const { exchange, id } = await playStream(relay);
      exchanges.push(exchange);
      ids.push(id);
    }
    expect(ids.slice(0, 16).every((id) => id.startsWith('st_00'))).toBe(true);
    expect(ids[16]).toMatch(/^st_01/);
    expect(ids[17]).toBe('none');
    for (const exchange of exchanges) await finish(exchange);
    // What has ended makes room.
    await ended(relay.server.url, ids[0] ?? '');
    relay.upstream.reply(stream(PAYLOADS));
    await using another = await openStream(relay);
    expect(another.id).toMatch(/^st_00/);
  });

  test('a stream that grows too long is whole for its first reader, and cannot be taken up', async () => {
    await using relay = await startRelay(RECORDING);
    const { exchange, reader, id } = await playStream(relay);
    await using second = await takeUp(relay.server.url, id);
    const chunk = events([
      JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(60_000) } }] }),
    ]);
    let sent = '';
    const secondEnd = second.rest();
    for (let count = 0; count < 150; count += 1) {
      await exchange.body(chunk);
      sent += chunk;
      await reader.read(sent.length);
    }
    await finish(exchange);
    expect(await reader.rest()).toBe('complete');
    expect(reader.text === sent + WHOLE).toBe(true);
    await secondEnd;
    expect(second.text).toMatch(/"code":"stream_too_long"\}\}\n\n$/);
    await using late = await takeUp(relay.server.url, id);
    expect(await late.status()).toBe(410);
    expect(((await lookAt(relay.server.url, id)).json() as StreamBody).status).toBe('incomplete');
  }, 30_000);
});

/** Sends these events, and ends the answer. */
async function finish(exchange: Exchange, payloads: readonly string[] = PAYLOADS): Promise<void> {
  for (const payload of payloads) await exchange.event(payload);
  await exchange.end();
}
