/** The chat calls of a translation, for tests of the rules. */
import type { ChatCalls } from '../../src/worker/via-chat/chat-call.ts';

/** What answers a call. */
export type Respond = (body: string, signal: AbortSignal) => Promise<Response>;

/** Calls that are answered so, for a client that stays. */
export function calling(respond: Respond): ChatCalls {
  return {
    call: async (body, signal) => ({ response: await respond(body, signal) }),
    clientGone: new AbortController().signal,
    stopped: undefined,
    outOfTime: undefined,
    idleMs: 0,
    secrets: [],
    onEnd: () => undefined,
  };
}
