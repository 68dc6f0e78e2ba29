/** Where the bars of the chart stand. Pure: units are those of the drawing. */

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Tick {
  readonly y: number;
  readonly value: number;
}

/** The drawing, without its margins. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

const MOST_GAP = 6;
/** A bar that is not nothing is seen. */
const LEAST_HEIGHT = 2;

/** The upper end of the scale: a round number that no value exceeds, and 1 where all are nothing. */
export function scaleOf(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * power >= most) ?? 10;
  return factor * power;
}

/** A bar for each value. */
export function barsOf(values: readonly number[], { width, height }: Area): readonly Bar[] {
  const scale = scaleOf(values);
  const step = width / Math.max(1, values.length);
  const gap = Math.min(MOST_GAP, step * 0.25);
  return values.map((value, place) => {
    const tall = value <= 0 ? 0 : Math.max(LEAST_HEIGHT, (value / scale) * height);
    return { x: place * step + gap / 2, y: height - tall, width: step - gap, height: tall };
  });
}

/** The lines of the scale, from nothing to its end. */
export function ticksOf(values: readonly number[], { height }: Area): readonly Tick[] {
  const scale = scaleOf(values);
  return [0, 0.5, 1].map((part) => ({ y: height - part * height, value: part * scale }));
}

/** The places of the labels below: so many at most, the first among them, evenly apart. */
export function labelled(count: number, most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, place) => place * step);
}
