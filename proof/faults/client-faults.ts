/** Every way in which a client misbehaves, with what must come of it at the upstream. */
import { setTimeout as wait } from 'node:timers/promises';
import { chatChunk, chatStream, EVENT_STREAM, respond, stream } from '../../test/support/answers.ts';
import { connect } from '../../test/support/http.ts';
import { sendUntilGone } from '../../test/support/send-until-gone.ts';
import type { Exchange } from '../../test/support/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Ask, outcomeOf, WORDS } from './asks.ts';
import { HANG_MS, type Place, serveWell } from './meet.ts';
import { COMPLETION } from './upstream-faults.ts';

/** One fault: does its work at the gateway, and throws what is wrong with what came of it. */
export interface ClientFault {
  readonly name: string;
  readonly run: (ask: Ask, place: Place) => Promise<void>;
}

type Leaving = 'FIN' | 'RST';

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** The upstream's side of the next request, which the fault itself answers. */
function nextExchange({ upstream }: Place): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  upstream.reply(resolve);
  return inTime(promise, HANG_MS, 'The upstream was never asked.');
}

/** Begins an answer in the form that was asked for, of `pieces` pieces. */
async function begin(exchange: Exchange, streamed: boolean, pieces: number): Promise<void> {
  await exchange.head(200, streamed ? EVENT_STREAM : JSON_TYPE);
  for (let piece = 0; piece < pieces; piece += 1) {
    if (streamed) await exchange.event(chatChunk({ content: 'x' }));
    else await exchange.body(' ');
  }
}

/** The client is gone before the upstream has answered. A polite leaving is seen only when something is sent to it. */
const leavesBeforeTheHead: ClientFault = {
  name: 'leaves before the head (RST)',
  run: async (ask, place) => {
    const coming = nextExchange(place);
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    const exchange = await coming;
    client.reset();
    await inTime(exchange.gone, HANG_MS, 'The upstream was never let go.');
  },
};

function leavesBehind(pieces: number, how: Leaving): ClientFault {
  return {
    name: `leaves behind ${pieces} pieces (${how})`,
    run: async (ask, place) => {
      if (ask.held && how === 'FIN') return;
      const coming = nextExchange(place);
      await using client = await connect(place.url);
      await client.request(ask.request('gpt-test'));
      const exchange = await coming;
      await begin(exchange, ask.streamed, pieces);
      // Both halves are closed: one that only says that it has sent everything still waits for the answer.
      if (how === 'RST') client.reset();
      else await client[Symbol.asyncDispose]();
      await inTime(sendUntilGone(exchange), HANG_MS, 'The upstream was never let go.');
    },
  };
}

/** Sends part of its request and leaves: nothing may be asked upstream. */
function leavesInTheUpload(share: number, how: Leaving): ClientFault {
  return {
    name: `leaves at ${share * 100} % of the upload (${how})`,
    run: async (ask, place) => {
      const asked = place.upstream.exchanges.length;
      const { headers, path, body = '' } = ask.request('gpt-test');
      const length = Buffer.byteLength(body);
      await using client = await connect(place.url);
      await client.request({
        path,
        headers: { ...headers, 'content-length': String(length) },
        body: Buffer.from(body).subarray(0, Math.floor(length * share)),
      });
      if (how === 'RST') client.reset();
      else {
        client.finish();
        const answer = await inTime(client.answer(), HANG_MS, 'Half a request was never answered.');
        if (answer.status !== 400) throw new Error(`Half a request was answered ${answer.status}.`);
      }
      await serveWell(place);
      const more = place.upstream.exchanges.length - asked - 1;
      if (more !== 0) throw new Error(`The upstream was asked ${more} times for half a request.`);
    },
  };
}

const uploadsByteByByte: ClientFault = {
  name: 'uploads byte by byte',
  run: async (ask, place) => {
    const { headers, path, body = '' } = ask.request('gpt-test');
    place.upstream.reply(ask.streamed ? stream(chatStream(WORDS)) : respond(COMPLETION));
    await using client = await connect(place.url);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    await client.request({ method: 'POST', path, headers: { ...headers, ...length } });
    for (const byte of Buffer.from(body)) await client.send(Uint8Array.of(byte));
    const outcome = outcomeOf(
      ask,
      await inTime(client.answer(), HANG_MS, 'A slow upload was never answered.'),
    );
    if (outcome !== 'whole') throw new Error(`A slow upload: ${outcome}.`);
  },
};

const closesItsHalf: ClientFault = {
  name: 'closes its half and waits for the answer',
  run: async (ask, place) => {
    place.upstream.reply(ask.streamed ? stream(chatStream(WORDS)) : respond(COMPLETION));
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    client.finish();
    const answer = await inTime(
      client.answer().catch(() => undefined),
      HANG_MS,
      'A half-closed connection was never answered.',
    );
    const outcome = outcomeOf(ask, answer);
    if (outcome !== 'whole' && outcome !== 'cut') throw new Error(`A half-closed connection: ${outcome}.`);
  },
};

/** A megabyte that is read in small bites: nothing may be lost, and the upstream must be done in the end. */
const readsSlowly: ClientFault = {
  name: 'reads slowly',
  run: async (ask, place) => {
    const padding = chatChunk({ content: '' }, null, { padding: 'x'.repeat(20_000) });
    const payloads = [...Array.from({ length: 50 }, () => padding), ...chatStream(WORDS)];
    place.upstream.reply(
      ask.streamed
        ? stream(payloads)
        : respond(`${COMPLETION.slice(0, -1)},"padding":"${'x'.repeat(1_000_000)}"}`),
    );
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    const head = await client.head();
    const body = client.body(head);
    const pieces: Buffer[] = [];
    let step = await body.next();
    for (; !step.done; step = await body.next()) {
      pieces.push(step.value.bytes);
      await wait(1);
    }
    const bytes = Buffer.concat(pieces);
    const text = () => bytes.toString();
    const answer = {
      status: 200,
      head,
      body: bytes,
      pieces: [],
      end: step.value,
      text,
      json: () => JSON.parse(text()),
    };
    const outcome = outcomeOf(ask, answer);
    if (outcome !== 'whole') throw new Error(`A slow reader: ${outcome}.`);
  },
};

export const CLIENT_FAULTS: readonly ClientFault[] = [
  leavesBeforeTheHead,
  ...[0, 1, 5].flatMap((pieces) => [leavesBehind(pieces, 'FIN'), leavesBehind(pieces, 'RST')]),
  ...[0, 0.5, 0.9].flatMap((share) => [leavesInTheUpload(share, 'FIN'), leavesInTheUpload(share, 'RST')]),
  uploadsByteByByte,
  closesItsHalf,
  readsSlowly,
];
