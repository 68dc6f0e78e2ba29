/** The refusals of a body that is no JSON, or not the JSON that an endpoint takes. */
import type * as z from 'zod/mini';
import { GatewayError } from './errors.ts';
import { outlineText } from './json/outline.ts';
import { isRecord, parseJson } from './json/read.ts';
import { type JsonScan, MAX_DEPTH } from './json/scan.ts';

/** Turns a failed check into OpenAI's own wording for it: the parameter with its path, and what it may be. */
export function invalidBody(issues: readonly z.core.$ZodIssue[], body: unknown): GatewayError {
  const issue = issues[0];
  if (issue === undefined || typeof issue.path[0] !== 'string' || !isRecord(body)) {
    return new GatewayError({
      status: 400,
      code: 'invalid_type',
      message: `Invalid body: expected a JSON object, but got ${nameOf(body)} instead.`,
    });
  }
  const param = issue.path
    .map((key, at) => (at === 0 ? key : typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  const value = issue.path.reduce(memberOf, body);
  const refused = (code: 'missing_required_parameter' | 'invalid_type' | 'invalid_value', message: string) =>
    new GatewayError({ status: 400, code, param, message });
  if (value === undefined)
    return refused('missing_required_parameter', `Missing required parameter: '${param}'.`);
  if (issue.code === 'invalid_type') {
    const expected = withArticle(typeName(issue.expected));
    return refused(
      'invalid_type',
      `Invalid type for '${param}': expected ${expected}, but got ${nameOf(value)} instead.`,
    );
  }
  return refused('invalid_value', `Invalid '${param}': ${cureOf(issue)}.`);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What the schema library says where a check has no words of its own. */
const UNWORDED = 'Invalid input';

/** What a value of the right type must be. */
function cureOf(issue: z.core.$ZodIssue): string {
  if (issue.message !== UNWORDED) return issue.message;
  const measured =
    'origin' in issue && /^(?:array|string)$/.test(String(issue.origin))
      ? 'its length must be'
      : 'it must be';
  if (issue.code === 'too_small')
    return `${measured} ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `${measured} at most ${issue.maximum}`;
  if (issue.code === 'invalid_value')
    return `it must be one of ${issue.values.map((each) => `'${String(each)}'`).join(', ')}`;
  if (issue.code === 'unrecognized_keys') return 'it has a member that is not known here';
  return 'it is of no form that is known here';
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
