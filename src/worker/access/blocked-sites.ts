/** The addresses that have guessed at tokens too often a moment ago: what an isolate remembers of them. */

/** How long an address stays blocked, in milliseconds: the period of the limit that refused it. */
const BLOCKED_MS = 60_000;

/** Whoever has more addresses than this gets some of them back sooner; the memory stays bounded. */
const MOST_SITES = 10_000;

/** A bounded memory; what was blocked longest ago goes first. */
export class BlockedSites {
  /** Until when each is blocked, the oldest first. */
  readonly #until = new Map<string, number>();

  /** @param nowMs milliseconds, of the same clock as in `has`. */
  block(site: string, nowMs: number): void {
    this.#until.delete(site);
    this.#until.set(site, nowMs + BLOCKED_MS);
    const [oldest] = this.#until.keys();
    if (this.#until.size > MOST_SITES && oldest !== undefined) this.#until.delete(oldest);
  }

  has(site: string, nowMs: number): boolean {
    const until = this.#until.get(site);
    return until !== undefined && nowMs < until;
  }
}
