/** Tries targets one after the other until one answers. At most one attempt is ever delivered. */
import { type Target, targetName } from '../config/upstream.ts';
import { GatewayError } from '../http/errors.ts';
import { coolingLast, endCooldown, startCooldown } from './cooldown.ts';

/** Statuses of a server that cannot serve now, where another might (529 is Anthropic's "overloaded"). */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529]);

/** The model, or the path, is not at this target: it may be at another. The target itself is well. */
const ABSENT: ReadonlySet<number> = new Set([404, 405]);

/** Makes one attempt at a target. `hasNext`: another target would follow. */
export type Attempt = (target: Target, hasNext: boolean) => Promise<Response>;

/** How the attempts are made. */
export interface FailoverOptions {
  /** Whether the client has left; no further attempt is begun then. */
  readonly isGone: () => boolean;
  /** Whether failures are remembered: what one caller's own key meets says nothing of the target to others. */
  readonly remembers: boolean;
  /** Asked before each further attempt; false ends the list. */
  readonly mayTry: (target: Target) => Promise<boolean> | boolean;
}

/** The answer to deliver, and where it comes from. */
export interface Delivery {
  readonly response: Response;
  readonly target: Target;
}

/**
 * Tries the targets in turn, those that failed a moment ago last, and none of them twice.
 * @throws {GatewayError} the most useful failure, where it is one of the gateway's own.
 */
export async function firstAnswer(
  targets: readonly Target[],
  attempt: Attempt,
  { isGone, remembers, mayTry }: FailoverOptions,
): Promise<Delivery> {
  const distinct = withoutRepeats(targets);
  const order = remembers ? coolingLast(distinct, Date.now()) : distinct;
  const failures: (Delivery | GatewayError)[] = [];
  for (const [position, target] of order.entries()) {
    if (position > 0 && (isGone() || !(await mayTry(target)))) break;
    const result = await tried(attempt, target, position < order.length - 1);
    if (result instanceof Response && !isRetryable(result)) {
      if (remembers) endCooldown(target);
      return deliver({ response: result, target }, failures);
    }
    if (remembers && isUnwell(result)) startCooldown(target, retryAfterOf(result), Date.now());
    failures.push(result instanceof Response ? { response: result, target } : result);
  }
  return deliver(mostUseful(failures), failures);
}

/** What an attempt came to: an answer, or a failure of the gateway's own. */
async function tried(attempt: Attempt, target: Target, hasNext: boolean): Promise<Response | GatewayError> {
  try {
    return await attempt(target, hasNext);
  } catch (error) {
    if (error instanceof GatewayError && isRetryable(error)) return error;
    throw error;
  }
}

/** Whether the next target may make good for this result. The gateway's own 401 says that a target has no key. */
export function isRetryable(result: Response | GatewayError): boolean {
  const { status } = result;
  if (RETRYABLE.has(status)) return true;
  return result instanceof GatewayError ? status === 401 : ABSENT.has(status);
}

/** Whether a failure says that the target should be left alone for a while. */
function isUnwell({ status }: Response | GatewayError): boolean {
  return RETRYABLE.has(status);
}

function withoutRepeats(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const name = targetName(target);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

function retryAfterOf(result: Response | GatewayError): number | undefined {
  return result instanceof Response ? retryAfterMs(result.headers, Date.now()) : undefined;
}

/** How long a server asks to be left alone, in milliseconds (RFC 9110, section 10.2.3; OpenAI's `retry-after-ms`). */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const after = headers.get('retry-after');
  if (after === null) return undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** A 429 tells the client when to come back; any other answer of an upstream tells more than none at all. */
function mostUseful(failures: readonly (Delivery | GatewayError)[]): Delivery {
  const answers = failures.filter((failure): failure is Delivery => !(failure instanceof GatewayError));
  const best =
    answers.find(({ response }) => response.status === 429) ??
    answers.find(({ response }) => RETRYABLE.has(response.status)) ??
    answers[0];
  if (best !== undefined) return best;
  const own = failures.find((failure) => failure instanceof GatewayError);
  throw own ?? new Error('No target was tried');
}

/** The bodies of the other answers are let go, so that their connections do not stay open. */
function deliver(chosen: Delivery, failures: readonly (Delivery | GatewayError)[]): Delivery {
  for (const failure of failures) {
    if (failure instanceof GatewayError || failure.response === chosen.response) continue;
    failure.response.body?.cancel().catch(() => undefined);
  }
  return chosen;
}
