/** The address of something that the upstream has made, as the client can reach it. */

/**
 * Turns an upstream's `Location` into a path of this gateway (`/v1/realtime/calls/rtc_1`). An address outside the
 * upstream's base is kept to itself: a client that followed it would carry its key elsewhere.
 * @param location the header's value, absolute or relative to `from`, the address that answered.
 * @param base the upstream's base, without a trailing slash.
 */
export function ownLocation(location: string, from: string, base: string): string | undefined {
  if (!URL.canParse(location, from)) return undefined;
  const { href } = new URL(location, from);
  return href.startsWith(`${base}/`) ? `/v1${href.slice(base.length)}` : undefined;
}
