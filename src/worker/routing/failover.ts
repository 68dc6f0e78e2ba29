/** Tries targets one after the other until one answers. At most one attempt is ever delivered. */
import { type Target, targetName } from '../config/upstream.ts';
import { GatewayError } from '../http/errors.ts';
import { refusalText } from '../stream/read.ts';
import { saysTooLong, TOO_LONG_CODE } from './context-length.ts';
import { coolingLast, endCooldown, startCooldown, startKeyCooldown } from './cooldown.ts';
import { keyedName } from './upstream-keys.ts';

/** Whether a server cannot serve now, where another might: 529 is Anthropic's "overloaded", 520 to 530 are Cloudflare's. */
function isAway(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

/** The model, or the path, is not at this target: it may be at another. The target itself is well. */
const ABSENT: ReadonlySet<number> = new Set([404, 405, 410, 501]);

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
  /** The longest `retry-after` of a 429 that is waited for, in milliseconds; 0 for none. */
  readonly retrySameMs: number;
  /** Waits so many milliseconds; false, at once, where nobody would want what comes after. */
  readonly pause: (ms: number) => Promise<boolean>;
}

/** The answer to deliver, and where it comes from. */
export interface Delivery {
  readonly response: Response;
  readonly target: Target;
}

/**
 * Tries the targets in turn, those that failed a moment ago last, and none of them twice, but for a 429 with a short
 * `retry-after`: in a list that is waited for, once at each target. The keys of an upstream are targets beside each other;
 * where one is refused the next is tried, and with any other failure the whole upstream is passed over.
 * @throws {GatewayError} the most useful failure, where it is one of the gateway's own.
 */
export async function firstAnswer(
  targets: readonly Target[],
  attempt: Attempt,
  { isGone, remembers, mayTry, retrySameMs, pause }: FailoverOptions,
): Promise<Delivery> {
  const distinct = withoutRepeats(targets);
  const longestMs = new Set(distinct.map(targetName)).size > 1 ? retrySameMs : 0;
  const failures: (Delivery | GatewayError)[] = [];
  let left = remembers ? coolingLast(distinct, Date.now()) : distinct;
  for (let target = left[0], isFirst = true; target !== undefined; target = left[0], isFirst = false) {
    if (!isFirst && (isGone() || !(await mayTry(target)))) break;
    const others = left.slice(1);
    const elsewhere = others.filter(isElsewhere(target));
    const hasNext = elsewhere.length > 0;
    const hasOtherKey = elsewhere.length < others.length;
    let result = await tried(attempt, target, hasNext);
    const waitMs = hasOtherKey ? undefined : shortWait(result, longestMs);
    if (
      result instanceof Response &&
      waitMs !== undefined &&
      (await pause(waitMs)) &&
      !isGone() &&
      (await mayTry(target))
    ) {
      const refused = result;
      result = await tried(attempt, target, hasNext);
      // Of two, the later one knows better when to come back.
      if (result.status === 429) void letGo(refused);
      else failures.push({ response: refused, target });
    }
    const isKeyRefused = isOfKey(result) && target.keyNumber !== undefined;
    const goesOn = isRetryable(result) || (isKeyRefused && hasOtherKey);
    if (remembers && isKeyRefused) startKeyCooldown(target, restOf(result), Date.now());
    else if (remembers && isUnwell(result)) startCooldown(target, retryAfterOf(result), Date.now());
    if (result instanceof Response && !goesOn && !(hasNext && (await isTooLong(result)))) {
      if (remembers && !isKeyRefused) endCooldown(target);
      return deliver({ response: result, target }, failures);
    }
    failures.push(result instanceof Response ? { response: result, target } : result);
    left = isKeyRefused ? others : elsewhere;
  }
  return deliver(mostUseful(failures), failures);
}

function isElsewhere(target: Target): (other: Target) => boolean {
  const name = targetName(target);
  return (other) => targetName(other) !== name;
}

/** Refusals of one key: it is wrong, it is not paid for, or it is used up for now. */
const OF_KEY: ReadonlySet<number> = new Set([401, 402, 429]);

function isOfKey(result: Response | GatewayError): boolean {
  return result instanceof Response && OF_KEY.has(result.status);
}

/** A key that is wrong or not paid for does not get well within seconds. */
const BAD_KEY_MS = 60_000;

/** How long a refused key rests, in milliseconds; undefined where nothing is said. */
function restOf(result: Response | GatewayError): number | undefined {
  return retryAfterOf(result) ?? (result.status === 429 ? undefined : BAD_KEY_MS);
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
  if (isAway(status)) return true;
  if (!(result instanceof GatewayError)) return ABSENT.has(status);
  return status === 401 || result.fields.code === TOO_LONG_CODE;
}

/** How long a 429 asks to be waited for, where that is short enough and trying again may help. */
function shortWait(result: Response | GatewayError, longestMs: number): number | undefined {
  if (!(result instanceof Response) || result.status !== 429 || longestMs === 0) return undefined;
  if (result.headers.get('x-should-retry') === 'false') return undefined;
  const ms = retryAfterOf(result);
  return ms !== undefined && ms <= longestMs ? ms : undefined;
}

/** Whether a refusal says that the request is too long for this model, or too large for this server: another may take more. */
async function isTooLong(refusal: Response): Promise<boolean> {
  if (refusal.status === 413) return true;
  if (refusal.status !== 400 && refusal.status !== 422) return false;
  return saysTooLong(await refusalText(refusal.clone()));
}

/** Whether a failure says that the target should be left alone for a while. One that blames the request does not. */
function isUnwell(result: Response | GatewayError): boolean {
  if (result instanceof GatewayError && result.fields.code === TOO_LONG_CODE) return false;
  return isAway(result.status);
}

function withoutRepeats(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const name = keyedName(target);
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

/**
 * A 429 tells the client when to come back; any other answer of an upstream tells more than
 * none at all, and a refusal of the request more than that something is not there.
 */
function mostUseful(failures: readonly (Delivery | GatewayError)[]): Delivery {
  const answers = failures.filter((failure): failure is Delivery => !(failure instanceof GatewayError));
  const best =
    answers.find(({ response }) => response.status === 429) ??
    answers.find(({ response }) => isAway(response.status)) ??
    answers.find(({ response }) => !ABSENT.has(response.status)) ??
    answers[0];
  if (best !== undefined) return best;
  const own = failures.find((failure) => failure instanceof GatewayError);
  throw own ?? new Error('No target was tried');
}

/** The bodies of the other answers are let go, so that their connections do not stay open. */
function deliver(chosen: Delivery, failures: readonly (Delivery | GatewayError)[]): Delivery {
  for (const failure of failures) {
    if (failure instanceof GatewayError || failure.response === chosen.response) continue;
    void letGo(failure.response);
  }
  return chosen;
}

async function letGo(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
