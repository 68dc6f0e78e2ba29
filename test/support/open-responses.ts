/**
 * The Open Responses specification as far as a server of `POST /v1/responses` can break it: the response, its items and
 * the events of a stream, with the members that each must have. Written after https://www.openresponses.org/specification
 * and the schema of its repository (github.com/openresponses/openresponses, folder `schema`).
 */
import * as z from 'zod';

const text = z.string();
const whole = z.int();
const nullableText = z.nullable(text);
const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);

const alternative = z.object({ token: text, logprob: z.number(), bytes: z.array(whole) });
const logprobs = z.array(z.object({ ...alternative.shape, top_logprobs: z.array(alternative) }));

const part = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('output_text'),
    text,
    annotations: z.array(z.unknown()),
    logprobs: z.optional(logprobs),
  }),
  z.object({ type: z.literal('refusal'), refusal: text }),
  z.object({ type: z.literal('summary_text'), text }),
]);

const item = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    id: text,
    status: itemStatus,
    role: z.literal('assistant'),
    content: z.array(part),
  }),
  z.object({
    type: z.literal('function_call'),
    id: text,
    call_id: text,
    name: text,
    arguments: text,
    status: itemStatus,
  }),
  z.object({
    type: z.literal('reasoning'),
    id: text,
    summary: z.array(part),
    encrypted_content: z.optional(text),
  }),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), name: text }),
  z.object({ type: z.literal('allowed_tools'), tools: z.array(z.unknown()), mode: text }),
]);

const usage = z.object({
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: z.object({ cached_tokens: whole }),
  output_tokens_details: z.object({ reasoning_tokens: whole }),
});

/** `ResponseResource`: every member that the schema requires. */
export const responseResource = z.object({
  id: text,
  object: z.literal('response'),
  created_at: whole,
  completed_at: z.nullable(whole),
  status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']),
  incomplete_details: z.nullable(z.object({ reason: text })),
  model: text,
  previous_response_id: nullableText,
  instructions: nullableText,
  output: z.array(item),
  error: z.nullable(z.object({ code: text, message: text })),
  tools: z.array(
    z.object({
      type: z.literal('function'),
      name: text,
      description: nullableText,
      parameters: z.nullable(z.record(text, z.unknown())),
      strict: z.nullable(z.boolean()),
    }),
  ),
  tool_choice: toolChoice,
  truncation: z.enum(['auto', 'disabled']),
  parallel_tool_calls: z.boolean(),
  text: z.object({ format: z.looseObject({ type: text }) }),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  top_logprobs: whole,
  temperature: z.number(),
  reasoning: z.nullable(z.object({ effort: nullableText, summary: nullableText })),
  user: nullableText,
  usage: z.nullable(usage),
  max_output_tokens: z.nullable(whole),
  max_tool_calls: z.nullable(whole),
  store: z.boolean(),
  background: z.boolean(),
  service_tier: text,
  metadata: z.record(text, text),
  safety_identifier: nullableText,
  prompt_cache_key: nullableText,
});

export type ResponseResource = z.output<typeof responseResource>;

const numbered = { sequence_number: whole };
const ofItem = { ...numbered, item_id: text, output_index: whole };
const ofContent = { ...ofItem, content_index: whole };
const ofSummary = { ...ofItem, summary_index: whole };

const event = <const Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...shape });

/** Every event of the specification that a translated answer can hold. Any other is a mistake. */
export const streamEvent = z.discriminatedUnion('type', [
  event('response.created', { ...numbered, response: responseResource }),
  event('response.in_progress', { ...numbered, response: responseResource }),
  event('response.completed', { ...numbered, response: responseResource }),
  event('response.incomplete', { ...numbered, response: responseResource }),
  event('response.failed', { ...numbered, response: responseResource }),
  event('response.output_item.added', { ...numbered, output_index: whole, item }),
  event('response.output_item.done', { ...numbered, output_index: whole, item }),
  event('response.content_part.added', { ...ofContent, part }),
  event('response.content_part.done', { ...ofContent, part }),
  event('response.output_text.delta', { ...ofContent, delta: text, logprobs: z.optional(logprobs) }),
  event('response.output_text.done', { ...ofContent, text, logprobs: z.optional(logprobs) }),
  event('response.refusal.delta', { ...ofContent, delta: text }),
  event('response.refusal.done', { ...ofContent, refusal: text }),
  event('response.reasoning_summary_part.added', { ...ofSummary, part }),
  event('response.reasoning_summary_part.done', { ...ofSummary, part }),
  event('response.reasoning_summary_text.delta', { ...ofSummary, delta: text }),
  event('response.reasoning_summary_text.done', { ...ofSummary, text }),
  event('response.function_call_arguments.delta', { ...ofItem, delta: text }),
  event('response.function_call_arguments.done', { ...ofItem, arguments: text }),
  event('error', {
    ...numbered,
    error: z.object({ type: text, code: nullableText, message: text, param: nullableText }),
  }),
]);

export type StreamEvent = z.output<typeof streamEvent>;
