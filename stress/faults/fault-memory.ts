/** Whether the memory that faults take comes back: looked at after each round of all of them, and among many cuts. */
import { growthPerCall, type Sample } from '../growth.ts';
import { memoryOf, type Watched } from '../memory.ts';

/** Among cuts, memory is looked at so many faults apart. */
const CUTS_APART = 500;

/**
 * What live memory may grow by for each fault after the warm-up, which is the first half. No object of V8's that is kept
 * takes less than 16 bytes and the 8 of a reference to it; a cut stream that is kept takes 2 KiB.
 */
const CUT_LIMIT_BYTES = 16;

/**
 * The same for whole rounds. A leak in one of the rarer faults is divided by them all, and code that is still compiled
 * late is not: this is what 2 KiB left behind by one of a hundred faults would come to.
 */
const ROUND_LIMIT_BYTES = 20;

/** Looks at one process. */
export class FaultMemory {
  readonly #watched: Watched;
  readonly #rounds: Sample[] = [];
  readonly #cuts: Sample[] = [];
  #met = 0;
  #nextCut = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Looks after a round of so many faults. */
  async lookAfterRound(faults: number): Promise<void> {
    this.#met += faults;
    this.#rounds.push({ calls: this.#met, bytes: await this.#live() });
  }

  /** Looks now and then, when so many cuts have been. */
  async lookAmongCuts(met: number): Promise<void> {
    if (met < this.#nextCut) return;
    this.#nextCut = met + CUTS_APART;
    this.#cuts.push({ calls: met, bytes: await this.#live() });
  }

  /** The figures in words. Throws if memory grows. */
  verdict(): string[] {
    return [judge('rounds', this.#rounds, ROUND_LIMIT_BYTES), judge('cuts', this.#cuts, CUT_LIMIT_BYTES)];
  }

  async #live(): Promise<number> {
    return (await memoryOf(this.#watched)).live;
  }
}

function judge(what: string, samples: readonly Sample[], limitBytes: number): string {
  const warm = samples.slice(Math.floor(samples.length / 2));
  const growth = growthPerCall(warm);
  const kibibytes = samples.map(({ bytes }) => (bytes / 1024).toFixed(0)).join(' ');
  const figures = `${growth.toFixed(1)} bytes a fault among ${what} after the warm-up (live KiB: ${kibibytes})`;
  if (growth > limitBytes) throw new Error(`Memory does not come back: it grows by ${figures}.`);
  return figures;
}
