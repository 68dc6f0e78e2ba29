/** How a connection can fail, at each stage of an answer. */
import type { Script } from '../../../test/support/upstream.ts';
import { type Behaviour, changed, family, once } from '../behaviour.ts';
import { bodyOf, saying, send, sendHead } from '../form.ts';

const connection = family('connection');

/** Longer than a good answer takes on a busy machine. */
const PATIENCE_MS = 700;
const patient = { timeoutMs: PATIENCE_MS } as const;

/** Sends the head and this share of the body, in whole events where it is a stream, and ends so. */
const after = (share: number, end: 'cut' | 'reset' | 'stall') =>
  changed((good) => async (exchange) => {
    await sendHead(exchange, good);
    const pieces = good.pieces.length > 1 ? good.pieces : [bodyOf(good)];
    const sent =
      good.pieces.length > 1
        ? pieces.slice(0, Math.floor(pieces.length * share))
        : [bodyOf(good).subarray(0, Math.floor(bodyOf(good).length * share))];
    for (const piece of sent) if (piece.length > 0) await exchange.body(piece);
    if (end === 'cut') exchange.cut();
    // A reset overtakes what was written before it: it waits until the reader has had that.
    if (end === 'reset') setTimeout(() => exchange.reset(), 100);
  });

const always = (script: Script) => () => script;

const halfHead: Script = async (exchange) => {
  await exchange.raw('HTTP/1.1 200 OK\r\ncontent-type: appl');
  exchange.cut();
};

export const CONNECTIONS: readonly Behaviour[] = [
  connection('is not there', (form) => saying(form), { refused: true }),
  connection(
    'resets before its head',
    always((exchange) => exchange.reset()),
  ),
  connection(
    'closes before its head',
    always((exchange) => exchange.cut()),
  ),
  connection('closes in its head', always(halfHead)),
  connection(
    'says no HTTP',
    always(async (exchange) => {
      await exchange.raw('SSH-2.0-OpenSSH_9.6\r\n');
      exchange.cut();
    }),
  ),
  connection(
    'names no status',
    always(async (exchange) => {
      await exchange.raw('HTTP/1.1 OK\r\n\r\n');
      exchange.cut();
    }),
  ),
  connection(
    'resets once',
    once((exchange) => exchange.reset()),
    { retries: 2 },
  ),
  connection(
    'closes once',
    once((exchange) => exchange.cut()),
    { retries: 2 },
  ),
  connection('closes behind its head', after(0, 'cut'), { broken: true }),
  connection('resets behind its head', after(0, 'reset'), { broken: true }),
  connection('closes in the middle', after(0.5, 'cut'), { broken: true }),
  connection('resets in the middle', after(0.5, 'reset'), { broken: true }),
  connection('closes before the end', after(0.99, 'cut'), { broken: 'behind the end' }),
  connection('resets before the end', after(0.99, 'reset'), { broken: 'behind the end' }),
  connection(
    'closes behind the end',
    changed((good) => async (exchange) => {
      await sendHead(exchange, good);
      for (const piece of good.pieces) await exchange.body(piece);
      exchange.cut();
    }),
    { streamed: true, broken: 'behind the end' },
  ),
  connection(
    'promises a byte too much',
    changed((good) => send(good, bodyOf(good).length + 1)),
    { broken: 'behind the end' },
  ),
  connection(
    'closes in a refusal',
    always(async (exchange) => {
      await exchange.head(500, { 'content-type': 'application/json' }, 500);
      await exchange.body('{"error":{"message":"Half');
      exchange.cut();
    }),
    { broken: true, words: 'Half' },
  ),
  connection(
    'is silent',
    always(() => undefined),
    patient,
  ),
  connection('is silent behind its head', after(0, 'stall'), patient),
  connection('is silent in the middle', after(0.5, 'stall'), patient),
];
