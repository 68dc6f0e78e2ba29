/**
 * OpenAI's request bodies: their members described, everything else allowed. The types of the official client say which
 * members there are: when it is updated, what is missing here or gone there does not compile.
 * @see https://platform.openai.com/docs/api-reference
 */
import type { SpeechCreateParams } from 'openai/resources/audio/speech';
import type { TranscriptionCreateParams } from 'openai/resources/audio/transcriptions';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { CompletionCreateParams } from 'openai/resources/completions';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ImageGenerateParams } from 'openai/resources/images';
import type { ModerationCreateParams } from 'openai/resources/moderations';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { chatRequestSchema } from '../../src/worker/completions/chat-request.ts';
import { responsesOutlineSchema } from '../../src/worker/responses-via-chat/schema.ts';
import { completionRequestSchema } from '../../src/worker/text-via-chat/schema.ts';
import { type Described, type JsonSchema, objectSchema } from './schema.ts';

const MODEL = 'The model. Where it is missing, OPENAI_MODEL is filled in.';
/** Null counts as absent here, though the client's type does not allow it. */
const NULLABLE = { type: ['string', 'null'] };
const TEMPERATURE =
  'Sampling temperature. Where it is missing and the server pays, TEMPERATURE is filled in if it is set.';
const TOP_P = 'Nucleus sampling: the probability mass that is considered.';
const STREAM = 'Whether the answer comes as server-sent events.';
const STREAM_OPTIONS = 'With `include_usage: true` a last event holds the token counts.';
const USER =
  'An identifier of the end user. OpenAI has replaced it by `safety_identifier` and `prompt_cache_key`.';
const SAFETY = 'A stable identifier of the end user, by which the vendor detects misuse.';
const CACHE_KEY = "Requests with the same key and beginning share the vendor's prompt cache.";
const RETENTION = 'How long the vendor keeps the prompt in its cache.';
const CACHE_OPTIONS = 'How the vendor caches the prompt.';
const TIER = 'The processing tier of the vendor.';
const METADATA = 'Up to 16 pairs of names and texts that are kept with the answer.';
const PARALLEL = 'Whether the model may call several tools at once.';
const STOP = 'Texts at which the model stops.';
const SEED = 'Makes sampling repeatable as far as the vendor can.';
const BIAS = 'Likelihood changes by token id.';
const PRESENCE = 'Penalises tokens that occurred already.';
const FREQUENCY = 'Penalises tokens by how often they occurred.';
const MODERATION = 'How the vendor moderates the request.';

const CHAT: Described<ChatCompletionCreateParams> = {
  messages: [['array'], 'The conversation: objects with `role` and `content`.', { items: {} }],
  model: [['string'], MODEL, NULLABLE],
  audio: [['object', 'null'], 'Voice and format of spoken output.'],
  frequency_penalty: [['number', 'null'], FREQUENCY],
  function_call: [['string', 'object'], 'Superseded by `tool_choice`.'],
  functions: [['array'], 'Superseded by `tools`.', { items: {} }],
  logit_bias: [['object', 'null'], BIAS],
  logprobs: [['boolean', 'null'], 'Whether log probabilities of the output tokens are returned.'],
  max_completion_tokens: [['integer', 'null'], 'The most tokens of an answer, its reasoning included.'],
  max_tokens: [
    ['integer', 'null'],
    'The most tokens of an answer. Where neither limit is set and the server pays, MAX_TOKENS is filled in if it is set.',
  ],
  metadata: [['object', 'null'], METADATA],
  modalities: [['array', 'null'], 'The kinds of output: text, audio.', { items: {} }],
  moderation: [['object', 'null'], MODERATION],
  n: [['integer', 'null'], 'How many choices are made.'],
  parallel_tool_calls: [['boolean'], PARALLEL],
  prediction: [['object', 'null'], 'Text that most of the answer is expected to repeat.'],
  presence_penalty: [['number', 'null'], PRESENCE],
  prompt_cache_key: [['string', 'null'], CACHE_KEY],
  prompt_cache_options: [['object'], CACHE_OPTIONS],
  prompt_cache_retention: [['string', 'null'], RETENTION],
  reasoning_effort: [['string', 'null'], 'How much a reasoning model thinks.'],
  response_format: [['object'], 'Text, any JSON object, or JSON by a schema.'],
  safety_identifier: [['string', 'null'], SAFETY],
  seed: [['integer', 'null'], SEED],
  service_tier: [['string', 'null'], TIER],
  stop: [['string', 'array', 'null'], STOP, { items: {} }],
  store: [
    ['boolean', 'null'],
    'Whether the vendor keeps the completion. Needs the token or a key of your own.',
  ],
  stream: [['boolean', 'null'], STREAM],
  stream_options: [['object', 'null'], STREAM_OPTIONS],
  temperature: [['number', 'null'], TEMPERATURE],
  tool_choice: [['string', 'object'], 'Whether and which tool is called.'],
  tools: [['array'], 'The tools that the model may call.', { items: {} }],
  top_logprobs: [['integer', 'null'], 'How many likely tokens are returned at each place.'],
  top_p: [['number', 'null'], TOP_P],
  user: [['string'], USER],
  verbosity: [['string', 'null'], 'How long the model answers: low, medium or high.'],
  web_search_options: [['object'], 'The web search of models that have one.'],
};

