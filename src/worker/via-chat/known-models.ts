/** What has turned out about models of upstreams, such as that one is for chat only. Lives as long as the isolate. */

/** Enough for every model an operator really has; a caller who invents names cannot make it grow. */
const MAX_ENTRIES = 500;

/** Longer names are no model's; they are not worth the memory. */
const MAX_NAME_CHARS = 200;

/** An upstream may gain the endpoint: after this time it is asked again. */
const MEMORY_MS = 60 * 60 * 1000;

/** A bounded memory; the entry that was confirmed longest ago goes first. */
export class KnownModels {
  /** When each was learned, by upstream and model, the oldest first. */
  readonly #learnedAt = new Map<string, number>();

  /** @param now milliseconds, of the same clock as in `has`. */
  remember(base: string, model: string, now: number): void {
    if (model.length > MAX_NAME_CHARS) return;
    const key = keyOf(base, model);
    this.#learnedAt.delete(key);
    this.#learnedAt.set(key, now);
    const [oldest] = this.#learnedAt.keys();
    if (this.#learnedAt.size > MAX_ENTRIES && oldest !== undefined) this.#learnedAt.delete(oldest);
  }

  /** Whether this was learned of the model within the last hour. */
  has(base: string, model: string, now: number): boolean {
    const learnedAt = this.#learnedAt.get(keyOf(base, model));
    return learnedAt !== undefined && now - learnedAt < MEMORY_MS;
  }
}

function keyOf(base: string, model: string): string {
  return `${base} ${model}`;
}
