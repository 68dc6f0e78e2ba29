/** What a chat message, or a delta of one, says and thinks, wherever the vendor puts it. */
import { isRecord } from '../http/json/read.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether the model's reasoning comes as `reasoning_content`. */
export function thinksByName({ reasoning_content: thought }: Json): boolean {
  return typeof thought === 'string' && thought !== '';
}

/** What a message or a delta says, and what it thinks: the members of vendors, and the parts of content. */
export function contentOf(said: Json): { readonly thought: string; readonly text: string } {
  const { content, reasoning_content: reasoningContent, reasoning } = said;
  const named = thinksByName(said) ? reasoningContent : reasoning;
  const thought = typeof named === 'string' ? named : '';
  if (!Array.isArray(content)) return { thought, text: typeof content === 'string' ? content : '' };
  const parts = content.filter(isRecord);
  return {
    thought: thought + parts.map(({ thinking }) => thinkingText(thinking)).join(''),
    text: parts.map(partText).join(''),
  };
}

/** Mistral's thoughts are parts of the content, with parts of their own (https://docs.mistral.ai/capabilities/reasoning/). */
function thinkingText(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking;
  if (!Array.isArray(thinking)) return '';
  return thinking.filter(isRecord).map(partText).join('');
}

function partText({ text }: Json): string {
  return typeof text === 'string' ? text : '';
}

/** The log probabilities of one token as JSON text; none for what is no object. */
export function logprobText(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  const { token, logprob, bytes, top_logprobs: top } = value;
  const alternatives = Array.isArray(top) ? top.filter(isRecord) : [];
  return [
    JSON.stringify({
      token,
      logprob,
      bytes: bytes ?? [],
      top_logprobs: alternatives.map((each) => ({
        token: each['token'],
        logprob: each['logprob'],
        bytes: each['bytes'] ?? [],
      })),
    }),
  ];
}
