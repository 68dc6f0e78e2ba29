/**
 * OpenAI's answers, described as the request bodies are: every member of the official client's types, everything else
 * allowed. Upstreams that are merely compatible leave members out, so hardly any is required.
 * @see https://platform.openai.com/docs/api-reference
 */
import type { Transcription } from 'openai/resources/audio/transcriptions';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
} from 'openai/resources/chat/completions';
import type { Completion, CompletionChoice, CompletionUsage } from 'openai/resources/completions';
import type { CreateEmbeddingResponse, Embedding } from 'openai/resources/embeddings';
import type { Image, ImagesResponse } from 'openai/resources/images';
import type { Model } from 'openai/resources/models';
import type { ModerationCreateResponse } from 'openai/resources/moderations';
import type { Response as OpenAIResponse, ResponseUsage } from 'openai/resources/responses/responses';
import { type Described, type JsonSchema, objectSchema, schemaRef } from './schema.ts';

const ID = "The answer's id.";
const CREATED = 'When it was made, in seconds since 1970.';
const ANSWERING_MODEL = 'The model that answered.';
const TIER = 'The processing tier that was used.';
const MODERATION = "What the vendor's moderation found.";

const COMPLETION_USAGE: Described<CompletionUsage> = {
  completion_tokens: [['integer'], 'Tokens of the answer.'],
  prompt_tokens: [['integer'], 'Tokens of the prompt.'],
  total_tokens: [['integer'], 'Both together.'],
  completion_tokens_details: [['object'], 'Of which kind those of the answer are.'],
  prompt_tokens_details: [['object'], 'Of which kind those of the prompt are.'],
};

const MESSAGE: Described<ChatCompletionMessage> = {
  content: [['string', 'null'], 'The text.'],
  refusal: [['string', 'null'], 'Why the model refused.'],
  role: [['string'], 'Always `assistant`.'],
  annotations: [['array'], 'Sources of the text.', { items: {} }],
  audio: [['object', 'null'], 'The answer as sound.'],
  function_call: [['object', 'null'], 'Superseded by `tool_calls`.'],
  tool_calls: [['array'], 'The tools that the model calls.', { items: {} }],
};

const CHAT_CHOICE: Described<ChatCompletion.Choice> = {
  finish_reason: [['string'], 'Why the answer ended.'],
  index: [['integer'], 'Its place among the choices.'],
  logprobs: [['object', 'null'], 'Log probabilities of the tokens.'],
  message: [['object'], 'The answer.', schemaRef('ChatCompletionMessage')],
};

const CHUNK_CHOICE: Described<ChatCompletionChunk.Choice> = {
  delta: [['object'], 'What has been added since the last chunk.'],
  finish_reason: [['string', 'null'], 'Why the answer ended; null until it has.'],
  index: [['integer'], 'Its place among the choices.'],
  logprobs: [['object', 'null'], 'Log probabilities of the tokens.'],
};

const CHAT: Described<ChatCompletion> = {
  id: [['string'], ID],
  choices: [['array'], 'The answers.', { items: schemaRef('ChatCompletionChoice') }],
  created: [['integer'], CREATED],
  model: [['string'], ANSWERING_MODEL],
  object: [['string'], 'Always `chat.completion`.'],
  metadata: [['object', 'null'], 'What the request said.'],
  moderation: [['object', 'null'], MODERATION],
  service_tier: [['string', 'null'], TIER],
  system_fingerprint: [['string'], "The vendor's configuration that answered."],
  usage: [['object'], 'Token counts.', schemaRef('CompletionUsage')],
};

const CHUNK: Described<ChatCompletionChunk> = {
  id: [['string'], ID],
  choices: [['array'], 'What is added to each choice.', { items: schemaRef('ChatCompletionChunkChoice') }],
  created: [['integer'], CREATED],
  model: [['string'], ANSWERING_MODEL],
  object: [['string'], 'Always `chat.completion.chunk`.'],
  moderation: [['object', 'null'], MODERATION],
  obfuscation: [['string'], 'Padding that hides the length of a chunk.'],
  service_tier: [['string', 'null'], TIER],
  system_fingerprint: [['string'], "The vendor's configuration that answered."],
  usage: [['object', 'null'], 'Token counts, in the last chunk where they were asked for.'],
};