const COMPLETION: Described<CompletionCreateParams> = {
  model: [['string'], MODEL, NULLABLE],
  prompt: [
    ['string', 'array', 'null'],
    'A text or several. Where the request is translated to chat, token ids are refused.',
    { items: {} },
  ],
  best_of: [['integer', 'null'], 'Refused in a translation unless it equals `n`.'],
  echo: [['boolean', 'null'], 'Whether the prompt stands before the answer.'],
  frequency_penalty: [['number', 'null'], FREQUENCY],
  logit_bias: [['object', 'null'], BIAS],
  logprobs: [['integer', 'null'], 'How many likely tokens are returned at each place.'],
  max_tokens: [['integer', 'null'], 'The most tokens of an answer.'],
  n: [['integer', 'null'], 'How many choices are made for each prompt.'],
  presence_penalty: [['number', 'null'], PRESENCE],
  seed: [['integer', 'null'], SEED],
  stop: [['string', 'array', 'null'], STOP, { items: {} }],
  stream: [['boolean', 'null'], STREAM],
  stream_options: [['object', 'null'], STREAM_OPTIONS],
  suffix: [['string', 'null'], 'Text behind the answer. Refused in a translation.'],
  temperature: [['number', 'null'], TEMPERATURE],
  top_p: [['number', 'null'], TOP_P],
  user: [['string'], USER],
};

const RESPONSE: Described<ResponseCreateParams> = {
  access_programs: [['object'], "Programmes of the vendor's that the request belongs to."],
  background: [
    ['boolean', 'null'],
    'Whether the answer is made in the background. Needs storage at the vendor.',
  ],
  context_management: [['array', 'null'], 'How a long context is shortened.', { items: {} }],
  conversation: [['string', 'object', 'null'], 'A stored conversation that the response joins.'],
  image: [['object'], 'How pictures are made.'],
  include: [['array', 'null'], 'What the answer holds beside its output.', { items: {} }],
  input: [['string', 'array'], 'A text, or items of a conversation.', { items: {} }],
  instructions: [['string', 'null'], 'A leading system message.'],
  max_output_tokens: [['integer', 'null'], 'The most tokens of an answer, its reasoning included.'],
  max_tool_calls: [['integer', 'null'], "The most calls of the vendor's own tools."],
  metadata: [['object', 'null'], METADATA],
  model: [['string'], MODEL, NULLABLE],
  moderation: [['object', 'null'], MODERATION],
  parallel_tool_calls: [['boolean', 'null'], PARALLEL],
  previous_response_id: [['string', 'null'], 'A stored response that this one goes on from.'],
  prompt: [['object', 'null'], 'A stored prompt.'],
  prompt_cache_key: [['string', 'null'], CACHE_KEY],
  prompt_cache_options: [['object'], CACHE_OPTIONS],
  prompt_cache_retention: [['string', 'null'], RETENTION],
  reasoning: [['object', 'null'], 'How a reasoning model thinks, and what it tells of it.'],
  safety_identifier: [['string', 'null'], SAFETY],
  service_tier: [['string', 'null'], TIER],
  store: [
    ['boolean', 'null'],
    'Whether the vendor keeps the response. `false` is filled in for callers who may not store.',
  ],
  stream: [['boolean', 'null'], STREAM],
  stream_options: [['object', 'null'], 'Options of the events.'],
  temperature: [['number', 'null'], TEMPERATURE],
  text: [['object'], 'Format and length of the text: plain, or JSON by a schema.'],
  tool_choice: [['string', 'object'], 'Whether and which tool is called.'],
  tools: [['array'], 'The tools that the model may call.', { items: {} }],
  top_logprobs: [['integer', 'null'], 'How many likely tokens are returned at each place.'],
  top_p: [['number', 'null'], TOP_P],
  truncation: [['string', 'null'], 'What becomes of an input that is too long.'],
  user: [['string'], USER],
};

