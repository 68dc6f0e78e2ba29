/** Which addresses in an answer become links. Everything else is shown as text. */
import { decodeEntities } from './entities.ts';

/** Every link leaves for a tab of its own, which learns nothing of this page. */
export const ELSEWHERE = { target: '_blank', rel: 'noopener noreferrer nofollow' };

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Stands for the page's own origin, which a path is resolved against to see that it stays there. */
const OWN_ORIGIN = 'https://own.invalid';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** An address that is safe to open: `href` as the browser writes it, and the `host` it goes to, if it names one. */
export type SafeLink = { href: string; host: string };

/**
 * Judges an address as the browser's own parser reads it, after character references: browsers drop tabs and line ends
 * inside a scheme and turn `\` into `/` (https://url.spec.whatwg.org/#concept-basic-url-parser). Of the page's own
 * origin only the guides under `/docs` are led to: anything else there is the API, and one click would spend the
 * server's key. An address relative to the page or to its scheme leads nowhere.
 * @param ownHost the page's own host with its port, which an address may name in full.
 */
export function safeLink(address: string, ownHost = globalThis.location?.host): SafeLink | undefined {
  const text = decodeEntities(address).trim();
  if (CONTROL.test(text)) return undefined;
  if (text.startsWith('/')) return ownPath(text);
  const url = parseUrl(text);
  if (!url || !SCHEMES.has(url.protocol)) return undefined;
  if (url.host !== '' && url.host === ownHost && !isGuide(url.pathname)) return undefined;
  return { href: url.href, host: url.host };
}

function ownPath(text: string): SafeLink | undefined {
  const url = parseUrl(text, OWN_ORIGIN);
  if (url?.origin !== OWN_ORIGIN || !isGuide(url.pathname)) return undefined;
  return { href: url.pathname + url.search + url.hash, host: '' };
}

/** A normal path under `/docs`. An encoded slash could be taken for one further on. */
function isGuide(pathname: string): boolean {
  return /^\/docs(?:\/|$)/.test(pathname) && !/%2f|%5c|%2e/i.test(pathname);
}

/** `URL.parse`, which browsers of 2023 lack. */
function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
