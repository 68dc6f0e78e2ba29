/** Everything that an upstream does in this suite, by family. */
import type { Behaviour } from './behaviour.ts';
import { ERRORS, SUCCESSES } from './families/bodies.ts';
import { CONNECTIONS } from './families/connections.ts';
import { STREAMS, TOOLS, USAGES } from './families/streams.ts';
import { ENCODINGS, FRAMINGS, LABELS, REDIRECTS } from './families/wire.ts';

export const BEHAVIOURS: readonly Behaviour[] = [
  ...SUCCESSES,
  ...ERRORS,
  ...LABELS,
  ...FRAMINGS,
  ...STREAMS,
  ...TOOLS,
  ...USAGES,
  ...CONNECTIONS,
  ...ENCODINGS,
  ...REDIRECTS,
];
