/** One call to the upstream: the address, the credentials, the failure to get an answer. */
import type { Payer } from '../auth/decide.ts';
import { GatewayError } from '../errors.ts';
import { OPENAI_BASE, type Settings } from '../settings.ts';
import type { UpstreamContext } from './context.ts';
import { redirectRefused } from './upstream-error.ts';

/** What goes upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** A canonical path that begins with `/v1`; the base stands in for that part. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Without credentials; this module adds them. */
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/**
 * Calls the upstream once and never again: whether a failed generation was charged is for the client to judge.
 * @returns the upstream's answer, whatever its status, with its body unread; never a redirect.
 * @throws {GatewayError} 401 when nobody has a key for api.openai.com, 502 `upstream_error` when no answer comes or
 * only a redirect, 504 `upstream_timeout` when it comes too late.
 */
export async function callUpstream(request: UpstreamRequest, context: UpstreamContext): Promise<Response> {
  const { payer, settings, log } = context;
  const key = upstreamKey(payer, settings);
  if (key === undefined && settings.base === OPENAI_BASE) throw keyMissing();
  if (key !== undefined) request.headers.set('authorization', `Bearer ${key}`);

  const deadline = new Deadline(settings.upstreamHeadersMs);
  const calledAt = performance.now();
  try {
    const upstream = await fetch(`${settings.base}${request.path.slice('/v1'.length)}${request.query}`, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      ...signalOf(context.stop, deadline.signal),
    });
    const headersMs = performance.now() - calledAt;
    context.onHeaders(headersMs);
    log('upstream', { status: upstream.status, headers_ms: Math.round(headersMs) });
    if (isRedirect(upstream.status)) {
      await upstream.body?.cancel();
      throw redirectRefused();
    }
    return upstream;
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const failure = failureOf(request.method, deadline.passed, context.clientGone.aborted, cause);
    log('upstream_failed', { code: failure.fields.code });
    throw failure;
  } finally {
    deadline.clear();
  }
}

function failureOf(method: string, late: boolean, clientGone: boolean, cause: unknown): GatewayError {
  if (clientGone) return clientLeft(cause);
  return late ? tooLate(cause) : unreachable(method, cause);
}

/** 304 shares the number range but sends nobody anywhere. */
function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

/** A call without reasons to stop gets no signal at all: the cheapest, and the most frequent. */
function signalOf(...reasons: readonly (AbortSignal | undefined)[]): { signal?: AbortSignal } {
  const signals = reasons.filter((reason) => reason !== undefined);
  return signals.length === 0 ? {} : { signal: AbortSignal.any(signals) };
}

/** The key that goes upstream: the caller's own, else the server's, if it has one. */
export function upstreamKey(payer: Payer, settings: Settings): string | undefined {
  return payer.pays === 'client' ? payer.key : settings.key;
}

/** A time limit in milliseconds; 0 is none. */
class Deadline {
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

function keyMissing(): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    message:
      'No API key is at hand for api.openai.com. Send a key of your own as "Authorization: Bearer sk-...", let the operator set OPENAI_API_KEY (or another OPENAI_API_BASE), or use the model "nexcode", which needs no key.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** Nobody reads this answer; it only ends the request. 499 is the log's customary number for it. */
function clientLeft(cause: unknown): GatewayError {
  return new GatewayError({
    status: 499,
    code: 'client_closed_request',
    message: 'The client closed the connection before the upstream answered.',
    cause,
  });
}

/**
 * Whether a request that got no answer was carried out is unknown, so clients are told not to repeat one that may
 * have cost something.
 */
function unreachable(method: string, cause: unknown): GatewayError {
  return new GatewayError({
    status: 502,
    code: 'upstream_error',
    message:
      'Connection error: the upstream gave no answer. Check that OPENAI_API_BASE is right and that its server runs and can be reached from here.',
    headers: method === 'GET' || method === 'HEAD' ? {} : { 'x-should-retry': 'false' },
    cause,
  });
}

function tooLate(cause: unknown): GatewayError {
  return new GatewayError({
    status: 504,
    code: 'upstream_timeout',
    message:
      'The upstream did not begin to answer in time (UPSTREAM_HEADERS_MS). Try again, or let the operator raise the limit.',
    headers: { 'x-should-retry': 'false' },
    cause,
  });
}
