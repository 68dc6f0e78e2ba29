/** The behaviours of several gateways, each before a fake upstream of its own. */
import type { Contender } from '../../bench/contender.ts';
import { respond } from '../../test/support/answers.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { messageOf } from '../message-of.ts';
import { type Behaviours, behavioursOf } from './behaviours.ts';
import { COMPLETION } from './fault.ts';

/** One gateway and what it does; a reason in place of it where it did not start. */
export interface Seen {
  readonly contender: string;
  readonly behaviours: Behaviours | undefined;
  readonly reason?: string;
}

/** Tries them in turn. */
export async function behavioursOfAll(
  contenders: readonly ((upstream: string) => Contender)[],
): Promise<Seen[]> {
  const all: Seen[] = [];
  for (const contenderBefore of contenders) all.push(await seenOf(contenderBefore));
  return all;
}

async function seenOf(contenderBefore: (upstream: string) => Contender): Promise<Seen> {
  const upstream = await startUpstream();
  // Some say hello to their upstream when they start.
  upstream.always(respond(COMPLETION));
  const { name: contender, start, form } = contenderBefore(upstream.url);
  try {
    await using stack = new AsyncDisposableStack();
    const { url } = stack.adopt(await start(upstream.url), ({ close }) => close());
    const { path, headers } = form;
    return { contender, behaviours: await behavioursOf({ url, path, headers, upstream }) };
  } catch (error) {
    return { contender, behaviours: undefined, reason: messageOf(error) };
  } finally {
    // Whatever a stranger did to its upstream is told above, and breaks nothing here.
    await upstream.close().catch(() => undefined);
  }
}
