/** How much of the whole each line is. Pure. */
import type { Figures } from './report.ts';

/** Shares between 0 and 1: of the known cost, or of the tokens where nothing of it is known; none where there are none. */
export function sharesOf(lines: readonly Figures[]): readonly (number | undefined)[] {
  for (const amount of [({ cost }: Figures) => cost ?? 0, ({ input, output }: Figures) => input + output]) {
    const whole = lines.reduce((sum, line) => sum + amount(line), 0);
    if (whole > 0) return lines.map((line) => amount(line) / whole);
  }
  return lines.map(() => undefined);
}
