/** Whether an answer is what the upstream sent, or says what became of it. */
import { Mistake } from '../mistake.ts';
import type { Fault } from './answers.ts';

/** An answer as the client had it. */
export interface Had {
  readonly status: number;
  readonly bytes: Buffer;
  /** The connection broke before the body's end. */
  readonly isBroken: boolean;
}

/**
 * What a call came to. `told`: a fault that the answer says, or the connection. `closed`: the key's object did not answer
 * in time, so nothing was sent upstream.
 */
export type Outcome = 'whole' | 'told' | 'left' | 'refused' | 'killed' | 'closed';

const STATUSES: Readonly<Partial<Record<Fault, number>>> = { reset: 502, refused: 429, failed: 500 };

/** Reads an answer to its end. */
export async function readAnswer(answer: Response): Promise<Had> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of answer.body ?? []) pieces.push(piece);
  } catch {
    return { status: answer.status, bytes: Buffer.concat(pieces), isBroken: true };
  }
  return { status: answer.status, bytes: Buffer.concat(pieces), isBroken: false };
}

/**
 * What an answer came to.
 * @param expected the upstream's bytes as they would be without a fault.
 * @throws {Mistake} where it is neither the upstream's own nor says what is wrong.
 */
export function judgeAnswer(had: Had, expected: string | Buffer, fault: Fault, isStream: boolean): Outcome {
  const whole = Buffer.from(expected);
  const status = STATUSES[fault];
  if (status !== undefined) {
    if (had.status !== status || !isErrorEnvelope(had.bytes))
      throw wrong(had, `a ${status} in OpenAI's form`);
    return 'told';
  }
  if (fault === 'cut') return judgeCut(had, whole, isStream);
  if (had.status !== 200 || had.isBroken || !had.bytes.equals(whole)) throw wrong(had, 'the whole answer');
  return 'whole';
}

/** A cut stream says so behind what came of it; of a plain answer the status says it, or the broken connection. */
function judgeCut(had: Had, whole: Buffer, isStream: boolean): Outcome {
  if (had.status === 502 && isErrorEnvelope(had.bytes)) return 'told';
  if (!isStream) {
    if (had.status !== 200 || !had.isBroken) throw wrong(had, 'a 502 or a broken connection');
    return 'told';
  }
  const at = Math.floor(whole.length / 2);
  const words = had.bytes.subarray(at).toString();
  const isCut =
    had.status === 200 &&
    !had.isBroken &&
    had.bytes.subarray(0, at).equals(whole.subarray(0, at)) &&
    words.includes('upstream_stream_cut') &&
    !words.includes('[DONE]') &&
    !words.includes('response.completed');
  if (!isCut) throw wrong(had, 'the first half and the word that it was cut');
  return 'told';
}

function isErrorEnvelope(bytes: Buffer): boolean {
  try {
    const { error } = JSON.parse(bytes.toString()) as { error?: { message?: unknown; code?: unknown } };
    return typeof error?.message === 'string' && error.message !== '';
  } catch {
    return false;
  }
}

function wrong({ status, bytes, isBroken }: Had, right: string): Mistake {
  const end = bytes.subarray(-300).toString();
  return new Mistake(
    `Expected ${right}; got ${status} with ${bytes.length} bytes${isBroken ? ' and a broken connection' : ''}, ending ${end}`,
  );
}
