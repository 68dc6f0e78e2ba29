/** Tries targets one after the other until one answers. At most one attempt is ever delivered. */
import { GatewayError } from '../http/errors.ts';
import { endRest, letRest, restedFirst } from './cooldown.ts';
import type { Target } from './resolve.ts';

/** Statuses of a server that cannot serve now, where another might (529 is Anthropic's "overloaded"). */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 529]);

/** What came of one attempt: something to deliver, or a failure that another target may make good. */
export type Attempt =
  | { readonly kind: 'answer'; readonly response: Response }
  | { readonly kind: 'failure'; readonly failure: Response | GatewayError };

/** An attempt at a target. `more`: another target would follow, so a stream must not be delivered before it begins. */
export type Try = (target: Target, more: boolean) => Promise<Attempt>;

/** What came of all of them. */
export interface Delivered {
  readonly response: Response;
  readonly target: Target;
}

/**
 * Tries the targets in turn, those that failed a moment ago last, and none of them twice.
 * @param isGone whether the client has left; no further attempt is begun then.
 * @throws {GatewayError} the most useful failure, where it is one of the gateway's own.
 */
export async function firstAnswer(
  targets: readonly Target[],
  attempt: Try,
  isGone: () => boolean,
): Promise<Delivered> {
  const order = restedFirst(targets, Date.now());
  const failures: (Delivered | GatewayError)[] = [];
  for (const [position, target] of order.entries()) {
    const result = await attempt(target, position < order.length - 1);
    if (result.kind === 'answer') {
      endRest(target);
      return { response: result.response, target };
    }
    const { failure } = result;
    letRest(
      target,
      failure instanceof Response ? retryAfterMs(failure.headers, Date.now()) : undefined,
      Date.now(),
    );
    failures.push(failure instanceof Response ? { response: failure, target } : failure);
    if (isGone()) break;
  }
  return mostUseful(failures);
}

/** Whether a status is passed on to the next target. */
export function isPassing(status: number): boolean {
  return PASSING.has(status);
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
function mostUseful(failures: readonly (Delivered | GatewayError)[]): Delivered {
  const answers = failures.filter((failure): failure is Delivered => !(failure instanceof GatewayError));
  const best = answers.find(({ response }) => response.status === 429) ?? answers[0];
  if (best !== undefined) return best;
  const own = failures.find((failure) => failure instanceof GatewayError);
  throw own ?? new Error('No target was tried');
}
