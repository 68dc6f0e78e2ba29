/** What an upstream can do wrong with its answer: its type, its encoding, its headers, its refusals, its events. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { apiError, chatChunk, chatStream, events, respond } from '../../test/support/answers.ts';
import type { Exchange } from '../../test/support/upstream.ts';
import { WORDS } from './asks.ts';
import {
  answerFor,
  BEGINNING,
  both,
  CUT,
  ENDING,
  type Fault,
  good,
  JSON_TYPE,
  NEVER_WHOLE,
  REFUSED,
  STREAM,
  streamFault,
  WHOLE,
} from './fault.ts';

const HUGE = chatChunk({ content: '' }, null, { padding: 'x'.repeat(3_000_000) });

/** The right answer, packed and said to be. */
const packed =
  (encoding: string, pack: (text: string) => Uint8Array): Fault['script'] =>
  (streamed) => {
    const { headers, body } = answerFor(streamed);
    return respond(pack(body), 200, { ...headers, 'content-encoding': encoding });
  };

/** The right answer under another type, or under none. */
const typed =
  (type: string): Fault['script'] =>
  (streamed) =>
    respond(answerFor(streamed).body, 200, type === '' ? {} : { 'content-type': type });

/** The right answer with more headers. */
const flooded =
  (more: Readonly<Record<string, string>>): Fault['script'] =>
  (streamed) => {
    const { headers, body } = answerFor(streamed);
    return respond(body, 200, { ...headers, ...more });
  };

/** Sends the client elsewhere at the same upstream, where whoever follows is counted. */
const redirectsBack = (status: number) => (exchange: Exchange) =>
  respond('', status, { location: `http://${exchange.request.head.header('host')}/v1/elsewhere` })(exchange);

export const ANSWER_FAULTS: readonly Fault[] = [
  {
    name: 'has an empty body',
    script: (streamed) => respond('', 200, answerFor(streamed).headers),
    right: NEVER_WHOLE,
  },
  {
    name: 'sends a page',
    script: both(respond('<html><title>Login</title>', 200, { 'content-type': 'text/html' })),
    right: REFUSED,
    relayed: CUT,
  },
  {
    name: 'streams to who wants JSON, or the other way round',
    script: (streamed) => good(!streamed),
    right: WHOLE,
    relayed: CUT,
  },
  { name: 'names no type', script: typed(''), right: WHOLE },
  { name: 'names the type text/plain', script: typed('text/plain'), right: WHOLE },
  { name: 'names the type octet-stream', script: typed('application/octet-stream'), right: WHOLE },
  { name: 'packs with gzip', script: packed('gzip', gzipSync), right: WHOLE },
  { name: 'packs with br', script: packed('br', brotliCompressSync), right: WHOLE },
  {
    name: 'cuts what it packs with gzip',
    script: packed('gzip', (text) => gzipSync(text).subarray(0, 60)),
    right: NEVER_WHOLE,
  },
  {
    name: 'cuts what it packs with br',
    script: packed('br', (text) => brotliCompressSync(text).subarray(0, 60)),
    right: NEVER_WHOLE,
  },
  {
    name: 'says gzip of plain bytes',
    script: packed('gzip', (text) => Buffer.from(text)),
    right: NEVER_WHOLE,
  },
  {
    name: 'says br of plain bytes',
    script: packed('br', (text) => Buffer.from(text)),
    right: NEVER_WHOLE,
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `redirects (${status})`,
    script: both(redirectsBack(status)),
    right: REFUSED,
  })),
  { name: 'redirects nowhere', script: both(respond('', 302, {})), right: REFUSED },
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
    name: 'quotes the key that it refuses',
    script: both((exchange) =>
      respond(apiError(`Unknown: ${exchange.request.head.header('authorization')}`), 401)(exchange),
    ),
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
  { name: 'sends a header of 200 kB', script: flooded({ 'x-flood': 'x'.repeat(200_000) }), right: WHOLE },
  { name: 'sends a header of 900 kB', script: flooded({ 'x-flood': 'x'.repeat(900_000) }), right: REFUSED },
  {
    name: 'sends a cookie and headers for the next hop',
    script: flooded({ 'set-cookie': 'spy=1', connection: 'openai-version', 'openai-version': 'x' }),
    right: WHOLE,
  },
  streamFault('sends comments alone', ': ping\n\n: ping\n\n', NEVER_WHOLE),
  streamFault('sends comments between', `: ping\n\n${BEGINNING}: ping\n\n${ENDING}`, WHOLE),
  streamFault('ends its lines with CRLF', events(chatStream(WORDS), '\r\n'), WHOLE),
  streamFault('sends an event of 3 MB', `${BEGINNING}${events([HUGE])}${ENDING}`, WHOLE),
  streamFault('sends events that are no JSON', 'data: [[[[\n\ndata: nonsense\n\n', NEVER_WHOLE),
  streamFault('sends NUL bytes', '\0'.repeat(5000), NEVER_WHOLE),
  streamFault('reports an error first', events([apiError('Busy.')]), NEVER_WHOLE),
  streamFault('reports an error in the middle', `${BEGINNING}${events([apiError('Busy.')])}`, NEVER_WHOLE),
  streamFault('forgets [DONE]', STREAM.replace('data: [DONE]\n\n', ''), WHOLE),
];
