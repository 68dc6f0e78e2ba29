/** One call to the upstream: the address, the credentials, the failure to get an answer. */
import type { Payer } from '../access/decide.ts';
import { baseSetting, OPENAI_BASE, type Upstream } from '../config/upstream.ts';
import { CLIENT_CLOSED, GatewayError } from '../http/errors.ts';
import { redirectRefused, upstreamFailure } from '../http/upstream-failure.ts';
import type { UpstreamContext } from './context.ts';
import type { HeaderRecord } from './headers.ts';
import { Deadline, headersLimit, signalOf, type TimeLimit, tooLate, UntilHeaders } from './headers-wait.ts';
import { Received } from './received.ts';
import { unpacked } from './unpack.ts';

/** What goes upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** A canonical path that begins with `/v1`; the base stands in for that part. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Without credentials; this module adds them. */
  readonly headers: HeaderRecord;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  /** Whether a stream is asked for; `false` where nobody knows. */
  readonly streamed?: boolean;
}

/**
 * Calls the upstream once and never again: whether a failed generation was charged is for the client to judge.
 * @returns the upstream's answer, whatever its status, with its body unread; never a redirect.
 * @throws {GatewayError} 401 without any key for api.openai.com, 502 `upstream_error` when no answer comes or
 * only a redirect, 504 `upstream_timeout` when it comes too late.
 */
export async function callUpstream(request: UpstreamRequest, context: UpstreamContext): Promise<Received> {
  const { payer, settings, upstream: to, log } = context;
  const key = upstreamKey(payer, to);
  if (key === undefined && to.base === OPENAI_BASE) throw keyMissing();

  const limit = headersLimit(to, context.hasNext, request.streamed === true);
  const deadline = new Deadline(limit.ms);
  const { account } = context;
  const attempt = context.trace?.attempt(to);
  // What has to outlive the client stops the call itself when the client leaves.
  const outlives = account.isBooked || attempt !== undefined;
  const leaving = outlives ? new UntilHeaders(context.clientGone(), account.stopped) : undefined;
  const calledAt = performance.now();
  const headers = attempt === undefined ? request.headers : attempt.traced(request.headers);
  try {
    const answer = await fetch(addressOf(to, request), {
      method: request.method,
      headers: key === undefined ? headers : { ...headers, ...keyHeaders(to, key) },
      body: request.body,
      redirect: 'manual',
      signal: signalOf(context.stop, deadline.signal, leaving?.signal),
    });
    const headersMs = performance.now() - calledAt;
    const upstream = Received.of(answer);
    context.onHeaders(headersMs);
    attempt?.answered(upstream.status);
    // To put this together costs something, and only the log asks for it.
    if (settings.debug) {
      log('upstream', {
        upstream: hostOf(to),
        status: upstream.status,
        upstream_request_id: upstream.headers.get('x-request-id')?.slice(0, 128),
        key: key === undefined ? 'none' : payer.pays,
        headers_ms: Math.round(headersMs),
      });
    }
    if (!isStatus(upstream.status, request)) {
      await upstream.body?.cancel();
      throw unknownStatus(upstream.status);
    }
    if (isRedirect(upstream.status)) {
      await upstream.body?.cancel();
      throw redirectRefused(baseSetting(to));
    }
    return unpacked(upstream);
  } catch (cause) {
    if (cause instanceof GatewayError) {
      attempt?.failed(cause.fields.code ?? 'upstream_error');
      throw cause;
    }
    const failure = account.stopped?.aborted
      ? endedByAccount(cause)
      : failureOf(deadline.passed ? limit : undefined, context.clientGone().aborted, to, cause);
    attempt?.failed(failure.fields.code ?? 'upstream_error');
    log('upstream_failed', {
      upstream: hostOf(to),
      code: failure.fields.code,
      reason: reasonOf(cause),
      // What became of a request that got no answer is unknown.
      possibly_charged: !isFree(request.method),
    });
    throw failure;
  } finally {
    deadline.clear();
    leaving?.clear();
  }
}

