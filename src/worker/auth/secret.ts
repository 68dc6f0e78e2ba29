/** Comparing secrets without telling by the time it takes how much of them was right. */

const encoder = new TextEncoder();

/**
 * Whether two texts are equal, in constant time: their SHA-256 digests are compared, so that not even the
 * length of the secret shows.
 * @see https://developers.cloudflare.com/workers/examples/protect-against-timing-attacks/
 */
export async function equalSecrets(given: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(secret)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', encoder.encode(text));
}
