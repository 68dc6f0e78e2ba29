/** What one attempt at an upstream tells of itself, and the upstream of it. */
import type { Upstream } from '../config/upstream.ts';
import { randomId, type TraceContext, traceparentOf } from './trace-context.ts';

/** One attempt at an upstream. */
export class AttemptTrace {
  readonly spanId = randomId(8);
  readonly startMs = Date.now();
  readonly startedAt = performance.now();
  readonly upstream: Upstream;
  status: number | undefined;
  errorType: string | undefined;
  /** Undefined while it goes on: an answer's attempt ends with the answer. */
  endedAt: number | undefined;

  readonly #context: TraceContext;

  constructor(context: TraceContext, upstream: Upstream) {
    this.upstream = upstream;
    this.#context = context;
  }

  /** The headers of the call, by which the upstream knows this span; a `tracestate` belongs to the caller's trace. */
  traced({ tracestate, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
    return {
      ...headers,
      traceparent: traceparentOf(this.#context, this.spanId),
      ...(tracestate !== undefined && this.#context.parentId !== undefined && { tracestate }),
    };
  }

  /** The upstream's status came. A refusal ends the attempt. */
  answered(status: number): void {
    this.status = status;
    if (status >= 400) this.failed(String(status));
  }

  /** No usable answer came. */
  failed(errorType: string): void {
    this.errorType = errorType;
    this.endedAt ??= performance.now();
  }
}
