/** W3C Trace Context (https://www.w3.org/TR/trace-context/): whose trace a call belongs to, and whether it is recorded. */
import type { Sampler } from '../config/telemetry.ts';
import { hex } from '../http/bytes.ts';

/** Where a call stands in a trace. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The caller's span, 16 hexadecimal digits. */
  readonly parentId: string | undefined;
  readonly isSampled: boolean;
}

/** Version 00; a later one may have more behind the flags. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The lower 56 bits of an id are random (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag). */
const RANDOM_DIGITS = 14;
const RANDOM_VALUES = 2 ** 56;

/** The context that a caller's `traceparent` continues, or a new one where it has none or an invalid one. */
export function traceContext(traceparent: string | null | undefined, sampler: Sampler): TraceContext {
  const [, version, traceId, parentId, flags = '0', more] = TRACEPARENT.exec(traceparent?.trim() ?? '') ?? [];
  const isValid =
    traceId !== undefined &&
    parentId !== undefined &&
    version !== 'ff' &&
    (version !== '00' || more === undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentId);
  if (!isValid) {
    const id = randomId(16);
    return { traceId: id, parentId: undefined, isSampled: isWithin(id, sampler.ratio) };
  }
  const isParentSampled = (Number.parseInt(flags, 16) & 1) === 1;
  const isSampled = sampler.isParentBased ? isParentSampled : isWithin(traceId, sampler.ratio);
  return { traceId, parentId, isSampled };
}

/** The header that tells the next server of a span. */
export function traceparentOf({ traceId, isSampled }: TraceContext, spanId: string): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** A random id as hexadecimal digits; never all zeros. */
export function randomId(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  if (random.every((byte) => byte === 0)) random[0] = 1;
  return hex(random);
}

/** Every server with the same ratio decides alike of a trace. */
function isWithin(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) < ratio * RANDOM_VALUES;
}
