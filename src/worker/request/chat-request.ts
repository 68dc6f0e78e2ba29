/** What the gateway must know of a chat request's body. Everything else passes unseen. */
import * as z from 'zod/mini';
import { GatewayError } from '../errors.ts';
import { isRecord } from '../json/read.ts';

/**
 * Only what the gateway acts on is checked; null counts as absent, as it does for OpenAI. The upstream gets the body's
 * own bytes, so nothing that is missing here is lost.
 */
export const chatRequestSchema = z.object({
  model: z.nullish(z.string()),
  messages: z.array(z.unknown()),
  stream: z.nullish(z.boolean()),
  stream_options: z.optional(z.unknown()),
  n: z.optional(z.unknown()),
  max_tokens: z.optional(z.unknown()),
  max_completion_tokens: z.optional(z.unknown()),
  temperature: z.optional(z.unknown()),
});

/** A chat request as far as the gateway looks into it. */
export type ChatRequest = z.output<typeof chatRequestSchema>;

/** Whether a stream's usage event was asked for (`stream_options.include_usage`). */
export function wantsUsage(request: Pick<ChatRequest, 'stream_options'>): boolean {
  return isRecord(request.stream_options) && request.stream_options['include_usage'] === true;
}

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
  const expected = issue?.code === 'invalid_type' ? issue.expected : 'different value';
  return new GatewayError({
    status: 400,
    code: 'invalid_type',
    param,
    message: `Invalid type for '${param}': expected ${withArticle(expected)}, but got ${nameOf(value)} instead.`,
  });
}

/** A body that is no JSON at all. */
export function unreadableBody(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'invalid_json',
    message:
      'We could not parse the JSON body of your request. Check that it is valid JSON: names and texts in double quotes, no trailing comma, no NaN.',
  });
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
