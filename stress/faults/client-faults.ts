/** Every way in which a client misbehaves, with what must come of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { chatChunk, chatStream, respond, stream } from '../../test/support/answers.ts';
import { connect, requestBytes } from '../../test/support/http.ts';
import { inTime } from '../in-time.ts';
import { outcomeOf, WORDS } from './asks.ts';
import { answerWell, type ClientFault, expectWhole, nextExchange } from './client-fault.ts';
import { COMPLETION, good, JSON_TYPE, STREAM } from './fault.ts';
import {
  leavesAHeldAnswer,
  leavesBeforeTheHead,
  leavesBehind,
  leavesInAFile,
  leavesInTheAnswer,
  leavesInTheRequest,
} from './leaving.ts';
import { HANG_MS } from './meet.ts';

/** Long enough for the gateway to have read all that was sent. */
const PAUSE_MS = 50;

/** A write that is not taken for so long has no room anywhere on the way. */
const STUCK_MS = 100;

const uploadsByteByByte: ClientFault = {
  name: 'sends its request byte by byte',
  run: async (ask, place) => {
    answerWell(ask, place);
    await using client = await connect(place.url);
    for (const byte of requestBytes('POST', 'localhost', ask.request('gpt-test'))) {
      await client.send(Uint8Array.of(byte));
    }
    await expectWhole(ask, client.answer());
  },
};

const pausesInTheUpload: ClientFault = {
  name: 'pauses in the middle of its request',
  run: async (ask, place) => {
    answerWell(ask, place);
    const bytes = requestBytes('POST', 'localhost', ask.request('gpt-test'));
    await using client = await connect(place.url);
    await client.send(bytes.subarray(0, -9));
    await wait(PAUSE_MS);
    await client.send(bytes.subarray(-9));
    await expectWhole(ask, client.answer());
  },
};

/** Served all the same, and nothing of it may travel on. */
function floods(what: string, flood: Readonly<Record<string, string>>): ClientFault {
  return {
    name: `sends ${what}`,
    run: async (ask, place) => {
      const coming = nextExchange(place);
      const parts = ask.request('gpt-test');
      await using client = await connect(place.url);
      await client.request({ ...parts, headers: { ...parts.headers, ...flood } });
      const exchange = await coming;
      if (exchange.request.head.rawHeaders.some(([name]) => name.startsWith('x-flood')))
        throw new Error('The flood went upstream.');
      await good(ask.streamed)(exchange);
      await expectWhole(ask, client.answer());
    },
  };
}

/** The runtime refuses a head of more than 512 KiB itself, or drops a client that goes on sending it. */
const sendsAHugeHeader: ClientFault = {
  name: 'sends a header of 900 kB',
  run: async (ask, place) => {
    const asked = place.upstream.exchanges.length;
    const parts = ask.request('gpt-test');
    await using client = await connect(place.url);
    await client
      .request({ ...parts, headers: { ...parts.headers, 'x-flood': 'x'.repeat(900_000) } })
      .catch(() => undefined);
    const answer = await inTime(
      client.answer().catch(() => undefined),
      HANG_MS,
      'A huge header was neither answered nor dropped.',
    );
    if (answer !== undefined && answer.status !== 431)
      throw new Error(`A huge header was answered ${answer.status}.`);
    if (place.upstream.exchanges.length !== asked) throw new Error('The upstream was asked.');
  },
};

const closesItsHalf: ClientFault = {
  name: 'closes its half and waits for the answer',
  run: async (ask, place) => {
    answerWell(ask, place);
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

/** The upstream writes until nobody takes more, and must be let go when the client leaves in that state. */
const readsNothingAndLeaves: ClientFault = {
  name: 'reads nothing, and leaves',
  suits: (ask) => !ask.held,
  run: async (ask, place) => {
    const coming = nextExchange(place);
    await using client = await connect(place.url);
    await client.request(ask.request('gpt-test'));
    const exchange = await coming;
    const piece = ask.streamed
      ? `data: ${chatChunk({ content: 'x'.repeat(50_000) })}\n\n`
      : ' '.repeat(50_000);
    await exchange.head(200, ask.streamed ? { 'content-type': 'text/event-stream' } : JSON_TYPE);
    let stuck = false;
    while (!stuck) {
      const taken = exchange.body(piece).then(() => 'taken');
      stuck = (await Promise.race([taken, wait(STUCK_MS, 'stuck')])) === 'stuck';
      if (stuck) void taken.catch(() => undefined);
    }
    client.reset();
    await inTime(exchange.gone, HANG_MS, 'The upstream was never let go.');
  },
};

/** The ways of leaving at one point. */
const LEAVINGS = ['FIN', 'RST'] as const;

export const CLIENT_FAULTS: readonly ClientFault[] = [
  leavesBeforeTheHead,
  leavesAHeldAnswer,
  ...[0, 1, 5].flatMap((pieces) => LEAVINGS.map((how) => leavesBehind(pieces, how))),
  ...LEAVINGS.map(leavesInAFile),
  uploadsByteByByte,
  pausesInTheUpload,
  floods('300 headers', Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`x-flood-${at}`, 'x']))),
  floods('a header of 200 kB', { 'x-flood': 'x'.repeat(200_000) }),
  sendsAHugeHeader,
  closesItsHalf,
  readsSlowly,
  readsNothingAndLeaves,
];

/** About the length of a request in bytes. */
const REQUEST_BYTES = 200;

/** Leavings at every point of the request and of the recorded stream, `step` bytes apart. */
export function leavings(step: number): ClientFault[] {
  const points = (length: number) =>
    Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
  return LEAVINGS.flatMap((how) => [
    ...points(REQUEST_BYTES).map((at) => leavesInTheRequest(at / REQUEST_BYTES, how)),
    ...points(Buffer.byteLength(STREAM)).map((at) => leavesInTheAnswer(at, how)),
  ]);
}