const TEXT_CHOICE: Described<CompletionChoice> = {
  finish_reason: [['string'], 'Why the answer ended.'],
  index: [['integer'], 'Its place among the choices.'],
  logprobs: [['object', 'null'], 'Log probabilities of the tokens.'],
  text: [['string'], 'The answer.'],
};

const TEXT: Described<Completion> = {
  id: [['string'], ID],
  choices: [['array'], 'The answers.', { items: schemaRef('CompletionChoice') }],
  created: [['integer'], CREATED],
  model: [['string'], ANSWERING_MODEL],
  object: [['string'], 'Always `text_completion`.'],
  system_fingerprint: [['string'], "The vendor's configuration that answered."],
  usage: [['object'], 'Token counts.', schemaRef('CompletionUsage')],
};

const RESPONSE_USAGE: Described<ResponseUsage> = {
  input_tokens: [['integer'], 'Tokens of the input.'],
  input_tokens_details: [['object'], 'Of which kind they are.'],
  output_tokens: [['integer'], 'Tokens of the output.'],
  output_tokens_details: [['object'], 'Of which kind they are.'],
  total_tokens: [['integer'], 'Both together.'],
};

const RESPONSE: Described<OpenAIResponse> = {
  id: [['string'], ID],
  access_programs: [['object', 'null'], "Programmes of the vendor's that the request belonged to."],
  output_text: [['string'], 'The whole text. The official clients make it; it does not travel.'],
  created_at: [['integer'], CREATED],
  error: [['object', 'null'], 'Why it failed.'],
  incomplete_details: [['object', 'null'], 'Why it is incomplete.'],
  instructions: [['string', 'array', 'null'], 'The leading system message.', { items: {} }],
  metadata: [['object', 'null'], 'What the request said.'],
  model: [['string'], ANSWERING_MODEL],
  object: [['string'], 'Always `response`.'],
  output: [['array'], 'Messages, reasoning and calls of tools.', { items: {} }],
  parallel_tool_calls: [['boolean'], 'Whether several tools could be called at once.'],
  temperature: [['number', 'null'], 'The temperature that was used.'],
  tool_choice: [['string', 'object'], 'Whether and which tool was to be called.'],
  tools: [['array'], 'The tools that the model could call.', { items: {} }],
  top_p: [['number', 'null'], 'The probability mass that was considered.'],
  background: [['boolean', 'null'], 'Whether it was made in the background.'],
  completed_at: [['integer', 'null'], 'When it was complete, in seconds since 1970.'],
  conversation: [['object', 'null'], 'The stored conversation that it belongs to.'],
  image: [['object'], 'How pictures were made.'],
  input_transformations: [['array'], 'What the vendor changed in the input.', { items: {} }],
  max_output_tokens: [['integer', 'null'], 'The limit of the answer.'],
  max_tool_calls: [['integer', 'null'], "The limit of calls of the vendor's tools."],
  moderation: [['object', 'null'], MODERATION],
  previous_response_id: [['string', 'null'], 'The response that it went on from.'],
  prompt: [['object', 'null'], 'The stored prompt.'],
  prompt_cache_diagnostics: [['object'], "What the vendor's prompt cache had."],
  prompt_cache_key: [['string', 'null'], "The key of the vendor's prompt cache."],
  prompt_cache_options: [['object'], 'How the prompt was cached.'],
  prompt_cache_retention: [['string', 'null'], 'How long it is cached.'],
  reasoning: [['object', 'null'], 'How the model thought.'],
  safety_identifier: [['string', 'null'], 'What the request said.'],
  service_tier: [['string', 'null'], TIER],
  status: [['string'], '`completed`, `incomplete`, `failed` and so on.'],
  text: [['object'], 'The format of the text.'],
  tool_usage: [['object'], "What the vendor's tools used."],
  top_logprobs: [['integer', 'null'], 'How many likely tokens are returned at each place.'],
  truncation: [['string', 'null'], 'What became of an input that was too long.'],
  usage: [['object'], 'Token counts.', schemaRef('ResponseUsage')],
  user: [['string'], 'What the request said.'],
};

