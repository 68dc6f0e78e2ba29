/**
 * What keeps tokens from being guessed. On Cloudflare, where the platform vouches for addresses, failures are counted by
 * address. On a server of one's own a token of `SHORTEST_TOKEN` characters is the bound: an address is what the client
 * says there, and one bucket for all would let anybody shut the owner out.
 */
import type { Context } from 'hono';
import { BlockedSites } from '../access/blocked-sites.ts';
import { siteOf } from '../access/client-site.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { isRecord } from '../http/json/read.ts';

/** The binding's name and period in wrangler.toml (https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/). */
const BINDING = 'LOGIN_RATE_LIMIT';
const PERIOD_S = '60';

/** The binding cannot be asked without counting, so what it has refused is remembered here. */
const blocked = new BlockedSites();

/**
 * Refuses an address that has failed too often, before anything that it sends is compared.
 * @throws {GatewayError} 429 `rate_limit_exceeded`.
 */
export function requireUnblocked(c: Context<AppEnv>): void {
  const site = vouchedSite(c);
  if (site !== undefined && blocked.has(site, Date.now())) throw tooManyAttempts();
}

/**
 * Counts a token that was wrong. Nothing else asks the binding.
 * @returns what to answer: the refusal that the token met, or 429 where the address has now failed too often.
 */
export async function countFailure(c: Context<AppEnv>, refusal: GatewayError): Promise<GatewayError> {
  c.set('tokenFailed', true);
  const site = vouchedSite(c);
  if (site === undefined || (await mayTry(c, site))) return refusal;
  blocked.block(site, Date.now());
  return tooManyAttempts();
}

/** Counts one attempt in the bucket that all logins of a server of one's own share. False once it is full. */
export function mayLogIn(c: Context<AppEnv>): Promise<boolean> {
  return mayTry(c, '');
}

/** Whether addresses are counted here at all. */
export function isVouched(c: Context<AppEnv>): boolean {
  return vouchedSite(c) !== undefined;
}

/** The caller's address or network, where it is not just what a client says. */
function vouchedSite(c: Context<AppEnv>): string | undefined {
  const address = c.get('settings').selfHosted ? undefined : c.get('headers').get('cf-connecting-ip');
  return address ? siteOf(address) : undefined;
}

/** Without the binding nothing is counted. */
async function mayTry(c: Context<AppEnv>, site: string): Promise<boolean> {
  const limiter = c.env[BINDING];
  if (!isRateLimit(limiter)) return true;
  const { success } = await limiter.limit({ key: `login ${site}` });
  return success;
}

/** The part of the rate limiting binding that is used here. */
interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

function isRateLimit(binding: unknown): binding is RateLimiter {
  return isRecord(binding) && typeof binding['limit'] === 'function';
}

/** The refusal of one more attempt. */
export function tooManyAttempts(): GatewayError {
  return new GatewayError({
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'requests',
    message: 'Too many attempts with a wrong token. Wait a minute, then try again with the right one.',
    headers: { 'retry-after': PERIOD_S },
  });
}
