/** An upstream's answer as one text, for what has to be converted as a whole. */

import { answerTooLarge, cutAnswer } from '../http/upstream-failure.ts';
import { type ReadText, readText } from './read.ts';

/**
 * What an answer may hold that is converted as a whole, in bytes. The longest answers of models have a megabyte or two
 * as a stream; its chunks as objects take several times that, and an isolate has 128 MB for all its requests.
 */
const CONVERTED_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The text of an answer.
 * @throws {GatewayError} 502 for one that is too large, or that breaks off.
 */
export async function wholeText(answer: Response): Promise<string> {
  const { kind, text } = await boundedText(answer);
  if (kind === 'cut') throw cutAnswer();
  return text;
}

/**
 * The text of an answer as far as it came.
 * @param silenceMs how long it may be silent, in milliseconds; 0 for ever.
 * @throws {GatewayError} 502 for one that is too large.
 */
export async function boundedText(answer: Response, silenceMs = 0): Promise<ReadText> {
  const read = await readText(answer.body, CONVERTED_LIMIT_BYTES, { silenceMs });
  if (read.kind === 'too_large') throw answerTooLarge();
  return read;
}
