/** Reading an upstream's body into memory, never more than the caller is ready to hold. */
import { concat } from '../http/bytes.ts';
import { answerTooLarge, cutAnswer } from '../http/upstream-failure.ts';

/** How reading ended: the whole body, one that broke off, one larger than the limit, or one that fell silent. */
export type ReadEnd = 'whole' | 'cut' | 'too_large' | 'silent';

/** What was read, as text. */
export interface ReadText {
  readonly kind: ReadEnd;
  readonly text: string;
}

/** What was read, byte for byte. */
export interface ReadBytes {
  readonly kind: ReadEnd;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Time limits in milliseconds; 0 or none is off. */
export interface ReadLimits {
  /** For the whole body: one that takes longer counts as cut. */
  readonly totalMs?: number;
  /** For the silence between two pieces. */
  readonly silenceMs?: number;
}

/** Reads a body as UTF-8, up to `limitBytes`; what is beyond is not read, and its source is stopped. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
  limits?: ReadLimits,
): Promise<ReadText> {
  const { kind, bytes } = await readBytes(body, limitBytes, limits);
  return { kind, text: new TextDecoder().decode(bytes) };
}

/** Reads a body up to `limitBytes`, and no longer than the limits allow; what is beyond is not read. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
  { totalMs = 0, silenceMs = 0 }: ReadLimits = {},
): Promise<ReadBytes> {
  if (body === null) return { kind: 'whole', bytes: new Uint8Array() };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let expired: ReadEnd | undefined;
  const stop = () => reader.cancel().catch(() => undefined);
  const expireAfter = (ms: number, end: ReadEnd) =>
    ms === 0
      ? undefined
      : setTimeout(() => {
          expired = end;
          stop();
        }, ms);
  const total = expireAfter(totalMs, 'cut');
  let silence = expireAfter(silenceMs, 'silent');
  const read = (kind: ReadEnd) => ({ kind, bytes: concat(chunks) });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return read(expired ?? 'whole');
      if (silence !== undefined) {
        clearTimeout(silence);
        silence = expireAfter(silenceMs, 'silent');
      }
      length += value.length;
      if (length > limitBytes) {
        await stop();
        return read('too_large');
      }
      chunks.push(value);
    }
  } catch {
    return read(expired ?? 'cut');
  } finally {
    if (total !== undefined) clearTimeout(total);
    if (silence !== undefined) clearTimeout(silence);
  }
}

/**
 * What an answer may hold that is converted as a whole, in bytes. The longest answers of models have a megabyte or two
 * as a stream; its chunks as objects take several times that, and an isolate has 128 MB for all its requests.
 */
const CONVERTED_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The text of an answer.
 * @throws {GatewayError} 502 for one that is too large, or that breaks off.
 */
export async function wholeText(answer: Pick<Response, 'body'>): Promise<string> {
  const { kind, text } = await boundedText(answer);
  if (kind === 'cut') throw cutAnswer();
  return text;
}

/**
 * The text of an answer as far as it came.
 * @param silenceMs how long it may be silent, in milliseconds; 0 for ever.
 * @throws {GatewayError} 502 for one that is too large.
 */
export async function boundedText(answer: Pick<Response, 'body'>, silenceMs = 0): Promise<ReadText> {
  const read = await readText(answer.body, CONVERTED_LIMIT_BYTES, { silenceMs });
  if (read.kind === 'too_large') throw answerTooLarge();
  return read;
}

/** A refusal is a few words for people; what is beyond says nothing. */
const REFUSAL_LIMIT_BYTES = 64 * 1024;

/** The text of a refusal, as far as it is worth reading. */
export async function refusalText(answer: Response): Promise<string> {
  return (await readText(answer.body, REFUSAL_LIMIT_BYTES)).text;
}
