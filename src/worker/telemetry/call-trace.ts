/**
 * What one call to the gateway tells: a span of its own, and one for each attempt at an upstream, by the names of the
 * semantic conventions for HTTP and for generative AI. Never a prompt, an answer, a key or an address of a caller.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import type { TokenUsage } from '../completions/usage.ts';
import type { Telemetry } from '../config/telemetry.ts';
import type { Upstream } from '../config/upstream.ts';
import { vendorOf } from '../config/vendors.ts';
import { holdsSecret } from '../http/redact.ts';
import { AttemptTrace } from './attempt-trace.ts';
import { exportSpans, metrics } from './exporter.ts';
import { type Attributes, SPAN_KIND, type Span } from './span.ts';
import { randomId, type TraceContext, traceContext } from './trace-context.ts';

/** The endpoints that a span is named after; all others are one, for their paths hold ids. */
const ROUTES =
  /^\/v1\/(chat\/completions|completions|responses|embeddings|moderations|models|realtime|files|batches|vector_stores|images\/[a-z]+|audio\/[a-z]+)(\/.*)?$/;

/** Names of operations, by the path below `/v1`. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['chat/completions', 'chat'],
  ['completions', 'text_completion'],
  ['responses', 'chat'],
  ['embeddings', 'embeddings'],
]);

/** What a model's name looks like everywhere; anything else is the caller's text, and is not told. */
const MODEL_NAME = /^[\w.:@/+-]{1,200}$/;

/** Ends of a call that are failures: what stands in `error.type`. */
const FAILED_ENDS: ReadonlySet<string> = new Set([
  'cut',
  'failed',
  'idle',
  'client_left',
  'stopped',
  'no_answer',
]);

/** What is known of a call when it begins. */
export interface CallBeginning {
  readonly telemetry: Telemetry;
  readonly method: string;
  /** Canonical. */
  readonly path: string;
  readonly traceparent: string | null | undefined;
  /** Texts that may stand in no attribute. */
  readonly secrets: readonly string[];
  /** When it came in, by `performance.now()`. */
  readonly startedAt: number;
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** One call, from its beginning until its answer has ended. */
export class CallTrace {
  readonly #beginning: CallBeginning;
  readonly #context: TraceContext;
  readonly #spanId = randomId(8);
  readonly #startMs = Date.now();
  readonly #attempts: AttemptTrace[] = [];
  #endpoint: string | undefined;
  #model: string | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #isOpen = false;
  #isAnswered = false;
  #status = 0;
  #errorType: string | undefined;
  #end: string | undefined;
  #usage: TokenUsage | undefined;

  constructor(beginning: CallBeginning) {
    this.#beginning = beginning;
    this.#context = traceContext(beginning.traceparent, beginning.telemetry.sampler);
  }

