/** Settings that are tables: of wrangler.toml, or the same as JSON text. */
import type * as z from 'zod/mini';
import { isRecord, parseJson } from '../http/json/read.ts';

/** One setting, or one entry of it, that cannot be used: its name, and what is wrong in words that never repeat its value. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

/** What is said of a value that is no table. */
export const NO_TABLE = 'must be a table, or the same as JSON text';

/** What is said of entries that nobody reads. */
export function unknownEntries(keys: readonly string[]): string {
  return `has entries that mean nothing here: ${keys.join(', ')}`;
}

/** Whether a setting counts as unset. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/**
 * The entries of a table; none where it is unset.
 * @param name the setting's.
 * @param problems gets one where the value is no table.
 */
export function tableEntries(name: string, raw: unknown, problems: SettingProblem[]): [string, unknown][] {
  if (isBlank(raw)) return [];
  const table = typeof raw === 'string' ? parseJson(raw) : raw;
  if (isRecord(table)) return Object.entries(table);
  problems.push({ name, message: NO_TABLE });
  return [];
}

/** The problems of one entry. @param path where it stands, such as `MODELS.fast`. */
export function entryProblems(path: string, issues: readonly z.core.$ZodIssue[]): SettingProblem[] {
  return issues.map((issue) => ({
    name: [path, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
}
