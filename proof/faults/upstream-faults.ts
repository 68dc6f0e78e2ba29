/** Every way in which an upstream misbehaves, with what the client must get for it. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  afterInterim,
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  closeBeforeHead,
  EVENT_STREAM,
  events,
  redirect,
  resetBeforeHead,
  respond,
  stall,
  stream,
  streamByByte,
  streamBytes,
  tooShort,
} from '../../test/support/answers.ts';
import type { Exchange, Script } from '../../test/support/upstream.ts';
import { type Outcome, WORDS } from './asks.ts';

/** One fault. */
export interface Fault {
  readonly name: string;
  /** What the upstream does, for a client that wants a stream or not. */
  readonly script: (streamed: boolean) => Script;
  /** The outcomes that are right. */
  readonly right: readonly Outcome[];
  /** The model to ask for: its name leads to an upstream with time limits, or to one where nobody listens. */
  readonly model?: 'limited-model' | 'dead-model';
}

const WHOLE = ['whole'] as const;
const REFUSED = ['refused'] as const;
/** The gateway may have sent the head already, or not yet. */
const NEVER_WHOLE = ['refused', 'cut'] as const;

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** The recorded answers: a completion, and the same as a stream. */
export const COMPLETION = chatCompletion({ content: WORDS.join('') });
export const STREAM = events(chatStream(WORDS));

const BEGINNING = events([chatChunk({ role: 'assistant', content: '' }), chatChunk({ content: WORDS[0] })]);
const ENDING = events([chatChunk({ content: WORDS[1] + WORDS[2] }), chatChunk({}, 'stop'), '[DONE]']);
const HUGE = chatChunk({ content: '' }, null, { padding: 'x'.repeat(3_000_000) });

/** The right answer, in the form that was asked for. */
const good = (streamed: boolean): Script => (streamed ? stream(chatStream(WORDS)) : respond(COMPLETION));

const both = (script: Script) => () => script;
const bytes = (text: string, end: (exchange: Exchange) => void = (exchange) => exchange.cut()) =>
  both(async (exchange) => {
    await exchange.raw(text);
    end(exchange);
  });
/** Part of the right answer, and then something else. */
const begun =
  (then: (exchange: Exchange) => Promise<void> | void) =>
  (streamed: boolean): Script => {
    return async (exchange) => {
      await exchange.head(200, streamed ? EVENT_STREAM : JSON_TYPE);
      await exchange.body(streamed ? BEGINNING : COMPLETION.slice(0, 40));
      await then(exchange);
    };
  };
const packed =
  (encoding: string, pack: (text: string) => Uint8Array) =>
  (streamed: boolean): Script =>
    respond(pack(streamed ? STREAM : COMPLETION), 200, {
      ...(streamed ? EVENT_STREAM : JSON_TYPE),
      'content-encoding': encoding,
    });
const typed =
  (type: string) =>
  (streamed: boolean): Script =>
    respond(streamed ? STREAM : COMPLETION, 200, type === '' ? {} : { 'content-type': type });
const flooded =
  (headers: Readonly<Record<string, string>>) =>
  (streamed: boolean): Script =>
    respond(streamed ? STREAM : COMPLETION, 200, { ...(streamed ? EVENT_STREAM : JSON_TYPE), ...headers });
const streamOf = (text: string) => both(streamBytes([text]));

