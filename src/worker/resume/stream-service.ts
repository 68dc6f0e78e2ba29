/** What a stream's object can be asked, and how it is found. */
import type { TokenUsage } from '../completions/usage.ts';
import { namespaceOf } from '../ledger/services.ts';
import type { StreamStatus } from './stream-store.ts';

/** The name of the binding in wrangler.toml. */
const BINDING = 'STREAM_OBJECTS';

/** A stream as its owner sees it. */
export interface StreamView {
  readonly status: StreamStatus;
  readonly endpoint: string;
  /** How many bytes are kept. */
  readonly bytes: number;
  readonly usage: TokenUsage | null;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number | null;
  /** When it will be forgotten; null while it runs. */
  readonly forgotten: number | null;
}

/** A stream's object. Its answers have bodies that pass outside JavaScript, so they are asked for by `fetch`. */
export interface StreamService {
  /** Serves a call and records its answer (`handedOver`), or reads a recorded one (`readRequest`). */
  fetch(request: Request): Promise<Response>;
  /** Undefined for one that is not there. */
  look(id: string): Promise<StreamView | undefined>;
  /** Stops the answer, and says what became of it. */
  stop(id: string): Promise<StreamView | undefined>;
  /** The one who asked for the answer reads it no longer. */
  left(id: string): Promise<void>;
}

/**
 * An owner's object.
 * @throws {GatewayError} 500 where wrangler.toml does not declare it.
 */
export function streamService(
  env: Readonly<Record<string, unknown>>,
  owner: string,
  slot: number,
): StreamService {
  return namespaceOf<StreamService>(env, BINDING).getByName(`${owner}:${slot}`);
}

/** What is read of a stream. */
export interface ReadRequest {
  readonly id: string;
  /** How many bytes its reader has had. */
  readonly from: number;
  readonly withIds: boolean;
}

/** Asks for a recorded stream. */
export function readRequest({ id, from, withIds }: ReadRequest): Request {
  return new Request(`http://stream/${id}?from=${from}&ids=${withIds}`);
}

/** Reads what `readRequest` wrote. */
export function requestedRead({ url }: Request): ReadRequest {
  const { pathname, searchParams } = new URL(url);
  return {
    id: pathname.slice(1),
    from: Number(searchParams.get('from')),
    withIds: searchParams.get('ids') === 'true',
  };
}
