/** For the debug log alone: the usage of an answer that would otherwise pass unseen. */

import { readUsage } from '../completions/usage.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import type { UpstreamContext } from './context.ts';

/** Logs the usage of an answer that has come to its end. */
export function logEnd(answer: unknown, { log }: UpstreamContext): void {
  log('answer_end', { end: 'whole', ...readUsage(isRecord(answer) ? answer['usage'] : undefined) });
}

/** A longer answer is not looked into. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The same answer, looked at as it passes; its usage is logged at its end. A second branch beside it would read on
 * after the client has left, and keep the upstream at work.
 */
export function logUsage(upstream: Response, context: UpstreamContext): Response {
  if (upstream.body === null) return upstream;
  const decoder = new TextDecoder();
  let text = '';
  const watched = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      if (text.length < LIMIT_BYTES) text += decoder.decode(chunk, { stream: true });
    },
    flush() {
      logEnd(parseJson(text + decoder.decode()), context);
    },
  });
  return new Response(upstream.body.pipeThrough(watched), upstream);
}