  /** Resolves when the call has ended: the invocation has to live until then, also where its client has left. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The call's account opens: its answer ends when `closed` says so. */
  opened(endpoint: string, model: string): void {
    this.#isOpen = true;
    this.#endpoint = endpoint;
    if (MODEL_NAME.test(model) && !holdsSecret(model, this.#beginning.secrets)) this.#model = model;
  }

  /** An attempt at an upstream begins. */
  attempt(upstream: Upstream): AttemptTrace {
    const attempt = new AttemptTrace(this.#context, upstream);
    this.#attempts.push(attempt);
    return attempt;
  }

  /** The answer has ended, or none came. */
  closed(end: string, usage: TokenUsage | undefined): void {
    this.#isOpen = false;
    this.#end = end;
    this.#usage = usage;
    if (this.#isAnswered) this.#finish();
  }

  /** The call was refused before it was made. */
  refused(): void {
    this.#isOpen = false;
  }

  /** The answer's head is there. @param code of an error of the gateway's own. */
  answered(status: number, code: string | null | undefined): void {
    this.#isAnswered = true;
    this.#status = status;
    if (status >= 400) this.#errorType = code ?? String(status);
    if (!this.#isOpen) this.#finish();
  }

  /** Another invocation serves the call, and tells of it. */
  handedOver(): void {
    this.#ended.resolve();
  }

  #finish(): void {
    const { telemetry, method, path, startedAt, waitUntil } = this.#beginning;
    const endMs = Date.now();
    const seconds = (performance.now() - startedAt) / 1000;
    const found = ROUTES.exec(path);
    const route = found === null ? '/v1/*' : `/v1/${found[1]}${found[2] === undefined ? '' : '/*'}`;
    const end = this.#end !== undefined && FAILED_ENDS.has(this.#end) ? this.#end : undefined;
    const errorType = this.#errorType ?? end;
    const request: Attributes = {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': this.#status,
      ...(errorType !== undefined && { 'error.type': errorType }),
    };
    metrics.requests.record(seconds, request);
    const attempts = this.#attempts.map((attempt, at) =>
      this.#attemptSpan(attempt, at === this.#attempts.length - 1 ? end : undefined),
    );
    const own: Span = {
      traceId: this.#context.traceId,
      spanId: this.#spanId,
      parentId: this.#context.parentId,
      name: `${method} ${route}`,
      kind: SPAN_KIND.server,
      startMs: this.#startMs,
      endMs,
      attributes: {
        ...request,
        ...this.#operation(),
        ...(this.#end !== undefined && { 'nexcode.end': this.#end }),
      },
      isError: this.#status >= 500 || end !== undefined,
    };
    exportSpans(this.#context.isSampled ? [own, ...attempts] : [], telemetry, waitUntil);
    this.#ended.resolve();
  }

  #attemptSpan(attempt: AttemptTrace, end: string | undefined): Span {
    const { upstream, startMs, startedAt, spanId, status } = attempt;
    const durationMs = (attempt.endedAt ?? performance.now()) - startedAt;
    const errorType = attempt.errorType ?? end;
    const isDelivered = attempt.errorType === undefined;
    const { hostname, port, protocol } = new URL(upstream.base);
    const operation = this.#operation();
    const isNamed = operation['gen_ai.operation.name'] !== undefined;
    const measured: Attributes = {
      ...operation,
      ...(isNamed && { 'gen_ai.provider.name': vendorOf(upstream.base)?.otelName ?? upstream.name }),
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
      ...(errorType !== undefined && { 'error.type': errorType }),
    };
    const usage = isDelivered ? this.#usage : undefined;
    if (isNamed) {
      metrics.operations.record(durationMs / 1000, measured);
      if (usage !== undefined) {
        metrics.tokens.record(usage.prompt_tokens, { ...measured, 'gen_ai.token.type': 'input' });
        metrics.tokens.record(usage.completion_tokens, { ...measured, 'gen_ai.token.type': 'output' });
      }
    }
    return {
      traceId: this.#context.traceId,
      spanId,
      parentId: this.#spanId,
      name: isNamed
        ? `${operation['gen_ai.operation.name']} ${this.#model ?? ''}`.trim()
        : this.#beginning.method,
      kind: SPAN_KIND.client,
      startMs,
      endMs: startMs + durationMs,
      attributes: {
        ...measured,
        'http.request.method': this.#beginning.method,
        'nexcode.upstream': upstream.name,
        ...(status !== undefined && { 'http.response.status_code': status }),
        ...(usage !== undefined && {
          'gen_ai.usage.input_tokens': usage.prompt_tokens,
          'gen_ai.usage.output_tokens': usage.completion_tokens,
        }),
      },
      isError: errorType !== undefined,
    };
  }

  #operation(): Attributes {
    const name = this.#endpoint === undefined ? undefined : OPERATIONS.get(this.#endpoint);
    if (name === undefined) return {};
    return {
      'gen_ai.operation.name': name,
      ...(this.#model !== undefined && { 'gen_ai.request.model': this.#model }),
    };
  }
}
