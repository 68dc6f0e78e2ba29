/**
 * A fast fake upstream, as a process of its own. What a request wants stands in its model's name, the only thing that
 * every proxy hands on: `bench.EVENTS.MS.own.COUNT.MARK` streams so many events, each saying MARK, COUNT of them in a
 * write, the writes spaced by MS milliseconds; with `step` in place of `own`, one timer serves all such streams, else
 * every stream keeps its own time, as those of a real upstream do. Any other model answers one chat completion. Prints
 * its port on a line when it listens.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatChunk, chatCompletion, chatStream } from '../test/support/answers.ts';

const [OPENING = '', , LAST = '', DONE = ''] = chatStream(['']).map((payload) => `data: ${payload}\n\n`);
const LONGEST_ASKED_BYTES = 8192;
const COMPLETION = chatCompletion({ content: 'An answer of ordinary length. '.repeat(10) });

/** A stream under way. */
class Stream {
  readonly #response: ServerResponse;
  /** The length of an ordinary chunk of the public API: 500 of them are 82 kB. */
  readonly #event: string;
  readonly #perWrite: number;
  #left: number;

  constructor(response: ServerResponse, events: number, perWrite: number, mark: string) {
    this.#response = response;
    this.#event = `data: ${chatChunk({ content: mark })}\n\n`;
    this.#perWrite = perWrite;
    this.#left = events;
  }

  /** Writes the next events, or the end; false when there is nothing more to say. */
  step(): boolean {
    const count = Math.min(this.#perWrite, this.#left);
    this.#left -= count;
    if (count > 0 && !this.#response.destroyed) {
      this.#response.write(this.#event.repeat(count));
      return true;
    }
    this.#response.end(LAST + DONE);
    return false;
  }
}

/** Streams in step, by their interval. */
const inStep = new Map<number, Set<Stream>>();

/** A model's name that asks for a stream. */
const STREAM = /"model":"bench\.(\d+)\.(\d+)\.(own|step)\.(\d+)\.([\w-]+)"/;

const server = createServer({ noDelay: true }, (request, response) => {
  let start = '';
  request.setEncoding('latin1');
  // Long bodies hold pictures, and those ask for no stream.
  request.on('data', (chunk: string) => {
    if (start.length < LONGEST_ASKED_BYTES) start += chunk;
  });
  request.on('end', () => {
    const asked = STREAM.exec(start);
    if (asked === null) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(COMPLETION),
      });
      response.end(COMPLETION);
      return;
    }
    const [, events, interval, pace, perWrite, mark = ''] = asked;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    response.write(OPENING);
    const stream = new Stream(response, Number(events), Number(perWrite), mark);
    const intervalMs = Number(interval);
    if (pace === 'step') streamsInStep(intervalMs).add(stream);
    else runAlone(stream, intervalMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

/** The first event comes at a random moment of the first interval, so that streams begun together do not stay together. */
function runAlone(stream: Stream, intervalMs: number): void {
  setTimeout(() => {
    const timer = setInterval(() => {
      if (!stream.step()) clearInterval(timer);
    }, intervalMs);
  }, Math.random() * intervalMs);
}

function streamsInStep(intervalMs: number): Set<Stream> {
  const known = inStep.get(intervalMs);
  if (known !== undefined) return known;
  const streams = new Set<Stream>();
  inStep.set(intervalMs, streams);
  setInterval(() => {
    for (const stream of streams) if (!stream.step()) streams.delete(stream);
  }, intervalMs);
  return streams;
}