export const FAULTS: readonly Fault[] = [
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
      await exchange.head(200, streamed ? EVENT_STREAM : JSON_TYPE, 90);
      await exchange.body(streamed ? STREAM : COMPLETION);
      exchange.cut();
    },
    right: NEVER_WHOLE,
  },
  {
    name: 'sends a second answer behind the first',
    script: (streamed) => async (exchange) => {
      const body = Buffer.from(streamed ? STREAM : COMPLETION);
      await exchange.head(200, streamed ? EVENT_STREAM : JSON_TYPE, body.length);
      await exchange.body(body);
      await exchange.raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother');
      exchange.cut();
    },
    right: WHOLE,
  },
  {
    name: 'has an empty body',
    script: (streamed) => respond('', 200, streamed ? EVENT_STREAM : JSON_TYPE),
    right: NEVER_WHOLE,
  },
  {
    name: 'sends a page',
    script: both(respond('<html><title>Login</title>', 200, { 'content-type': 'text/html' })),
    right: REFUSED,
  },
  {
    name: 'streams to who wants JSON, or the other way round',
    script: (streamed) => good(!streamed),
    right: WHOLE,
  },
  { name: 'names no type', script: typed(''), right: WHOLE },
  { name: 'names the type text/plain', script: typed('text/plain'), right: WHOLE },
  { name: 'names the type octet-stream', script: typed('application/octet-stream'), right: WHOLE },
  { name: 'packs with gzip', script: packed('gzip', gzipSync), right: WHOLE },
  { name: 'packs with br', script: packed('br', brotliCompressSync), right: [...WHOLE, ...NEVER_WHOLE] },
  {
    name: 'cuts what it packs',
    script: packed('gzip', (text) => gzipSync(text).subarray(0, 60)),
    right: NEVER_WHOLE,
  },
  {
    name: 'says gzip of plain bytes',
    script: packed('gzip', (text) => Buffer.from(text)),
    right: NEVER_WHOLE,
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `redirects (${status})`,
    script: both(redirect('http://127.0.0.1:9/v1/elsewhere', status)),
    right: REFUSED,
  })),
  ...[400, 401, 404, 408, 409, 422, 429, 500, 503, 529].map((status) => ({
    name: `refuses (${status})`,
    script: both(respond(apiError('No.'), status)),
    right: REFUSED,
  })),
  {
    name: 'refuses with a page',
    script: both(respond('<h1>Bad Gateway</h1>', 502, { 'content-type': 'text/html' })),
    right: REFUSED,
  },
  {
    name: 'breaks off its refusal',
    script: both(async (exchange) => {
      await exchange.head(500, JSON_TYPE, 500);
      await exchange.body('{"error":');
      exchange.cut();
    }),
    right: REFUSED,
  },
  {
    name: 'sends 300 headers',
    script: flooded(
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`x-flood-${at}`, String(at)])),
    ),
    right: WHOLE,
  },
  {
    name: 'sends a header of 200 kB',
    script: flooded({ 'x-flood': 'x'.repeat(200_000) }),
    right: [...WHOLE, ...REFUSED],
  },
  {
    name: 'sends a cookie and headers for the next hop',
    script: flooded({ 'set-cookie': 'spy=1', connection: 'openai-version', 'openai-version': 'x' }),
    right: WHOLE,
  },
  { name: 'sends comments alone', script: streamOf(': ping\n\n: ping\n\n'), right: NEVER_WHOLE },
  {
    name: 'sends comments between',
    script: streamOf(`: ping\n\n${BEGINNING}: ping\n\n${ENDING}`),
    right: WHOLE,
  },
  { name: 'ends its lines with CRLF', script: streamOf(events(chatStream(WORDS), '\r\n')), right: WHOLE },
  {
    name: 'sends an event of 3 MB',
    script: streamOf(`${BEGINNING}${events([HUGE])}${ENDING}`),
    right: WHOLE,
  },
  {
    name: 'sends events that are no JSON',
    script: streamOf('data: [[[[\n\ndata: nonsense\n\n'),
    right: NEVER_WHOLE,
  },
  { name: 'sends NUL bytes', script: streamOf('\0'.repeat(5000)), right: NEVER_WHOLE },
  { name: 'reports an error first', script: streamOf(events([apiError('Busy.')])), right: NEVER_WHOLE },
  {
    name: 'reports an error in the middle',
    script: streamOf(`${BEGINNING}${events([apiError('Busy.')])}`),
    right: NEVER_WHOLE,
  },
  { name: 'forgets [DONE]', script: streamOf(STREAM.replace('data: [DONE]\n\n', '')), right: WHOLE },
];

function cutShort(text: string): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM, Buffer.byteLength(STREAM));
    await exchange.body(text);
    exchange.cut();
  };
}

/** The ways in which a body may end behind its first bytes. The last two look like an end to HTTP. */
const CUTS: readonly (readonly [
  name: string,
  script: (body: Uint8Array, type: typeof EVENT_STREAM) => Script,
])[] = [
  [
    'broken off',
    (body, type) => async (exchange) => {
      await exchange.head(200, type);
      await exchange.body(body);
      exchange.cut();
    },
  ],
  ['ended', (body) => streamBytes(body.length === 0 ? [] : [body])],
  ['closed', (body) => streamBytes([body], 'close')],
];

/** The recorded stream, cut behind every `step`th byte in each way. */
export function streamCuts(step: number): Fault[] {
  const recorded = Buffer.from(STREAM);
  // Behind the event with the finish reason nothing of the answer is missing.
  const finished = recorded.lastIndexOf('}') + 1;
  const places = Array.from({ length: Math.ceil(recorded.length / step) }, (_, index) => index * step);
  return places.flatMap((at) =>
    CUTS.map(([how, script]) => ({
      name: `stream ${how} at byte ${at}`,
      script: () => script(recorded.subarray(0, at), EVENT_STREAM),
      // Half an end marker may be taken for a torn event where the answer is put together: safe, if strict.
      right: at < finished ? NEVER_WHOLE : [...WHOLE, ...REFUSED],
    })),
  );
}