const EMBEDDING: Described<EmbeddingCreateParams> = {
  input: [['string', 'array'], 'A text, several, or token ids.', { items: {} }],
  model: [['string'], 'The embedding model.'],
  dimensions: [['integer'], 'The length of the vectors, where the model lets it be chosen.'],
  encoding_format: [['string'], '`float` or `base64`.'],
  user: [['string'], USER],
};

const MODERATED: Described<ModerationCreateParams> = {
  input: [['string', 'array'], 'What is judged: texts, or texts and pictures.', { items: {} }],
  model: [['string'], 'The moderation model.'],
};

const IMAGE: Described<ImageGenerateParams> = {
  prompt: [['string'], 'What the picture shows.'],
  background: [['string', 'null'], 'Transparent, opaque, or as the model finds fit.'],
  complexity: [['string', 'null'], 'How detailed a vector picture is.'],
  frame_count: [['integer', 'null'], 'How many frames an animation has.'],
  frame_duration_ms: [['integer', 'null'], 'How long a frame is shown, in milliseconds.'],
  model: [['string', 'null'], 'The image model.'],
  moderation: [['string', 'null'], 'How strictly the vendor moderates.'],
  n: [['integer', 'null'], 'How many pictures are made.'],
  output_compression: [['integer', 'null'], 'Compression in per cent.'],
  output_format: [['string', 'null'], 'The file format.'],
  partial_images: [['integer', 'null'], 'How many unfinished pictures a stream shows.'],
  quality: [['string', 'null'], 'The quality.'],
  response_format: [['string', 'null'], 'A URL, or the picture as base64.'],
  safety_identifier: [['string', 'null'], SAFETY],
  size: [['string', 'null'], 'Width and height.'],
  stream: [['boolean', 'null'], STREAM],
  style: [['string', 'null'], 'Vivid or natural.'],
  svg: [['object', 'null'], 'How a vector picture is made.'],
  user: [['string'], USER],
};

const SPEECH: Described<SpeechCreateParams> = {
  input: [['string'], 'The text that is spoken.'],
  model: [['string'], 'The speech model.'],
  voice: [['string', 'object'], 'The voice.'],
  instructions: [['string'], 'How it is spoken.'],
  response_format: [['string'], 'The audio format.'],
  speed: [['number'], 'The speed; 1 is natural.'],
  stream_format: [['string'], 'Audio, or server-sent events.'],
};

/** The members of the form; their values are texts there, and the file is bytes. */
const TRANSCRIPTION = {
  file: 'The recording.',
  model: 'The transcription model.',
  chunking_strategy: 'How the recording is cut.',
  include: 'What the answer holds beside the text.',
  known_speaker_names: 'Names of speakers.',
  known_speaker_references: 'Recordings of those speakers.',
  keywords: 'Words that are likely to occur.',
  language: 'The language, as ISO 639-1 names it.',
  languages: 'The languages that are spoken.',
  prompt: 'Text that the transcription goes on from.',
  response_format: 'The form of the answer.',
  stream: STREAM,
  temperature: 'Sampling temperature.',
  timestamp_granularities: 'Whether words or segments get times.',
} as const satisfies Record<keyof TranscriptionCreateParams, string>;

/** The schemas of request bodies, by their names in the document. */
export const OPENAI_REQUESTS = {
  ChatCompletionRequest: objectSchema<ChatCompletionCreateParams>(
    'A chat completion to make. Members that are missing here go to the upstream too.',
    CHAT,
    chatRequestSchema,
  ),
  CompletionRequest: objectSchema<CompletionCreateParams>(
    'A text completion to make.',
    COMPLETION,
    completionRequestSchema,
  ),
  ResponseRequest: objectSchema<ResponseCreateParams>(
    'A response to make.',
    RESPONSE,
    responsesOutlineSchema,
  ),
  EmbeddingRequest: objectSchema<EmbeddingCreateParams>('Texts to embed.', EMBEDDING),
  ModerationRequest: objectSchema<ModerationCreateParams>('Content to judge.', MODERATED),
  ImageRequest: objectSchema<ImageGenerateParams>('A picture to make.', IMAGE),
  SpeechRequest: objectSchema<SpeechCreateParams>('A text to speak.', SPEECH),
  TranscriptionRequest: {
    type: 'object',
    description: 'A recording to write down, as a form.',
    properties: Object.fromEntries(
      Object.entries(TRANSCRIPTION).map(([name, description]) => [
        name,
        name === 'file' ? { description } : { type: 'string', description },
      ]),
    ),
    additionalProperties: true,
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;
