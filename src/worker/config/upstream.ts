/** One upstream as the operator describes it, checked. */

/** How a key travels: in `Authorization: Bearer`, or alone in a header of this name (`api-key` for Azure). */
export type KeyHeader = 'bearer' | (string & {});

/** An OpenAI-compatible server that requests can go to. */
export interface Upstream {
  /** `default` for the one of the OPENAI_* settings. */
  readonly name: string;
  /** Without a trailing slash, its version path included. */
  readonly base: string;
  readonly key: string | undefined;
  readonly keyHeader: KeyHeader;
  /** Patterns of the models that it serves, tried in the order of the upstreams. */
  readonly models: readonly RegExp[];
  readonly completionsMode: 'auto' | 'native' | 'chat';
  /** Whether a caller's own key may go there. */
  readonly clientKeys: boolean;
  /** Time limits in milliseconds; 0 is none. */
  readonly headersMs: number;
  readonly firstContentMs: number;
  readonly idleMs: number;
}

/** The name of the upstream that the OPENAI_* settings describe. */
export const DEFAULT_UPSTREAM = 'default';

/** A model's name with `*` for any characters, as a pattern for whole names. */
export function modelPattern(glob: string): RegExp {
  const escaped = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`);
}
