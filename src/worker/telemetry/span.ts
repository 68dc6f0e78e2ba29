/** A span that has ended: plain data, with nothing of what was asked or answered. */

/** Names of the semantic conventions, and plain values. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** The numbers of OTLP's enumeration. */
export const SPAN_KIND = { server: 2, client: 3 } as const;

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND];
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}
