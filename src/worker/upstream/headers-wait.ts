/** How long a call waits for the headers of its answer, and what ends the wait. */
import type { Upstream } from '../config/upstream.ts';
import type { GatewayError } from '../http/errors.ts';
import { upstreamTimeout } from '../http/upstream-failure.ts';

/** How long something may take, in milliseconds (0 for as long as it likes), and the setting that says so. */
export interface TimeLimit {
  readonly ms: number;
  readonly setting: string;
}

/**
 * Where another target follows, a call without a stream is given up after this unless UPSTREAM_HEADERS_MS says otherwise:
 * its headers come with the whole answer, and the official clients themselves wait so long.
 */
const LISTED_HEADERS_MS = 600_000;

/** How long the headers are waited for. The shortest limit of a stream counts where another target follows. */
export function headersLimit(to: Upstream, hasNext: boolean, streamed: boolean): TimeLimit {
  const ms = to.headersMs ?? (hasNext && !streamed ? LISTED_HEADERS_MS : 0);
  const headers = { ms, setting: 'UPSTREAM_HEADERS_MS' };
  if (!hasNext || !streamed) return headers;
  const limits = [
    headers,
    { ms: to.connectMs, setting: 'UPSTREAM_CONNECT_MS' },
    { ms: to.firstContentMs, setting: 'UPSTREAM_FIRST_CONTENT_MS' },
  ];
  const [shortest = headers] = limits.filter((limit) => limit.ms > 0).sort((one, other) => one.ms - other.ms);
  return shortest;
}

/** A call without reasons to stop gets no signal at all: the cheapest, and the most frequent. */
export function signalOf(...reasons: readonly (AbortSignal | undefined)[]): AbortSignal | null {
  const signals = reasons.filter((reason) => reason !== undefined);
  const [only] = signals;
  return signals.length < 2 ? (only ?? null) : AbortSignal.any(signals);
}

/**
 * Stops a call whose client leaves, or that its account ends, before the answer begins. An account keeps the invocation
 * alive to book the call, and the runtime then stops nothing by itself. Once the answer has begun, whoever relays it sees
 * both.
 */
export class UntilHeaders {
  readonly #controller = new AbortController();
  readonly #reasons: readonly AbortSignal[];
  readonly #abort = () => this.#controller.abort();

  constructor(...reasons: readonly (AbortSignal | undefined)[]) {
    this.#reasons = reasons.filter((reason) => reason !== undefined);
    for (const reason of this.#reasons) {
      if (reason.aborted) this.#abort();
      reason.addEventListener('abort', this.#abort);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    for (const reason of this.#reasons) reason.removeEventListener('abort', this.#abort);
  }
}

/** A time limit in milliseconds; 0 is none. */
export class Deadline {
  passed = false;
  readonly signal: AbortSignal | undefined;
  readonly clear: () => void = () => undefined;

  constructor(limitMs: number) {
    if (limitMs === 0) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      this.passed = true;
      controller.abort();
    }, limitMs);
    this.signal = controller.signal;
    this.clear = () => clearTimeout(timer);
  }
}

/** The 504 for headers that did not come in time. */
export function tooLate({ setting }: TimeLimit, cause: unknown): GatewayError {
  return upstreamTimeout(
    `The upstream did not begin to answer in time (${setting}). Try again, or let the operator raise the limit.`,
    cause,
  );
}