function addressOf({ base, besideV1 }: Upstream, { path, query }: UpstreamRequest): string {
  const root = besideV1?.test(path) ? base.replace(/\/v1$/, '') : base;
  return `${root}${path.slice('/v1'.length)}${query}`;
}

/** Whether a method only reads, so that asking again costs nothing. */
function isFree(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * The kind of a failure, as coarse as the runtime tells it: it says the same of a refused and of a lost connection, and
 * calls a name that cannot be looked up an internal error.
 */
function reasonOf(cause: unknown): 'connection' | 'stopped' | 'internal' {
  if (!(cause instanceof Error)) return 'internal';
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') return 'stopped';
  return cause.message.startsWith('Network connection lost') ? 'connection' : 'internal';
}

function failureOf(
  passed: TimeLimit | undefined,
  clientGone: boolean,
  to: Upstream,
  cause: unknown,
): GatewayError {
  if (clientGone) return clientLeft(cause);
  return passed === undefined ? unreachable(to, cause) : tooLate(passed, cause);
}

/** HTTP has no status above 599 (RFC 9110, section 15); one below 200 is the answer to an upgrade alone. */
function isStatus(status: number, { headers }: UpstreamRequest): boolean {
  return (status >= 200 && status <= 599) || (status === 101 && headers['upgrade'] !== undefined);
}

function unknownStatus(status: number): GatewayError {
  return upstreamFailure(`The upstream answered with status ${status}, which HTTP does not have.`);
}

/** 304 lies in the same range and is no redirect. */
function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

/** How an upstream takes its key. */
export function keyHeaders({ keyHeader: name }: Upstream, key: string): HeaderRecord {
  return name === 'bearer' ? { authorization: `Bearer ${key}` } : { [name]: key };
}

/** The key that goes to an upstream: the caller's own, else the server's, if it has one. */
function upstreamKey(payer: Payer, upstream: Upstream): string | undefined {
  return payer.pays === 'client' ? payer.key : upstream.key;
}

/** What the log calls an upstream: its host and port. The path of a base may hold an account's name. */
function hostOf({ base }: Upstream): string | undefined {
  return base.split('/')[2];
}

function keyMissing(): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    message:
      'No API key is available for api.openai.com. Send a key of your own as "Authorization: Bearer sk-...", let the operator set OPENAI_API_KEY (or another OPENAI_API_BASE), or use the model "nexcode", which needs no key.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** Ends the request of a key that was revoked, and whose calls under way were to end with it. */
function endedByAccount(cause: unknown): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    message: 'This key was revoked, and what it had asked for was ended with it.',
    headers: { 'www-authenticate': 'Bearer' },
    mayHaveCost: 'answer',
    cause,
  });
}

/** Ends the request of a client that has left. */
function clientLeft(cause: unknown): GatewayError {
  return new GatewayError({
    status: CLIENT_CLOSED,
    code: 'client_closed_request',
    message: 'The client closed the connection before the upstream answered.',
    mayHaveCost: 'answer',
    cause,
  });
}

/**
 * A connection that failed before an answer's head. As on a direct line the client decides whether it asks again: the
 * runtime says the same of a refused connection, which costs nothing, and of a lost one, which may have.
 */
function unreachable(to: Upstream, cause: unknown): GatewayError {
  return upstreamFailure(
    `Connection error: the upstream gave no answer. Check that ${baseSetting(to)} is right and that its server runs and can be reached from here.`,
    { cause, retry: true, mayHaveCost: 'prompt' },
  );
}

const SHORTEST_SECRET = 8;

/** The key in use, the caller's or the server's, and every secret of the server. */
export function secretsOf({ payer, settings, upstream }: UpstreamContext): readonly string[] {
  return [upstreamKey(payer, upstream), ...settings.secrets].filter(isSecret);
}

/** Placeholders such as `none` or `EMPTY` are words that an error may well need. */
function isSecret(key: string | undefined): key is string {
  return key !== undefined && key.length >= SHORTEST_SECRET;
}
