/** How long to wait, in the reader's words. Pure. */

/** A wait in the largest unit that fits it, rounded up: seconds below 90, then minutes, hours, days. */
export function waitText(seconds: number, locale: string): string {
  const [unit, length] =
    seconds < 90
      ? (['second', 1] as const)
      : seconds < 5400
        ? (['minute', 60] as const)
        : seconds < 129_600
          ? (['hour', 3600] as const)
          : (['day', 86_400] as const);
  const shown = Math.ceil(seconds / length);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(shown);
}
