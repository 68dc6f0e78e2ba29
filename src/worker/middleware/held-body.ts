/** Reading a request's body into memory: under a limit of size, of time, and of what all bodies together may hold. */
import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import { BodyBudget, type BodyShare, UNCOUNTED_BYTES } from '../http/body-budget.ts';
import { concat } from '../http/bytes.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';

/** A body in memory. `release` gives its room back once the bytes are no longer needed. */
export interface HeldBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly release: () => void;
}

/** The bodies that this isolate holds now. */
const budget = new BodyBudget();

/** How much longer each MB of a body may take to arrive than an empty one, in milliseconds. */
const MS_PER_MEGABYTE = 30_000;
const MEGABYTE = 1024 * 1024;

/**
 * Reads a request's body as it came. A declared length decides at once; a body without one is counted as it comes.
 * @param limitBytes a bound of the endpoint's own, under MAX_BODY_BYTES.
 * @throws {GatewayError} 413 `request_too_large`; 400 `incomplete_body` where the client stopped in the middle; 408
 * `request_timeout` for one that does not arrive; 503 `too_many_bodies` where the room of all bodies is used up.
 */
export async function holdBody(c: Context<AppEnv>, limitBytes = Number.POSITIVE_INFINITY): Promise<HeldBody> {
  const { maxBodyBytes, bodiesBytes, bodyMs } = c.get('settings');
  const limit = Math.min(limitBytes, maxBodyBytes);
  const share = shareOf(c);
  let held = 0;
  const release = () => {
    budget.give(held, share);
    held = 0;
  };
  const hold = (bytes: number) => {
    if (bytes > limit) throw tooLarge(limit);
    if (bytes <= UNCOUNTED_BYTES || bytes <= held) return;
    if (!budget.take(bytes - held, share, bodiesBytes)) throw tooManyBodies();
    held = bytes;
  };
  try {
    return { bytes: await bytesOf(c.req.raw, c.get('headers'), hold, bodyMs), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** @param hold is told how long the body is by now, and throws where that is too much. */
async function bytesOf(
  request: Request,
  headers: HeaderFields,
  hold: (bytes: number) => void,
  limitMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = headers.get('content-length') ?? undefined;
  const deadline = new Deadline(limitMs);
  try {
    if (declared !== undefined) {
      hold(Number(declared));
      deadline.extend(Number(declared));
      return new Uint8Array(await deadline.before(request.arrayBuffer()));
    }
    const reader = (request.body ?? new Blob().stream()).getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await deadline.before(reader.read());
      if (done) return concat(chunks);
      length += value.length;
      hold(length);
      deadline.extend(value.length);
      chunks.push(value);
    }
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : incomplete(cause);
  } finally {
    deadline.clear();
  }
}

/** The time a body may take: a base, and more for each MB of it. */
class Deadline {
  readonly #passed = Promise.withResolvers<never>();
  readonly #startedAt = performance.now();
  #limitMs: number;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    // No work may be waiting for it when it rejects.
    this.#passed.promise.catch(() => undefined);
  }

  extend(bytes: number): void {
    this.#limitMs += (bytes / MEGABYTE) * MS_PER_MEGABYTE;
  }

  async before<Value>(work: Promise<Value>): Promise<Value> {
    clearTimeout(this.#timer);
    const leftMs = this.#limitMs - (performance.now() - this.#startedAt);
    this.#timer = setTimeout(() => this.#passed.reject(tooSlow()), Math.max(0, leftMs));
    return Promise.race([work, this.#passed.promise]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function shareOf(c: Context<AppEnv>): BodyShare {
  const payer = c.get('payer');
  return payer?.pays === 'server' && payer.by !== 'open' ? 'own' : 'others';
}

/** Only a client that stops sending makes the reading itself fail. */
function incomplete(cause: unknown): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'incomplete_body',
    message:
      'The request body is incomplete: the connection ended before its declared length. Send the request again.',
    cause,
  });
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError({
    status: 413,
    code: 'request_too_large',
    message: `The request body is larger than this gateway reads (the limit is ${limit} bytes, MAX_BODY_BYTES at most). Send less, or let the operator raise the limit.`,
  });
}

function tooSlow(): GatewayError {
  return new GatewayError({
    status: 408,
    code: 'request_timeout',
    message: 'The request body did not arrive in time (BODY_MS). Send the request again.',
  });
}

function tooManyBodies(): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'too_many_bodies',
    message:
      'The gateway is reading as many long request bodies as it can hold (BODIES_BYTES). Send the request again in a moment.',
    headers: { 'retry-after': '1' },
  });
}
