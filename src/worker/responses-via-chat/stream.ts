/** A translated response as an event stream. */
import type { ChatCalls } from '../via-chat/chat-call.ts';
import { streamCalls } from '../via-chat/stream.ts';
import type { ResponseTranslator } from './translator.ts';

/** How long a client may hear nothing, in milliseconds: some give up after five minutes, proxies after one. */
const HEARTBEAT_MS = 15_000;

/**
 * Makes the chat call and streams its answer. The client's answer begins once the upstream has said that it answers; a
 * later failure becomes the events `error` and `response.failed`.
 * @param body the chat request as JSON text.
 * @returns the event stream, or the refusal as it is.
 * @throws {GatewayError} what the call throws.
 */
export function streamResponse(
  body: string,
  translator: ResponseTranslator,
  calls: ChatCalls,
): Promise<Response> {
  return streamCalls({
    ...calls,
    translators: [translator],
    bodyOf: () => body,
    form: {
      opening: () => translator.opening(),
      heartbeat: () => translator.heartbeat(),
      heartbeatMs: HEARTBEAT_MS,
      closing: () => translator.closing(),
      failure: (error) => translator.failure(error),
    },
  });
}
