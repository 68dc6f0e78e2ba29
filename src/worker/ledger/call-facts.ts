/** What is known of a call before it is made: counts and numbers, never its text. */
import type { PriceEntry } from '../config/prices.ts';

/** What its request alone tells. */
export interface CallCounts {
  /** `chat/completions` and the like. */
  readonly endpoint: string;
  /** Bytes of the body without the pictures' own data. */
  readonly bytes: number;
  /** Items of `messages`, `input` and `tools`, which vendors wrap in tokens of their own. */
  readonly items: number;
  readonly images: number;
  /** Audio or files are in it: what they come to in tokens cannot be told. */
  readonly isOpaque: boolean;
  /** Prompts of one request, and answers to each. */
  readonly prompts: number;
  readonly choices: number;
  readonly stream: boolean;
  /** Members that cost extra, such as `service_tier: priority` or `tools: web_search`. */
  readonly extras: readonly Extra[];
  /** The body could not be read: nothing that it asks for is known. */
  readonly isUnread: boolean;
  /** Pictures that are asked for, and characters to be spoken. */
  readonly pictures: number;
  readonly characters: number;
}

/** What is known of a call, with its targets. */
export interface CallFacts extends CallCounts {
  /** The name that the caller used. */
  readonly model: string;
  readonly targets: readonly TargetFacts[];
}

/** A member that a plain price does not cover. */
export interface Extra {
  readonly kind: 'tier' | 'tool' | 'audio' | 'prediction';
  readonly name: string;
}

/** What is known of one target that a call may reach. */
export interface TargetFacts {
  /** `UPSTREAM/MODEL`. */
  readonly name: string;
  readonly price: PriceEntry | null;
  /** The longest answer that the request itself sets, in tokens: null where it sets none, Infinity for no usable number. */
  readonly limit: number | null;
}
