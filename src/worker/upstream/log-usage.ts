/** For the debug log alone: the usage of an answer that would otherwise pass unseen. */
import { isRecord, parseJson } from '../json/read.ts';
import type { UpstreamContext } from './context.ts';
import { readText } from './read-text.ts';
import { readUsage } from './usage.ts';

/** A longer answer is not looked into. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** The same answer with a second branch of its body that is read beside it; its usage is logged at the end. */
export function logUsage(upstream: Response, context: UpstreamContext): Response {
  if (upstream.body === null) return upstream;
  const [body, watched] = upstream.body.tee();
  context.waitUntil(
    readText(watched, LIMIT_BYTES).then(({ kind, text }) => {
      const answer = parseJson(text);
      context.log('answer_end', { end: kind, ...readUsage(isRecord(answer) ? answer['usage'] : undefined) });
    }),
  );
  return new Response(body, upstream);
}
