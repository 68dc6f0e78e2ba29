/** One fault met by one way of asking, and what must hold whatever the fault is. */

import { respond } from '../../test/support/answers.ts';
import { type Answer, call } from '../../test/support/http.ts';
import type { RecordedRequest, Upstream } from '../../test/support/upstream.ts';
import { inTime } from '../in-time.ts';
import { ASKS, type Ask, type Outcome, outcomeOf } from './asks.ts';
import { COMPLETION, type Fault } from './fault.ts';

/** A gateway under test and its upstream. */
export interface Place {
  readonly url: string;
  readonly log: readonly string[];
  readonly upstream: Upstream;
  readonly serverKey: string;
}

/** Longer than anything takes on a busy machine. */
export const HANG_MS = 30_000;

/**
 * Lets the fault happen to a request.
 * @throws what is wrong with what came of it.
 */
export async function meet(fault: Fault, ask: Ask, place: Place): Promise<Outcome> {
  const { upstream } = place;
  const before = upstream.exchanges.length;
  const { model = 'gpt-test' } = fault;
  const expected = model === 'dead-model' ? 0 : 1;
  if (expected > 0) upstream.reply(fault.script(ask.streamed));
  const answer = await inTime(
    call(place.url, ask.request(model)).catch(() => undefined),
    HANG_MS,
    'The request was never answered.',
  );
  const outcome = outcomeOf(ask, answer);
  const right = ask.relayed ? (fault.relayed ?? fault.right) : fault.right;
  if (!right.includes(outcome)) {
    throw new Error(`${outcome}, where ${right.join(' or ')} is right.\n${answer?.status} ${answer?.text()}`);
  }
  const made = upstream.exchanges.slice(before);
  if (made.length !== expected) throw new Error(`The upstream was asked ${made.length} times.`);
  for (const exchange of made) await inTime(exchange.gone, HANG_MS, 'The upstream was never let go.');
  if (answer !== undefined) refuseLeaks(answer, place.serverKey);
  await serveWell(place);
  return outcome;
}

/** Names the model of good requests alone. */
const GOOD_MODEL = 'gpt-good';

/** Whether the upstream was asked this by `serveWell`. */
export function isGood(request: RecordedRequest): boolean {
  return request.body.includes(GOOD_MODEL);
}

/** The next request, for which nothing goes wrong, must be served. Throws if it is not. */
export async function serveWell({ url, upstream }: Place): Promise<void> {
  const [ask] = ASKS;
  if (ask === undefined) throw new Error('There is no way of asking.');
  upstream.reply(respond(COMPLETION));
  const answer = await inTime(
    call(url, ask.request(GOOD_MODEL)),
    HANG_MS,
    'The next request was never answered.',
  );
  const outcome = outcomeOf(ask, answer);
  if (outcome !== 'whole')
    throw new Error(`The next request: ${outcome} (${answer.status} ${answer.text()})`);
}

function refuseLeaks(answer: Answer, serverKey: string): void {
  const head = answer.head.rawHeaders.map((pair) => pair.join(': ')).join('\n');
  if (`${head}\n${answer.text()}`.includes(serverKey)) throw new Error("The server's key is in the answer.");
  if (/^(?:set-cookie|x-flood.*):/im.test(head))
    throw new Error(`A header passed that has no business to:\n${head}`);
}
