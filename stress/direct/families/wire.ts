/** How an answer is labelled, framed, packed and where it sends its reader. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { apiError } from '../../../test/support/answers.ts';
import type { Script } from '../../../test/support/upstream.ts';
import { type Behaviour, changed, family, type More } from '../behaviour.ts';
import { bodyOf, json, type Recorded, saying, send } from '../form.ts';

const label = family('label');
const framing = family('framing');
const encoding = family('encoding');
const redirect = family('redirect');

const typed = (type: string | undefined) =>
  changed((good) => ({ ...good, headers: type === undefined ? {} : { 'content-type': type } }));

export const LABELS: readonly Behaviour[] = [
  label('names no type', typed(undefined)),
  label('names text/plain', typed('text/plain')),
  label('names application/octet-stream', typed('application/octet-stream')),
  label('names application/x-ndjson', typed('application/x-ndjson'), { streamed: true }),
  label('names application/json for events', typed('application/json'), { streamed: true }),
  label('names text/event-stream for JSON', typed('text/event-stream'), { streamed: false }),
  label(
    'names its type in capitals',
    changed((good) => ({
      ...good,
      headers: { 'content-type': String(good.headers['content-type']).toUpperCase() },
    })),
  ),
  label(
    'names a charset with quotes',
    changed((good) => ({
      ...good,
      headers: { 'content-type': `${good.headers['content-type']?.split(';')[0]};charset="UTF-8"` },
    })),
  ),
  label('names a vendor type of JSON', typed('application/vnd.api+json'), { streamed: false }),
  label(
    'streams to who wants JSON, or the other way round',
    (form) => saying({ ...form, streamed: !form.streamed }),
    { apis: ['chat', 'text'] },
  ),
  label(
    'answers a page',
    () => ({
      ...json('<!doctype html><title>Log in</title>'),
      headers: { 'content-type': 'text/html' },
    }),
    { unusable: true },
  ),
  label('answers a page as JSON', () => json('<!doctype html><title>Log in</title>'), { unusable: true }),
  label('labels an error as events', () => ({
    ...json(apiError('Wait.'), 429),
    headers: { 'content-type': 'text/event-stream' },
  })),
  label('labels an error as text', () => ({
    ...json(apiError('Wait.'), 429),
    headers: { 'content-type': 'text/plain' },
  })),
];

const whole = (script: (good: Recorded) => Script, more: More = {}) => [changed(script), more] as const;

const byPieces = (size: number) =>
  changed((good) => {
    const body = bodyOf(good);
    const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
      body.subarray(at * size, (at + 1) * size),
    );
    return send({ ...good, pieces }, 'chunked');
  });

export const FRAMINGS: readonly Behaviour[] = [
  framing('frames in chunks', ...whole((good) => send(good, 'chunked'))),
  framing('frames by its length', ...whole((good) => send(good, bodyOf(good).length))),
  framing('frames by the end of the connection', ...whole((good) => send(good, 'close'))),
  framing('sends a byte a chunk', byPieces(1)),
  framing('sends seven bytes a chunk', byPieces(7)),
  framing('sends all in one chunk', byPieces(1_000_000)),
  framing(
    'sends head and body in one write',
    changed((good) => async (exchange) => {
      const body = bodyOf(good);
      await exchange.raw(
        Buffer.concat([
          Buffer.from(
            `HTTP/1.1 200 OK\r\ncontent-type: ${good.headers['content-type']}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
          ),
          body,
        ]),
      );
      await exchange.end();
    }),
  ),
  framing(
    'sends its head in pieces',
    changed((good) => async (exchange) => {
      const body = bodyOf(good);
      for (const piece of [
        `HTTP/1.1 200 OK\r\ncontent-ty`,
        `pe: ${good.headers['content-type']}\r\n`,
        `content-length: ${body.length}\r\nconnection: close\r\n`,
        '\r\n',
      ])
        await exchange.raw(piece);
      await exchange.raw(body);
      exchange.cut();
    }),
  ),
  framing(
    'extends its chunks',
    changed((good) => async (exchange) => {
      const body = bodyOf(good);
      await exchange.raw(
        `HTTP/1.1 200 OK\r\ncontent-type: ${good.headers['content-type']}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${body.length.toString(16).toUpperCase()}\r\n`,
      );
      await exchange.raw(body);
      await exchange.raw('\r\n0\r\nx-trailer: 1\r\n\r\n');
      exchange.cut();
    }),
  ),
  framing(
    'says an interim answer first',
    changed((good) => async (exchange) => {
      await exchange.raw('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
      await send(good)(exchange);
    }),
  ),
  framing(
    'says 100 first',
    changed((good) => async (exchange) => {
      await exchange.raw('HTTP/1.1 100 Continue\r\n\r\n');
      await send(good)(exchange);
    }),
  ),
  framing(
    'has no reason phrase',
    changed((good) => async (exchange) => {
      const body = bodyOf(good);
      await exchange.raw(
        `HTTP/1.1 200 \r\ncontent-type: ${good.headers['content-type']}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
      );
      await exchange.raw(body);
      exchange.cut();
    }),
  ),
  framing(
    'speaks HTTP/1.0',
    changed((good) => async (exchange) => {
      await exchange.raw(`HTTP/1.0 200 OK\r\ncontent-type: ${good.headers['content-type']}\r\n\r\n`);
      await exchange.raw(bodyOf(good));
      exchange.cut();
    }),
  ),
  framing(
    'has 100 headers',
    changed((good) => ({
      ...good,
      headers: {
        ...good.headers,
        ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-more-${at}`, 'v'])),
      },
    })),
  ),
];

const packed = (name: string, pack: (body: Buffer) => Buffer) =>
  changed((good) => {
    const body = pack(bodyOf(good));
    return send(
      { ...good, headers: { ...good.headers, 'content-encoding': name }, pieces: [body] },
      'chunked',
    );
  });

const refusedPacked = (name: string, pack: (body: Buffer) => Buffer) => () => {
  const body = pack(Buffer.from(apiError('Wait.', 'requests', 'rate_limit_exceeded')));
  return send({
    status: 429,
    headers: { 'content-type': 'application/json', 'content-encoding': name },
    pieces: [body],
  });
};

export const ENCODINGS: readonly Behaviour[] = [
  encoding('packs with gzip', packed('gzip', gzipSync)),
  encoding('packs with br', packed('br', brotliCompressSync)),
  encoding('packs with deflate', packed('deflate', deflateSync)),
  encoding('packs with raw deflate', packed('deflate', deflateRawSync)),
  encoding('packs with zstd', packed('zstd', zstdCompressSync)),
  encoding(
    'says identity',
    packed('identity', (body) => body),
  ),
  encoding('says x-gzip', packed('x-gzip', gzipSync)),
  encoding(
    'packs twice',
    packed('gzip, gzip', (body) => gzipSync(gzipSync(body))),
  ),
  encoding(
    'says gzip of plain bytes',
    packed('gzip', (body) => body),
    { broken: true },
  ),
  encoding(
    'says an unknown encoding',
    packed('snappy', (body) => body),
  ),
  encoding(
    'cuts what it packs',
    packed('gzip', (body) => gzipSync(body).subarray(0, 60)),
    { broken: true },
  ),
  encoding('packs a refusal with gzip', refusedPacked('gzip', gzipSync), { words: 'Wait.' }),
  encoding('packs a refusal with br', refusedPacked('br', brotliCompressSync), { words: 'Wait.' }),
  encoding('packs a refusal with deflate', refusedPacked('deflate', deflateSync), { words: 'Wait.' }),
];

/** Sends the client to the same server, where the good answer stands. */
const redirects = (status: number, to: (host: string, model: string) => string) =>
  changed((good) => async (exchange) => {
    const { request } = exchange;
    if (request.path.includes('elsewhere')) return send(good)(exchange);
    const { model } = JSON.parse(request.body.toString());
    const location = to(request.head.header('host') ?? '', encodeURIComponent(model));
    await send({ status, headers: { location, 'content-type': 'text/plain' }, pieces: [] }, 0)(exchange);
  });
const absolute = (host: string, model: string) => `http://${host}/v1/elsewhere?model=${model}`;

export const REDIRECTS: readonly Behaviour[] = [
  ...[301, 302, 303, 307, 308].map((status) =>
    redirect(`redirects with ${status}`, redirects(status, absolute)),
  ),
  redirect(
    'redirects by a path',
    redirects(307, (_, model) => `/v1/elsewhere?model=${model}`),
  ),
  redirect('redirects without a place', () => ({ ...json('', 302), headers: {} })),
  redirect('redirects to nowhere', () => ({ ...json('', 307), headers: { location: 'http://:bad' } })),
  redirect(
    'redirects to itself',
    redirects(307, (host, model) => `http://${host}/v1/again?model=${model}`),
  ),
  redirect('answers 300', () => ({ ...json('{"choices":["a"]}', 300) }), { unusable: true }),
  redirect(
    'answers 304',
    () => async (exchange) => {
      await exchange.raw('HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n');
      exchange.cut();
    },
    { unusable: true },
  ),
  redirect(
    'answers 201 with a place',
    changed((good) => ({ ...good, status: 201, headers: { ...good.headers, location: '/v1/elsewhere' } })),
  ),
];
