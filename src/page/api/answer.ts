/** An answer as its chunks add up. Pure: one chunk after the other, any upstream's flavour. */
import { list, number, record, text } from './json.ts';

export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly finish: string | null;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

export const NO_ANSWER: Answer = { text: '', reasoning: '', finish: null };

/**
 * Adds one `chat.completion.chunk`. Reads only the first choice; a chunk without choices may carry usage.
 * Reasoning comes as `reasoning_content` (DeepSeek, llama.cpp) or `reasoning` (OpenRouter, vLLM).
 */
export function withChunk(answer: Answer, chunk: unknown): Answer {
  const fields = record(chunk);
  const choice = record(list(fields['choices'])[0]);
  const delta = record(choice['delta']);
  const usage = record(fields['usage']);
  const promptTokens = number(usage['prompt_tokens']) ?? answer.promptTokens;
  const completionTokens = number(usage['completion_tokens']) ?? answer.completionTokens;
  return {
    text: answer.text + text(delta['content']) + text(delta['refusal']),
    reasoning: answer.reasoning + (text(delta['reasoning_content']) || text(delta['reasoning'])),
    finish: text(choice['finish_reason']) || answer.finish,
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
  };
}
