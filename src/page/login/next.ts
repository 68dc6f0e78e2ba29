/** Where to go after signing in: only ever to a page of this very site. Pure. */

/** The address of the login page that comes back to `here` (path, query and hash). */
export function loginAddress(here: string): string {
  return `/login?next=${encodeURIComponent(here)}`;
}

/**
 * The absolute address that `next` names, or the start page where it is missing or not ours. It must be a path
 * on this origin; browsers drop tabs and line ends from addresses, take `\` for `/`, and resolve dots, any of
 * which could turn a path into another host, so the resolved address is what is checked and returned.
 */
export function safeNext(next: string | null, origin: string): string {
  const home = new URL('/', origin).href;
  if (!next || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return home;
  if (!URL.canParse(next, origin)) return home;
  const target = new URL(next, origin);
  const loops = /^\/login(?:\.html)?\/?$/.test(target.pathname);
  return target.origin === new URL(origin).origin && !loops ? target.href : home;
}
