/** What an upstream can do wrong with its connection and with HTTP: break off, be silent, be slow, miscount. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  afterInterim,
  closeBeforeHead,
  EVENT_STREAM,
  resetBeforeHead,
  stall,
  streamByByte,
  tooShort,
} from '../../test/support/answers.ts';
import type { Exchange, Script } from '../../test/support/upstream.ts';
import {
  answerFor,
  BEGINNING,
  begun,
  both,
  COMPLETION,
  CUT,
  type Fault,
  good,
  JSON_TYPE,
  NEVER_WHOLE,
  REFUSED,
  STREAM,
  WHOLE,
} from './fault.ts';

/** Longer than a relay looks away, at first, from a stream that it reads along with (`slow-tap.ts`). */
const PAUSE_MS = 700;
/** Long enough to arrive in two parts. */
const SHORT_PAUSE_MS = 50;

/** Raw bytes in place of an answer, and an end. */
const bytes = (text: string, end: (exchange: Exchange) => void = (exchange) => exchange.cut()) =>
  both(async (exchange) => {
    await exchange.raw(text);
    end(exchange);
  });

export const CONNECTION_FAULTS: readonly Fault[] = [
  { name: 'none', script: good, right: WHOLE },
  { name: 'refuses connections', script: good, right: REFUSED, model: 'dead-model' },
  { name: 'closes before the head', script: both(closeBeforeHead), right: REFUSED },
  { name: 'resets before the head', script: both(resetBeforeHead), right: REFUSED },
  { name: 'closes in the head', script: bytes('HTTP/1.1 200 OK\r\ncontent-ty'), right: REFUSED },
  {
    name: 'resets in the head',
    script: bytes('HTTP/1.1 200 O', (exchange) => exchange.reset()),
    right: REFUSED,
  },
  { name: 'is no HTTP', script: bytes('220 mail.example ESMTP\r\n'), right: REFUSED },
  { name: 'has a broken header', script: bytes('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'), right: REFUSED },
  { name: 'is silent', script: both(stall), right: REFUSED, model: 'limited-model' },
  {
    name: 'is silent in the middle of a stream',
    script: () => async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(BEGINNING);
    },
    right: NEVER_WHOLE,
    model: 'limited-model',
  },
  {
    name: 'pauses in the middle',
    script: (streamed) => async (exchange) => {
      const { headers, body } = answerFor(streamed);
      const parts = streamed ? BEGINNING.length : 40;
      await exchange.head(200, headers);
      await exchange.body(body.slice(0, parts));
      await wait(streamed ? PAUSE_MS : SHORT_PAUSE_MS);
      await exchange.body(body.slice(parts));
      await exchange.end();
    },
    right: WHOLE,
  },
  {
    name: 'sends byte by byte',
    script: (streamed) =>
      streamed
        ? streamByByte(STREAM)
        : async (exchange) => {
            await exchange.head(200, JSON_TYPE);
            await exchange.bodyByByte(COMPLETION);
            await exchange.end();
          },
    right: WHOLE,
  },
  { name: 'sends an interim answer first', script: (streamed) => afterInterim(good(streamed)), right: WHOLE },
  { name: 'closes behind the head', script: begun((exchange) => exchange.cut()), right: NEVER_WHOLE },
  { name: 'resets in the middle', script: begun((exchange) => exchange.reset()), right: NEVER_WHOLE },
  { name: 'ends politely in the middle', script: begun((exchange) => exchange.end()), right: NEVER_WHOLE },
  {
    name: 'sends garbage for a chunk',
    script: begun((exchange) => exchange.raw('zz\r\nnonsense\r\n').then(() => exchange.cut())),
    right: NEVER_WHOLE,
  },
  {
    name: 'announces more than it sends',
    script: (streamed) => (streamed ? cutShort(BEGINNING) : tooShort(COMPLETION, 9)),
    right: NEVER_WHOLE,
  },
  {
    name: 'announces less than it sends',
    script: (streamed) => async (exchange) => {
      const { headers, body } = answerFor(streamed);
      await exchange.head(200, headers, 90);
      await exchange.body(body);
      exchange.cut();
    },
    right: NEVER_WHOLE,
    relayed: CUT,
  },
  {
    name: 'sends a second answer behind the first',
    script: (streamed) => async (exchange) => {
      const { headers, body } = answerFor(streamed);
      await exchange.head(200, headers, Buffer.byteLength(body));
      await exchange.body(body);
      await exchange.raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother');
      exchange.cut();
    },
    right: WHOLE,
  },
];

function cutShort(text: string): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM, Buffer.byteLength(STREAM));
    await exchange.body(text);
    exchange.cut();
  };
}
