/** Which addresses in an answer become links. Everything else is shown as text. */
import { decodeEntities } from './entities.ts';

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Stands for the page's own origin, which a path is resolved against to see that it stays there. */
const OWN_ORIGIN = 'https://own.invalid';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** An address that is safe to open: `href` as the browser writes it, and the `host` it goes to, if it names one. */
export type SafeLink = { href: string; host: string };

/**
 * Judges an address as the browser's own parser reads it, after character references: browsers drop tabs and line ends
 * inside a scheme and turn `\` into `/` (https://url.spec.whatwg.org/#concept-basic-url-parser). A path (`/docs/…`)
 * leads to the page's own origin; an address relative to the page or to its scheme leads nowhere.
 */
export function safeLink(address: string): SafeLink | undefined {
  const text = decodeEntities(address).trim();
  if (CONTROL.test(text)) return undefined;
  if (text.startsWith('/')) return ownPath(text);
  const url = parseUrl(text);
  if (!url || !SCHEMES.has(url.protocol)) return undefined;
  return { href: url.href, host: url.host };
}

function ownPath(text: string): SafeLink | undefined {
  const url = parseUrl(text, OWN_ORIGIN);
  // `/.//host` is a path whose normal form is not one any more.
  if (url?.origin !== OWN_ORIGIN || url.pathname.startsWith('//')) return undefined;
  return { href: url.pathname + url.search + url.hash, host: '' };
}

/** `URL.parse`, which browsers of 2023 lack. */
function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
