/** The refusals of a body that is no JSON, or not the JSON that an endpoint takes. */
import type * as z from 'zod/mini';
import { GatewayError } from './errors.ts';
import { outlineText } from './json/outline.ts';
import { isRecord, parseJson } from './json/read.ts';
import { type JsonScan, MAX_DEPTH } from './json/scan.ts';

/** Turns a failed check into OpenAI's own wording for it. */
export function invalidBody(issues: readonly z.core.$ZodIssue[], body: unknown): GatewayError {
  const issue = issues[0];
  const param = typeof issue?.path[0] === 'string' ? issue.path[0] : null;
  if (param === null || !isRecord(body)) {
    return new GatewayError({
      status: 400,
      code: 'invalid_type',
      message: `Invalid body: expected a JSON object, but got ${nameOf(body)} instead.`,
    });
  }
  const value = Object.hasOwn(body, param) ? body[param] : undefined;
  if (value === undefined) {
    return new GatewayError({
      status: 400,
      code: 'missing_required_parameter',
      param,
      message: `Missing required parameter: '${param}'.`,
    });
  }
  const expected = issue?.code === 'invalid_type' ? typeName(issue.expected) : 'different value';
  return new GatewayError({
    status: 400,
    code: 'invalid_type',
    param,
    message: `Invalid type for '${param}': expected ${withArticle(expected)}, but got ${nameOf(value)} instead.`,
  });
}

const NOTHING: ReadonlySet<string> = new Set();

/** @throws {GatewayError} 400 for a body that is JSON and no object. */
export function requireObject(bytes: Uint8Array, scan: JsonScan): void {
  const outline = parseJson(outlineText(bytes, scan, NOTHING));
  if (!isRecord(outline)) throw invalidBody([], outline);
}

const UNREADABLE = {
  invalid:
    'We could not parse the JSON body of your request. Check that it is valid JSON: names and texts in double quotes, no trailing comma, no NaN.',
  too_deep: `The JSON body of your request is nested too deeply: ${MAX_DEPTH} levels at most.`,
  too_many_members:
    'The JSON body of your request names the same members again and again. Name each of them once.',
} as const;

/** A body that is no JSON, or JSON that no reader takes. */
export function unreadableBody(problem: keyof typeof UNREADABLE = 'invalid'): GatewayError {
  return new GatewayError({ status: 400, code: 'invalid_json', message: UNREADABLE[problem] });
}

function typeName(type: string): string {
  return type === 'int' ? 'integer' : type;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return withArticle(typeof value);
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
