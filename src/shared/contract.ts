/**
 * What the page and the Worker must both know, and all that they share: names on the wire, and what a key looks like.
 * Types and constants alone.
 */

/** The built-in assistant's name as a model. */
export const ASSISTANT_MODEL = 'nexcode';

/** The `owned_by` of a listed model that is a name of the operator's for other models (MODELS). */
export const ALIAS_OWNER = 'nexcode-alias';

/** The answer's headers by which the gateway says what it did. */
export const ANSWER_HEADERS = {
  /** Who spoke for the assistant: `model`, or without one `section`, `none` (nothing fitted) or `courtesy`. */
  answer: 'x-nexcode-answer',
  /** `json` or `stream`: the form that the answer was brought into. */
  converted: 'x-nexcode-converted',
  /** Who paid: `client`, `server` or `none`. */
  credentials: 'x-nexcode-credentials',
  /** Members of the request that a translation left out. */
  dropped: 'x-nexcode-dropped',
  /** Members of the request that the operator's settings filled in. */
  filled: 'x-nexcode-filled',
  /** What is left of an issued key's budget: tokens, or USD. */
  budgetLeft: 'x-nexcode-budget-left',
  /** The name of a stream that can be taken up again, or `none` where that was asked for and is not so. */
  stream: 'x-nexcode-stream',
  /** The endpoint that a request was translated to. */
  translated: 'x-nexcode-translated',
  /** The target that answered, as `NAME/MODEL`. */
  upstream: 'x-nexcode-upstream',
  /** `estimated` where the usage is no upstream's count. */
  usage: 'x-nexcode-usage',
} as const;

/** Asks for a stream that can be taken up again: `true`. */
export const RESUMABLE_HEADER = 'x-nexcode-resumable';

/**
 * The page's own header on its requests. A foreign page cannot send it without a preflight, and no preflight allows it.
 */
export const PAGE_HEADER = 'x-nexcode-page';

/** What `GET /session` answers. */
export interface SessionBody {
  readonly object: 'session';
  readonly authenticated: boolean;
  /** Who logged in: `token`, or an issued key by its name `key_ID`. */
  readonly login: string | null;
  /** Requests without credentials are refused. */
  readonly login_required: boolean;
  readonly login_available: boolean;
  /** A model can be paid for by the server. */
  readonly server_key: boolean;
  readonly default_model: string;
  /** Usage and costs are kept: the paths of `/v1/organization/usage` answer. */
  readonly ledger: boolean;
  /** Streams can be taken up again: their text is kept for a while. */
  readonly resumable: boolean;
  /** Callers may use keys of their own. */
  readonly client_keys: boolean;
  /** The hosts of the upstreams that a caller's own key goes to; empty where none is taken. */
  readonly client_key_hosts: readonly string[];
  /** What such a key looks like, as the source of a regular expression; null where any text is taken for one. */
  readonly client_key_pattern: string | null;
  readonly version: string;
}

/**
 * OpenAI's reasoning models by name without a vendor's prefix, wherever they are served: they refuse `max_tokens` and any
 * `temperature` but their own.
 * @see https://platform.openai.com/docs/guides/reasoning
 */
export const OPENAI_REASONING_MODEL = /^(?:ft:)?(?:o\d|gpt-[5-9])/;

/** What looks like a vendor's key, wherever it may have strayed to: the source of a regular expression. */
export const KEY_LIKE = String.raw`(?<![a-z0-9])(?:(?:sk|pk|ek|rk|xai|key|nxc)[-_]|gsk_|hf_|AIza)[\w*.-]{4,}`;
