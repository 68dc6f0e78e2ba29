/** What a client makes of an answer: what it would show to the one who wrote `client.create(…)`. */
import * as z from 'zod';

const toolCall = z.object({ id: z.nullish(z.string()), name: z.nullish(z.string()), args: z.unknown() });

/** An answer that the client took. */
const value = z.object({
  kind: z.literal('value'),
  text: z.nullish(z.string()),
  tools: z.array(toolCall),
  finish: z.nullish(z.string()),
  /** Tokens in, out and together, as the client counts them. */
  usage: z.optional(z.unknown()),
});

/** What it raised, and the text that it had shown by then. */
const failure = z.object({
  kind: z.literal('error'),
  name: z.string(),
  status: z.nullish(z.number()),
  code: z.nullish(z.union([z.string(), z.number()])),
  type: z.nullish(z.string()),
  param: z.nullish(z.string()),
  message: z.string(),
  text: z.string(),
});

export const outcome = z.discriminatedUnion('kind', [value, failure]);
export type Value = z.output<typeof value>;
export type Failure = z.output<typeof failure>;
export type Outcome = z.output<typeof outcome>;

/** One call of one client. The model's name tells the upstream which behaviour is meant. */
export interface Job {
  readonly client: string;
  readonly api: 'chat' | 'responses' | 'text';
  readonly streamed: boolean;
  readonly base: string;
  readonly model: string;
  readonly retries: number;
  /** In milliseconds; longer than any good answer takes unless the behaviour never ends. */
  readonly timeoutMs: number;
  readonly offersTool: boolean;
}

const textOrNothing = (field: unknown) => (typeof field === 'string' ? field : undefined);

/** The own members of an object, those named by symbols left out; none of anything else. */
function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** An error as the client shows it. The members are those of the clients' own classes. */
export function failureOf(error: unknown, text: string): Failure {
  const fields = members(error);
  // The AI SDK keeps the upstream's error object as `data`, LangChain and openai as `error`.
  const inner = members(members(fields['data'])['error'] ?? fields['error']);
  const status = fields['status'] ?? fields['statusCode'];
  const code = fields['code'] ?? inner['code'];
  return {
    kind: 'error',
    name: error instanceof Error ? error.constructor.name : 'thrown',
    status: typeof status === 'number' ? status : undefined,
    code: typeof code === 'number' ? code : textOrNothing(code),
    type: textOrNothing(fields['type'] ?? inner['type']),
    param: textOrNothing(fields['param'] ?? inner['param']),
    message:
      error instanceof Error ? error.message : (textOrNothing(fields['message']) ?? JSON.stringify(error)),
    text,
  };
}
