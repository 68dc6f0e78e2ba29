/** The recorded answers, cut behind every byte in every way in which a body may end. */
import { EVENT_STREAM, streamBytes } from '../../test/support/answers.ts';
import type { Script } from '../../test/support/upstream.ts';
import { type Fault, NEVER_WHOLE, REFUSED, STREAM, WHOLE } from './fault.ts';

/** The ways in which a body may end behind its first bytes. The last two look like an end to HTTP. */
const CUTS: readonly (readonly [name: string, script: (body: Uint8Array) => Script])[] = [
  [
    'broken off',
    (body) => async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(body);
      exchange.cut();
    },
  ],
  [
    'reset',
    (body) => async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(body);
      exchange.reset();
    },
  ],
  ['ended', (body) => streamBytes(body.length === 0 ? [] : [body])],
  ['closed', (body) => streamBytes([body], 'close')],
];

/** The recorded stream, cut behind every `step`th byte in each way. */
export function streamCuts(step: number): Fault[] {
  const recorded = Buffer.from(STREAM);
  // Behind the event with the finish reason nothing of the answer is missing.
  const finished = recorded.lastIndexOf('}') + 1;
  const places = Array.from({ length: Math.ceil(recorded.length / step) }, (_, index) => index * step);
  return places.flatMap((at) =>
    CUTS.map(([how, script]) => ({
      name: `stream ${how} at byte ${at}`,
      streamOnly: true,
      script: () => script(recorded.subarray(0, at)),
      right: at < finished ? NEVER_WHOLE : behindTheReason(how === 'reset'),
    })),
  );
}

/**
 * Half an end marker may be taken for a torn event where the answer is put together: safe, if strict. A reset may
 * overtake what was sent before it.
 */
function behindTheReason(reset: boolean): Fault['right'] {
  return reset ? [...WHOLE, ...NEVER_WHOLE] : [...WHOLE, ...REFUSED];
}
