/** Comparing secrets without telling by the time it takes how much of them was right. */
import { LONGEST_SECRET_BYTES } from '../config/kinds.ts';

const encoder = new TextEncoder();

/**
 * Padded to one size, so that no length shows. What is given is filled in and compared within one synchronous call, so
 * all requests of an isolate can share the two.
 */
const givenBlock = new Uint8Array(LONGEST_SECRET_BYTES);
const secretBlock = new Uint8Array(LONGEST_SECRET_BYTES);

/** What `secretBlock` holds, and whether it holds all of it: the server's secret seldom changes. */
let heldSecret: string | undefined;
let holdsAll = false;

/**
 * Whether two texts are equal, in constant time. One that holds a NUL equals nothing, for the padding is made of them.
 * Padded blocks take the place of digests: those are asynchronous in a Worker, and two of them cost a third of what
 * relaying a request does.
 * @see https://developers.cloudflare.com/workers/examples/protect-against-timing-attacks/
 */
export function equalSecrets(given: string, secret: string): boolean {
  if (secret !== heldSecret) {
    holdsAll = fill(secretBlock, secret);
    heldSecret = secret;
  }
  const fits = fill(givenBlock, given) && holdsAll;
  return crypto.subtle.timingSafeEqual(givenBlock, secretBlock) && fits;
}

/** Writes a text and nothing else into a block; false if that is not possible. */
function fill(block: Uint8Array<ArrayBuffer>, text: string): boolean {
  block.fill(0);
  return encoder.encodeInto(text, block).read === text.length && !text.includes('\0');
}
