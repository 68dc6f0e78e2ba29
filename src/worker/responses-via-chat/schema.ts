/** What the gateway must know of a request to the Responses API: little where it passes, more where it is translated. */
import * as z from 'zod/mini';

/** What every such request is checked for; the upstream that gets it judges the rest. */
export const responsesOutlineSchema = z.object({
  model: z.nullish(z.string()),
  stream: z.nullish(z.boolean()),
  max_output_tokens: z.optional(z.unknown()),
  temperature: z.optional(z.unknown()),
  include: z.optional(z.unknown()),
  // By these something would be stored, or is named that was; a stored prompt may name the model too.
  store: z.optional(z.unknown()),
  background: z.optional(z.unknown()),
  previous_response_id: z.optional(z.unknown()),
  conversation: z.optional(z.unknown()),
  prompt: z.optional(z.unknown()),
});

/** A request as far as the gateway looks into every one. */
export type ResponsesOutline = z.output<typeof responsesOutlineSchema>;

const list = z.nullish(z.array(z.unknown()));
const object = z.nullish(z.record(z.string(), z.unknown()));

/**
 * The members that the translation acts on, by their types; null counts as absent. What a chat model cannot honour is
 * refused with its reason where it is planned.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export const responsesRequestSchema = z.object({
  model: z.nullish(z.string()),
  input: z.optional(z.unknown()),
  instructions: z.nullish(z.string()),
  stream: z.nullish(z.boolean()),
  max_output_tokens: z.nullish(z.int()),
  temperature: z.nullish(z.number()),
  top_p: z.nullish(z.number()),
  presence_penalty: z.nullish(z.number()),
  frequency_penalty: z.nullish(z.number()),
  top_logprobs: z.nullish(z.int()),
  tools: list,
  tool_choice: z.optional(z.unknown()),
  parallel_tool_calls: z.nullish(z.boolean()),
  text: object,
  reasoning: object,
  include: list,
  metadata: object,
  store: z.nullish(z.boolean()),
  background: z.nullish(z.boolean()),
  previous_response_id: z.nullish(z.string()),
  conversation: z.optional(z.unknown()),
  prompt: z.optional(z.unknown()),
  user: z.nullish(z.string()),
  safety_identifier: z.nullish(z.string()),
  prompt_cache_key: z.nullish(z.string()),
});

/** A request as far as the translation looks into it. */
export type ResponsesRequest = z.output<typeof responsesRequestSchema>;
