/** What a legacy answer says of itself beside its choices. */
import type { RawJson } from '../http/json/lossless.ts';

/** What the upstream said; empty values (Azure's first chunk) count as unsaid. */
export interface AnswerHead {
  readonly id: string | undefined;
  readonly created: number | RawJson | undefined;
  readonly model: string | undefined;
  readonly fingerprint: string | undefined;
}

/** The form it takes in a legacy answer. */
export interface LegacyHead {
  readonly id: string;
  readonly object: 'text_completion';
  readonly created: number | RawJson;
  readonly model: string;
  readonly system_fingerprint?: string;
}

/** What stands in where the upstream says nothing, or where several calls make one answer. */
export interface OwnHead {
  /** Begins with `cmpl-`. */
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
  readonly model: string;
}

/** Reads the head of a chat completion or chunk. */
export function headOf(chunk: Readonly<Record<string, unknown>>): AnswerHead {
  const { created } = chunk;
  const isTime = (typeof created === 'number' && created > 0) || JSON.isRawJSON(created);
  return {
    id: textOf(chunk['id']),
    created: isTime ? created : undefined,
    model: textOf(chunk['model']),
    fingerprint: textOf(chunk['system_fingerprint']),
  };
}

/** The head of the legacy answer. An answer made of several calls has an id of its own. */
export function legacyHead(head: AnswerHead | undefined, own: OwnHead, calls: number): LegacyHead {
  const id = head?.id;
  return {
    id: id === undefined || calls > 1 ? own.id : `cmpl-${id.replace(/^(?:chat)?cmpl-/, '')}`,
    object: 'text_completion',
    created: head?.created ?? own.created,
    model: head?.model ?? own.model,
    ...(head?.fingerprint === undefined ? {} : { system_fingerprint: head.fingerprint }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
