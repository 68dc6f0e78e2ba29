/** How many bytes of request bodies an isolate holds at once, so that no caller can use up its memory. */

/**
 * Whose body it is. `own`: the server's token, logins and issued keys. `others`: callers with keys of their own and
 * anonymous callers, who may fill half of the room at most.
 */
export type BodyShare = 'own' | 'others';

/** A smaller body is not counted: it costs less than the request around it. */
export const UNCOUNTED_BYTES = 64 * 1024;

/** Counts the bodies in flight of one isolate. */
export class BodyBudget {
  readonly #held: Record<BodyShare, number> = { own: 0, others: 0 };

  /** Takes room for more bytes; false where there is none. @param limit the room of all bodies together, in bytes. */
  take(bytes: number, share: BodyShare, limit: number): boolean {
    const { own, others } = this.#held;
    if (own + others + bytes > limit) return false;
    if (share === 'others' && others + bytes > limit / 2) return false;
    this.#held[share] += bytes;
    return true;
  }

  /** Gives room back. */
  give(bytes: number, share: BodyShare): void {
    this.#held[share] -= bytes;
  }
}
