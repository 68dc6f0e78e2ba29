/** Streams that can be taken up again: asked for, read on, looked at and stopped. */
import { EVENT_STREAM } from './answers.ts';
import type { Answer } from './http.ts';
import { call } from './http.ts';
import { type OpenCall, openCall, type Relay } from './relay.ts';
import type { Exchange } from './upstream.ts';

/** The settings of a gateway that records streams. */
export const RECORDING = { RESUMABLE: 'true', SELF_HOSTED: 'true' } as const;

/** Asks for a stream that can be taken up again. */
export const RESUMABLE = { 'x-nexcode-resumable': 'true' } as const;

/** A stream under way, by its first reader. */
export interface FirstReader extends AsyncDisposable {
  readonly reader: OpenCall;
  readonly id: string;
}

type Fields = Readonly<Record<string, string>>;

/** Asks for a chat stream and waits for its name. */
export async function openStream(
  relay: Pick<Relay, 'open'>,
  headers: Fields = {},
  body: object = {},
): Promise<FirstReader> {
  const reader = await relay.open({ stream: true, ...body }, { ...RESUMABLE, ...headers });
  const id = (await reader.head()).header('x-nexcode-stream') ?? '';
  return { reader, id, [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]() };
}

/** A stream whose upstream the test plays; it has sent the head of its answer. */
export interface PlayedStream extends FirstReader {
  readonly exchange: Exchange;
}

/** Asks for a chat stream, and begins its answer. */
export async function playStream(relay: Pick<Relay, 'open' | 'exchange'>): Promise<PlayedStream> {
  const coming = relay.exchange();
  const opened = openStream(relay);
  const exchange = await coming;
  await exchange.head(200, EVENT_STREAM);
  return { exchange, ...(await opened) };
}

/** Takes a stream up at a byte, without `id:` lines unless the query says otherwise. */
export function takeUp(
  url: string,
  id: string,
  query = 'ids=false',
  headers: Fields = {},
): Promise<OpenCall> {
  return openCall(url, { path: `/v1/streams/${id}?${query}`, headers });
}

/** What the gateway says of a stream. */
export interface StreamBody {
  readonly status: string;
  readonly bytes: number;
  readonly usage: object | null;
  readonly ended_at: number | null;
}

/** Asks what became of a stream. */
export function lookAt(url: string, id: string, headers: Fields = {}): Promise<Answer> {
  return call(url, { path: `/v1/streams/${id}?stream=false`, headers });
}

/** Asks until a stream has ended. */
export async function ended(url: string, id: string, headers: Fields = {}): Promise<StreamBody> {
  for (;;) {
    const answer = await lookAt(url, id, headers);
    if (answer.status !== 200) throw new Error(answer.text());
    const body = answer.json() as StreamBody;
    if (body.status !== 'in_progress') return body;
  }
}

/** Stops a stream. */
export function stopStream(url: string, id: string, headers: Fields = {}): Promise<Answer> {
  return call(url, { method: 'DELETE', path: `/v1/streams/${id}`, headers });
}

/** The same text without the lines by which a replay numbers its events. */
export function withoutIds(text: string): string {
  return text.replace(/^id: \d+\r?\n/gm, '');
}
