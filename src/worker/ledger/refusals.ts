/** The refusals of issued keys in OpenAI's forms, with words that say what would fit. */
import { unknownKey } from '../access/decide.ts';
import { GatewayError } from '../http/errors.ts';
import { AccountRefusal } from '../upstream/account.ts';
import { amount, count, duration } from './amounts.ts';
import type { Refused } from './key-service.ts';
import { leftOf } from './limits.ts';

/** The refusal of a call. */
export function refusalOf(refused: Refused): AccountRefusal {
  return new AccountRefusal(errorOf(refused));
}

/** The same as an ordinary error, for calls that have no account. */
export function errorOf(refused: Refused): GatewayError {
  switch (refused.reason) {
    case 'unknown':
      return unknownKey();
    case 'expired':
      return new GatewayError({
        status: 401,
        code: 'api_key_expired',
        message: 'This key has expired. Ask the operator of this server for another.',
        headers: { 'www-authenticate': 'Bearer' },
      });
    case 'model':
      return new GatewayError({
        status: 404,
        code: 'model_not_found',
        param: 'model',
        message: 'The model does not exist, or this key may not use it. GET /v1/models lists what it may.',
      });
    case 'stateful':
      return new GatewayError({
        status: 403,
        code: 'endpoint_not_allowed',
        message:
          "This key may not use responses that are stored in the operator's account. Let the operator issue it with stateful: true.",
      });
    case 'unpriced':
      return refused.of === 'model' ? modelNotPriced(refused.what) : endpointNotPriced(refused.what);
    case 'requests':
      return tooMany(
        'requests',
        `Rate limit reached for this key: ${refused.balance?.requests?.limit ?? 0} requests a minute.`,
        refused.retryMs,
      );
    case 'tokens':
      return tooMany(
        'tokens',
        `Rate limit reached for this key: ${refused.balance?.tokens?.limit ?? 0} tokens a minute.`,
        refused.retryMs,
      );
    case 'too_large':
      return new GatewayError({
        status: 429,
        type: 'tokens',
        code: 'request_too_large_for_limit',
        message: `This request may take ${count(refused.bound)} tokens, which is more than this key has in a whole minute (${count(refused.balance?.tokens?.limit ?? 0)}). Shorten it, or set a lower limit of the answer.`,
        retry: false,
      });
    case 'insufficient':
    case 'held':
      return overBudget(refused);
  }
}

function modelNotPriced(target: string): GatewayError {
  const model = target.slice(target.indexOf('/') + 1);
  return new GatewayError({
    status: 403,
    code: 'model_not_priced',
    param: 'model',
    message: `This key has a budget, and the server does not know what ${target} costs or how long its answers can be. Its operator can add a line to PRICES: "${model}" = { input = 0.4, output = 1.6, window = 128000, max_output = 16384 } (USD for a million tokens; tokens).`,
    retry: false,
  });
}

function endpointNotPriced(what: string): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'endpoint_not_priced',
    message: `This key has a budget, and the server has no price for "${what}". Its operator can add one to PRICES (per_request, per_image, per_character, tiers, tools, audio), or issue a key without a budget.`,
    retry: false,
  });
}

function tooMany(type: 'requests' | 'tokens', message: string, retryMs: number): GatewayError {
  return new GatewayError({
    status: 429,
    type,
    code: 'rate_limit_exceeded',
    message: `${message} Try again in ${duration(retryMs)}.`,
    headers: retryAfter(retryMs),
  });
}

function overBudget(refused: Refused & { readonly reason: 'insufficient' | 'held' }): GatewayError {
  const budget = refused.balance?.budget ?? null;
  const unit = budget?.unit ?? 'tokens';
  const cost = amount(refused.hold, unit);
  const left = amount(budget === null ? 0 : leftOf(budget), unit);
  const until = budget?.resetsAt == null ? '' : ` until ${new Date(budget.resetsAt).toISOString()}`;
  const answer = refused.completion > 0 ? ` (${count(refused.completion)} completion tokens)` : '';
  if (refused.reason === 'held') {
    return new GatewayError({
      status: 429,
      type: 'tokens',
      code: 'rate_limit_exceeded',
      message: `This request may cost up to ${cost}${answer}, and calls under way hold ${amount(budget?.held ?? 0, unit)} of this key's budget: ${left} is left${until}. Try again when they have ended.`,
      headers: { ...retryAfter(1000 + Math.floor(Math.random() * 4000)), 'x-should-retry': 'true' },
    });
  }
  const cure =
    refused.fits === null
      ? 'Ask the operator for a higher budget.'
      : `Lower the limit of the answer to ${count(refused.fits)} tokens, or ask the operator for a higher budget.`;
  return new GatewayError({
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: `This request may cost up to ${cost}${answer}, and ${left} is left${until}. ${cure}`,
    retry: false,
  });
}

/** The service that keeps issued keys does not answer: nothing was sent upstream. */
export function keyServiceUnavailable(cause: unknown): AccountRefusal {
  return new AccountRefusal(
    new GatewayError({
      status: 503,
      code: 'key_service_unavailable',
      message:
        'The service that checks issued keys does not answer. Nothing was sent; try again in a moment.',
      headers: { 'retry-after': '1' },
      cause,
    }),
  );
}

/** RFC 9110, section 10.2.3, and OpenAI's own header in milliseconds. */
function retryAfter(ms: number): Record<string, string> {
  return {
    'retry-after': String(Math.max(1, Math.ceil(ms / 1000))),
    'retry-after-ms': String(Math.ceil(ms)),
  };
}