const MODEL: Described<Model> = {
  id: [['string'], 'The name by which requests ask for it.'],
  created: [['integer'], CREATED],
  object: [['string'], 'Always `model`.'],
  owned_by: [['string'], 'Whose it is.'],
  shutdown_date: [['string', 'null'], 'The day on which it retires.'],
};

const EMBEDDING: Described<Embedding> = {
  embedding: [['array'], 'The vector.', { items: { type: 'number' } }],
  index: [['integer'], 'Its place among the inputs.'],
  object: [['string'], 'Always `embedding`.'],
};

const EMBEDDINGS: Described<CreateEmbeddingResponse> = {
  data: [['array'], 'The vectors.', { items: schemaRef('Embedding') }],
  model: [['string'], ANSWERING_MODEL],
  object: [['string'], 'Always `list`.'],
  usage: [['object'], 'Token counts.'],
};

const MODERATIONS: Described<ModerationCreateResponse> = {
  id: [['string'], ID],
  model: [['string'], ANSWERING_MODEL],
  results: [['array'], 'A verdict for each input.', { items: {} }],
};

const IMAGE: Described<Image> = {
  b64_json: [['string'], 'The picture as base64.'],
  revised_prompt: [['string'], 'The prompt that was used.'],
  url: [['string'], 'Where the picture is.'],
};

const IMAGES: Described<ImagesResponse> = {
  created: [['integer'], CREATED],
  background: [['string'], 'Transparent or opaque.'],
  data: [['array'], 'The pictures.', { items: schemaRef('Image') }],
  output_format: [['string'], 'The file format.'],
  quality: [['string'], 'The quality.'],
  safety_identifier: [['string', 'null'], 'What the request said.'],
  size: [['string'], 'Width and height.'],
  svg_usage: [['object'], 'What vector pictures used.'],
  usage: [['object'], 'Token counts.'],
};

const TRANSCRIPTION: Described<Transcription> = {
  text: [['string'], 'What was said.'],
  languages: [['array'], 'The languages that were spoken.', { items: {} }],
  logprobs: [['array'], 'Log probabilities of the tokens.', { items: {} }],
  usage: [['object'], 'What it used.'],
};

/** The schemas of answers, by their names in the document. */
export const OPENAI_ANSWERS = {
  ChatCompletion: objectSchema<ChatCompletion>('A chat completion.', CHAT),
  ChatCompletionChoice: objectSchema<ChatCompletion.Choice>('One answer.', CHAT_CHOICE),
  ChatCompletionMessage: objectSchema<ChatCompletionMessage>('What the model said.', MESSAGE),
  ChatCompletionChunk: objectSchema<ChatCompletionChunk>('The data of one event of a stream.', CHUNK),
  ChatCompletionChunkChoice: objectSchema<ChatCompletionChunk.Choice>('What is added.', CHUNK_CHOICE),
  Completion: objectSchema<Completion>('A text completion; the data of each event of a stream too.', TEXT),
  CompletionChoice: objectSchema<CompletionChoice>('One answer.', TEXT_CHOICE),
  CompletionUsage: objectSchema<CompletionUsage>('Token counts.', COMPLETION_USAGE),
  Response: objectSchema<OpenAIResponse>('A response.', RESPONSE),
  ResponseUsage: objectSchema<ResponseUsage>('Token counts.', RESPONSE_USAGE),
  Model: { ...objectSchema<Model>('A model that can be named.', MODEL), required: ['id'] },
  ModelList: {
    type: 'object',
    description: 'The models that can be named.',
    properties: {
      object: { type: 'string', const: 'list' },
      data: { type: 'array', items: schemaRef('Model') },
    },
    required: ['object', 'data'],
    additionalProperties: true,
  },
  Embedding: objectSchema<Embedding>('One vector.', EMBEDDING),
  EmbeddingList: objectSchema<CreateEmbeddingResponse>('The vectors.', EMBEDDINGS),
  Moderations: objectSchema<ModerationCreateResponse>('The verdicts.', MODERATIONS),
  Image: objectSchema<Image>('A picture.', IMAGE),
  Images: objectSchema<ImagesResponse>('The pictures.', IMAGES),
  Transcription: objectSchema<Transcription>('What was said.', TRANSCRIPTION),
} as const satisfies Readonly<Record<string, JsonSchema>>;
