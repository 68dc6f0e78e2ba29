/** What was used in the last minute, exactly: no 60 seconds ever hold more than the limit. */
import type { Rate } from './key-service.ts';

/** How long a call counts. */
export const MINUTE_MS = 60_000;

interface Use {
  readonly at: number;
  tokens: number;
}

/** The calls of the last minute with their tokens. */
export class MinuteWindow {
  /** In the order in which they came, by id. */
  readonly #uses = new Map<string, Use>();
  #tokens = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** How many calls it holds. */
  get size(): number {
    return this.#uses.size;
  }

  /** Counts a call; `tokens` is what it may take until `correct` says what it took. */
  add(id: string, at: number, tokens: number): void {
    // Without limits nobody asks, and nothing else would let go of what is over.
    this.#forget(at);
    this.#uses.set(id, { at, tokens });
    this.#tokens += tokens;
    this.#lastAt = Math.max(this.#lastAt, at);
  }

  /** Replaces what a call was thought to take, if it still counts. */
  correct(id: string, tokens: number): void {
    const use = this.#uses.get(id);
    if (use === undefined) return;
    this.#tokens += tokens - use.tokens;
    use.tokens = tokens;
  }

  requests(limit: number, now: number): Rate {
    this.#forget(now);
    return { limit, remaining: Math.max(0, limit - this.size), resetMs: this.#resetMs(now) };
  }

  tokens(limit: number, now: number): Rate {
    this.#forget(now);
    return { limit, remaining: Math.max(0, limit - this.#tokens), resetMs: this.#resetMs(now) };
  }

  /** Milliseconds until one more request fits, 0 if it does now. */
  requestWaitMs(limit: number, now: number): number {
    this.#forget(now);
    let over = this.size - limit;
    if (over < 0) return 0;
    for (const use of this.#uses.values()) {
      if (over === 0) return use.at + MINUTE_MS - now;
      over -= 1;
    }
    return MINUTE_MS;
  }

  /** Milliseconds until so many more tokens fit, 0 if they do now. They must fit an empty minute. */
  tokenWaitMs(limit: number, tokens: number, now: number): number {
    this.#forget(now);
    let over = this.#tokens + tokens - limit;
    if (over <= 0) return 0;
    for (const use of this.#uses.values()) {
      over -= use.tokens;
      if (over <= 0) return use.at + MINUTE_MS - now;
    }
    return MINUTE_MS;
  }

  #forget(now: number): void {
    for (const [id, use] of this.#uses) {
      if (use.at > now - MINUTE_MS) return;
      this.#uses.delete(id);
      this.#tokens -= use.tokens;
    }
  }

  #resetMs(now: number): number {
    return this.size === 0 ? 0 : Math.max(0, this.#lastAt + MINUTE_MS - now);
  }
}
