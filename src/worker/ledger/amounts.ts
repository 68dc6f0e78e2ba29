/** How amounts of money, tokens and time are written. Pure. */
import { type Budget, NANO } from './limits.ts';

/** Dollars, or tokens, as a number. */
export function inUnit(value: number, { unit }: Pick<Budget, 'unit'>): number {
  return unit === 'usd' ? value / NANO : value;
}

/** A number without an exponent, which not every reader knows; parts of a nano-dollar are left out. */
export function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}

/** Tokens for people. */
export function count(tokens: number): string {
  return tokens.toLocaleString('en-US');
}

/** An amount of a budget for people. */
export function amount(value: number, unit: Budget['unit']): string {
  if (unit !== 'usd') return `${count(value)} tokens`;
  const dollars = value / NANO;
  return `$${dollars.toFixed(dollars >= 1 ? 2 : 6).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** A moment in milliseconds since 1970 as whole seconds, which OpenAI's API tells time in; null for none. */
export function seconds(ms: number): number;
export function seconds(ms: number | null): number | null;
export function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000);
}

/** A duration as OpenAI's headers write it: `12ms`, `1.5s`, `6m0s`. */
export function duration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1000) return `${whole}ms`;
  const seconds = whole / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  return `${Math.floor(seconds / 60)}m${Math.ceil(seconds % 60)}s`;
}
