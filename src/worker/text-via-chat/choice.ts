/** One chat choice on its way to a legacy choice, from its first piece to its finish reason. */
import { isRecord } from '../http/json/read.ts';
import { tokenList } from '../via-chat/chat-chunk.ts';
import { codePoints, type TextLogprobs, textLogprobs } from './logprobs.ts';
import type { CompletionPlan } from './plan.ts';

/** The finish reasons that a legacy answer knows. */
export type FinishReason = 'stop' | 'length' | 'content_filter';

/** A piece of one legacy choice, as a stream event holds it. */
export interface ChoicePiece {
  readonly text: string;
  readonly index: number;
  readonly logprobs: TextLogprobs | null;
  readonly finish_reason: FinishReason | null;
}

/** What a chat chunk, or a whole chat answer, says of one choice. */
export interface ChatPiece {
  /** The chunk's `delta`, or the answer's `message`. */
  readonly message: unknown;
  readonly logprobs: unknown;
  readonly finish: FinishReason | null;
}

/** Translates the pieces of one choice. */
export class ChoiceTranslator {
  /** Something of it has come. */
  begun = false;
  /** Its finish reason has come; nothing counts after that. */
  finished = false;

  readonly #index: number;
  readonly #echo: string;
  /** Alternatives per token; undefined when no log probabilities were asked for. */
  readonly #alternatives: number | undefined;
  /** Where the next token starts, in code points. */
  #offset: number;
  #hasLogprobs = false;

  /**
   * @param promptIndex the prompt that the choice answers.
   * @param sample which of the prompt's answers it is, from 0.
   */
  constructor(plan: CompletionPlan, promptIndex: number, sample: number) {
    const prompt = plan.prompts[promptIndex] ?? '';
    this.#index = promptIndex * plan.n + sample;
    this.#echo = plan.echo ? prompt : '';
    this.#alternatives = plan.logprobs;
    this.#offset = plan.logprobs === undefined ? 0 : codePoints(prompt);
  }

  /** The legacy pieces for one chat piece: none for a mere role or a thought, two where the prompt's echo leads. */
  take(piece: ChatPiece): ChoicePiece[] {
    if (this.finished) return [];
    const pieces: ChoicePiece[] = [];
    if (!this.begun && this.#echo !== '') pieces.push(this.#piece(this.#echo, null, null));
    this.begun = true;
    this.finished = piece.finish !== null;
    const text = textOf(piece.message);
    const logprobs = this.#logprobsOf(piece);
    if (text !== '' || piece.finish !== null || (logprobs !== null && logprobs.tokens.length > 0)) {
      pieces.push(this.#piece(text, logprobs, piece.finish));
    }
    return pieces;
  }

  #piece(text: string, logprobs: TextLogprobs | null, finish: FinishReason | null): ChoicePiece {
    return { text, index: this.#index, logprobs, finish_reason: finish };
  }

  /** Empty lists, not null, end a choice that had log probabilities: so OpenAI's own streams end. */
  #logprobsOf({ logprobs, finish }: ChatPiece): TextLogprobs | null {
    if (this.#alternatives === undefined) return null;
    const list = tokenList(logprobs);
    if (list.length > 0) this.#hasLogprobs = true;
    else if (finish === null || !this.#hasLogprobs) return null;
    const translated = textLogprobs(list, this.#alternatives, this.#offset);
    this.#offset = translated.end;
    return translated.logprobs;
  }
}

/** Chat's finish reasons; a tool call or a vendor's own word ended the text as well as a stop does. */
export function finishReasonOf(value: string | null): FinishReason | null {
  if (value === null) return null;
  return value === 'length' || value === 'content_filter' ? value : 'stop';
}

/** The text of a message or delta. A refusal is the answer too; a thought (`reasoning_content`) is not. */
function textOf(message: unknown): string {
  if (!isRecord(message)) return '';
  const { content, refusal } = message;
  const text = Array.isArray(content) ? content.map(partText).join('') : content;
  if (typeof text === 'string' && text !== '') return text;
  return typeof refusal === 'string' ? refusal : '';
}

function partText(part: unknown): string {
  return isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '';
}
