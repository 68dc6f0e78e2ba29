/** What a vendor's API key looks like, beside a token of this server. Pure. */

/** Keys that a server of this kind has issued itself. */
const ISSUED = /^sk-nx-/;
const USUAL = /^sk-/;

/**
 * Whether a text that opened no session looks like an API key of the reader's own.
 * @param pattern what the server takes for such a key; null where any will do.
 */
export function looksOwn(token: string, pattern: string | null): boolean {
  if (ISSUED.test(token)) return false;
  try {
    return (pattern === null ? USUAL : new RegExp(pattern)).test(token);
  } catch {
    // A browser that lacks a form of the pattern.
    return USUAL.test(token);
  }
}
