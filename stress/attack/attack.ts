/** What all attacks have in common. */

import { type Answer, call, connect } from '../../test/support/http.ts';
import { API_TOKEN, bearer, CHAT_BODY, JSON_TYPE } from '../../test/support/surface.ts';
import { inTime } from '../in-time.ts';

/** How much is tried: all of it, or what the gate has time for. */
export interface Extent {
  readonly quick: boolean;
}

/** What one kind of attack came to. */
export interface Outcome {
  /** How many attempts were made; none had an effect. */
  readonly attempts: number;
  /** What was seen beside that, in words. */
  readonly seen: string;
}

/** One kind of attack. `run` throws at the first attempt that has an effect, with what was sent and what it did. */
export interface Attack {
  readonly name: string;
  run(extent: Extent): Promise<Outcome>;
}

/** An attempt had an effect, or a caller with every right was not served. */
export class BreachError extends Error {
  override readonly name = 'BreachError';
}

/** Longer than any answer takes on a busy machine: what is not there by then never comes. */
export const HANG_MS = 60_000;

/** Lines that the server printed and that are no steps of its log: an exception that nobody caught. */
export function requireQuiet(log: readonly string[], what: string): void {
  const printed = log.filter((line) => !line.startsWith('{"step":'));
  if (printed.length > 0) throw new BreachError(`${what}: the server printed ${printed.join('\n')}`);
}

/** The small request of somebody who has the server's token. Throws where it is not served. */
export async function requireServed(url: string, what: string, token = API_TOKEN): Promise<void> {
  const parts = {
    path: '/v1/chat/completions',
    headers: { ...JSON_TYPE, ...bearer(token) },
    body: CHAT_BODY,
  };
  const answer = await inTime(call(url, parts), HANG_MS, `${what}: the token's request was never answered.`);
  if (answer.status !== 200) {
    throw new BreachError(`${what}: the token's request was answered ${answer.status} ${answer.text()}`);
  }
}

/** Sends exact bytes on a connection of their own and reads every answer until the server closes it or says no more. */
export async function answersTo(url: string, bytes: Buffer): Promise<Answer[]> {
  await using connection = await connect(url);
  await connection.send(bytes).catch(() => undefined);
  connection.finish();
  const answers: Answer[] = [];
  for (;;) {
    const answer = await connection.answer().catch(() => undefined);
    if (answer === undefined) return answers;
    answers.push(answer);
    if (answer.status === 101) return answers;
  }
}

/** Works on all items, `width` of them at a time. */
export async function eachOf<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
