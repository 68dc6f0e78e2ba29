/**
 * A fast fake upstream, as a process of its own: `?events=N&interval=MS` streams N events, one write each, spaced by
 * MS milliseconds; without `events` it answers one chat completion. Prints its port on a line when it listens.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatChunk, chatCompletion, chatStream } from '../test/support/answers.ts';

/** 82 kB in 500 events: the length of an ordinary chunk of the public API, padding included. */
const EVENT = `data: ${chatChunk({ content: 'token' })}\n\n`;
const [OPENING = '', , LAST = '', DONE = ''] = chatStream(['']).map((payload) => `data: ${payload}\n\n`);
const COMPLETION = chatCompletion({ content: 'An answer of ordinary length. '.repeat(10) });

interface Stream {
  readonly response: ServerResponse;
  left: number;
}

/** One timer serves all streams of an interval, so that the upstream's own cost stays small. */
const paced = new Map<number, Set<Stream>>();

const server = createServer({ noDelay: true }, (request, response) => {
  request.resume();
  request.on('end', () => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const events = Number(query.get('events') ?? 0);
    if (events === 0) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(COMPLETION),
      });
      response.end(COMPLETION);
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    response.write(OPENING);
    const streams = streamsOf(Number(query.get('interval') ?? 0));
    const stream = { response, left: events };
    streams.add(stream);
    response.on('close', () => streams.delete(stream));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

function streamsOf(interval: number): Set<Stream> {
  const known = paced.get(interval);
  if (known !== undefined) return known;
  const streams = new Set<Stream>();
  paced.set(interval, streams);
  setInterval(() => {
    for (const stream of streams) step(stream, streams);
  }, interval);
  return streams;
}

function step(stream: Stream, streams: Set<Stream>): void {
  stream.left -= 1;
  if (stream.left >= 0) {
    stream.response.write(EVENT);
    return;
  }
  streams.delete(stream);
  stream.response.end(LAST + DONE);
}
