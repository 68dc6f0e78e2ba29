/** One upstream as the operator describes it, checked. */
import type { NamePattern } from './name-pattern.ts';

/** How a key travels: in `Authorization: Bearer`, or alone in a header of this name (`api-key` for Azure). */
export type KeyHeader = 'bearer' | (string & {});

/** How an endpoint is served that an upstream may lack: `chat` translates, `native` does not, `auto` finds out. */
export type TranslationMode = 'auto' | 'native' | 'chat';

/** An OpenAI-compatible server that requests can go to. */
export interface Upstream {
  /** `default` for the one of the OPENAI_* settings. */
  readonly name: string;
  /** Without a trailing slash, its version path included. */
  readonly base: string;
  /** Paths that are served beside the `/v1` of the base. */
  readonly besideV1: RegExp | undefined;
  /** The key of a call; of the upstream itself its first, where it has several. */
  readonly key: string | undefined;
  /** All its keys, each of which serves in its turn. */
  readonly keys: readonly string[];
  readonly keyHeader: KeyHeader;
  /** Request headers that go there beside those of the list (`header-rows.ts`). */
  readonly headers: readonly NamePattern[];
  /** Patterns of the models that it serves, tried in the order of the upstreams. */
  readonly models: readonly NamePattern[];
  readonly completionsMode: TranslationMode;
  readonly responsesMode: TranslationMode;
  /** Whether it is given a model's earlier reasoning back, as `reasoning_content`. */
  readonly reasoningBack: 'auto' | boolean;
  /** Whether a caller's own key may go there. */
  readonly clientKeys: boolean;
  /** Time limits in milliseconds; 0 is none. To the headers of an answer: undefined where nobody has said it. */
  readonly headersMs: number | undefined;
  /** From the call to the headers of a stream, where another target follows. */
  readonly connectMs: number;
  /** From the call to the first content of a stream, where another target follows. */
  readonly firstContentMs: number;
  readonly idleMs: number;
}

/** One place for a request: an upstream, and the model's name there. */
export interface Target {
  readonly upstream: Upstream;
  readonly model: string;
  /** Which of the upstream's keys the call is paid with, counted from 0; only where it has several. */
  readonly keyNumber?: number;
}

/** `NAME/MODEL`, as it stands in `x-nexcode-upstream`. */
export function targetName({ upstream, model }: Target): string {
  return `${upstream.name}/${model}`;
}

/** OpenAI's own address: the upstream when nothing is set, and the one base that is useless without a key. */
export const OPENAI_BASE = 'https://api.openai.com/v1';

/** The name of the upstream that the OPENAI_* settings describe. */
export const DEFAULT_UPSTREAM = 'default';

/** The setting that says where an upstream is, for messages that name the cure. */
export function baseSetting({ name }: Upstream): string {
  return name === DEFAULT_UPSTREAM ? 'OPENAI_API_BASE' : `UPSTREAMS.${name}.base`;
}

/** The setting that says which key an upstream gets. */
export function keySetting({ name }: Upstream): string {
  return name === DEFAULT_UPSTREAM ? 'OPENAI_API_KEY' : `the secret that UPSTREAMS.${name}.key names`;
}

/** The upstream of the OPENAI_* settings, which always exists. */
export function defaultUpstream(upstreams: readonly Upstream[]): Upstream {
  const found = upstreams.find(({ name }) => name === DEFAULT_UPSTREAM);
  if (found === undefined) throw new Error('A routing without the default upstream');
  return found;
}
