/** What a fault of an upstream is, and the recorded answers that faults are made from. */
import {
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  stream,
  streamBytes,
} from '../../test/support/answers.ts';
import type { Exchange, Script } from '../../test/support/upstream.ts';
import { type Outcome, WORDS } from './asks.ts';

/** One fault. */
export interface Fault {
  readonly name: string;
  /** What the upstream does, for a client that wants a stream or not. */
  readonly script: (streamed: boolean) => Script;
  /** The outcomes that are right. */
  readonly right: readonly Outcome[];
  /** The same where the answer is passed as it is, whatever it says; if it is another one. */
  readonly relayed?: readonly Outcome[];
  /** Only about what the gateway makes of the events: says nothing of an answer that is passed as it is. */
  readonly streamOnly?: boolean;
  /** The model to ask for: its name leads to an upstream with time limits, or to one where nobody listens. */
  readonly model?: 'limited-model' | 'dead-model';
}

export const WHOLE = ['whole'] as const;
export const REFUSED = ['refused'] as const;
export const CUT = ['cut'] as const;
/** The gateway may have sent the head already, or not yet. */
export const NEVER_WHOLE = ['refused', 'cut'] as const;

export const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** The recorded answers: a completion, and the same as a stream. */
export const COMPLETION = chatCompletion({ content: WORDS.join('') });
export const STREAM = events(chatStream(WORDS));

/** The recorded stream in two parts. */
export const BEGINNING = events([
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ content: WORDS[0] }),
]);
export const ENDING = events([chatChunk({ content: WORDS[1] + WORDS[2] }), chatChunk({}, 'stop'), '[DONE]']);

/** The headers and the bytes of the right answer, in the form that was asked for. */
export function answerFor(streamed: boolean): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  return streamed ? { headers: EVENT_STREAM, body: STREAM } : { headers: JSON_TYPE, body: COMPLETION };
}

/** The right answer, in the form that was asked for. */
export function good(streamed: boolean): Script {
  return streamed ? stream(chatStream(WORDS)) : respond(COMPLETION);
}

/** The same for every client. */
export function both(script: Script): Fault['script'] {
  return () => script;
}

/** Part of the right answer, and then something else. */
export function begun(then: (exchange: Exchange) => Promise<void> | void): Fault['script'] {
  return (streamed) => async (exchange) => {
    await exchange.head(200, answerFor(streamed).headers);
    await exchange.body(streamed ? BEGINNING : COMPLETION.slice(0, 40));
    await then(exchange);
  };
}

/** A fault of the events in a stream, which every client gets. Passed as it is, no stream is the JSON that was asked for. */
export function streamFault(name: string, text: string, right: readonly Outcome[]): Fault {
  return { name, script: both(streamBytes([text])), right, relayed: CUT };
}
