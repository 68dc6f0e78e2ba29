/** The middleware that keeps tokens from being guessed. */
import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { isRecord } from '../http/json/read.ts';

/** The binding's name and period in wrangler.toml (https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/). */
const BINDING = 'LOGIN_RATE_LIMIT';
const PERIOD_S = '60';

/**
 * Counts login attempts: by the client's address or network on Cloudflare, where the platform vouches for it, all together on a
 * server of one's own, where the header says whatever the client likes. Without the binding nothing is counted.
 * @throws {GatewayError} 429 `rate_limit_exceeded`.
 */
export const limitLogins = createMiddleware<AppEnv>(async function limitLoginAttempts(c, next) {
  const limiter = c.env[BINDING];
  if (isRateLimit(limiter)) {
    const address = c.var.settings.selfHosted ? null : c.get('headers').get('cf-connecting-ip');
    const { success } = await limiter.limit({ key: `login ${siteOf(address ?? '')}` });
    if (!success) throw tooManyAttempts();
  }
  await next();
});

/** The part of the rate limiting binding that is used here. */
interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

function isRateLimit(binding: unknown): binding is RateLimiter {
  return isRecord(binding) && typeof binding['limit'] === 'function';
}

function tooManyAttempts(): GatewayError {
  return new GatewayError({
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'requests',
    message: 'Too many attempts to log in. Wait a minute, then try again.',
    headers: { 'retry-after': PERIOD_S },
  });
}

/**
 * An IPv4 address as it is; of an IPv6 address the first four groups, which are one customer's: an owner of one such
 * address has 2^64 of them (RFC 6177).
 */
export function siteOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const [before, behind] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - behind.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...behind];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
