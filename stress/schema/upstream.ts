/** An upstream that answers each path in the form that OpenAI's API has there. */
import { chatCompletion, respond } from '../../test/support/answers.ts';
import type { Script } from '../../test/support/upstream.ts';

const TEXT = {
  id: 'cmpl-test',
  object: 'text_completion',
  created: 1_790_000_000,
  model: 'gpt-test',
  choices: [{ index: 0, text: 'Hello!', logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

const RESPONSE = {
  id: 'resp_test',
  object: 'response',
  created_at: 1_790_000_000,
  model: 'gpt-test',
  status: 'completed',
  output: [],
  tools: [],
};

const MODEL = { id: 'gpt-test', object: 'model', created: 1_790_000_000, owned_by: 'test' };

/** By the end of the path; anything else gets an object. */
const ANSWERS: readonly (readonly [end: RegExp, answer: unknown])[] = [
  [/\/chat\/completions$/, JSON.parse(chatCompletion())],
  [/\/completions$/, TEXT],
  [/\/responses(?:\/[^/]+)?$/, RESPONSE],
  [/\/models$/, { object: 'list', data: [MODEL] }],
  [/\/models\/.+$/, MODEL],
  [
    /\/embeddings$/,
    { object: 'list', model: 'test', data: [{ object: 'embedding', index: 0, embedding: [0] }] },
  ],
  [/\/moderations$/, { id: 'modr-test', model: 'test', results: [] }],
  [/\/images\/generations$/, { created: 1_790_000_000, data: [{ url: 'http://127.0.0.1/picture' }] }],
  [/\/audio\/transcriptions$/, { text: 'Hello!' }],
];

/** The script of that upstream. */
export const answerByPath: Script = (exchange) => {
  const path = exchange.request.path.replace(/\?.*$/, '');
  const answer = ANSWERS.find(([end]) => end.test(path))?.[1] ?? { object: 'test' };
  return respond(JSON.stringify(answer))(exchange);
};
