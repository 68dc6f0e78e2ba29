/** Names that one slip or two away may stand for each other. Pure. */

const LENGTH_FOR_TWO_SLIPS = 12;

/** The optimal string alignment distance of two words: letters too many, too few, wrong, or swapped with their neighbour. */
export function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let slips = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        slips = Math.min(slips, (before[column - 2] ?? 0) + 1);
      }
      current.push(slips);
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}

/**
 * The known name that another one is most likely a slip of: one slip away, or two for names of twelve letters or more
 * with the same first letter. Undefined where none is that near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = 3;
  for (const each of known) {
    const allowed = each.length >= LENGTH_FOR_TWO_SLIPS && each[0] === name[0] ? 2 : 1;
    if (Math.abs(each.length - name.length) > allowed) continue;
    const slips = slipsBetween(name, each);
    if (slips > allowed || slips >= fewest) continue;
    nearest = each;
    fewest = slips;
  }
  return nearest;
}
