/** The chat calls of a translation, for tests of the rules. */
import type { ChatCall, ChatCalls } from '../../src/worker/via-chat/chat-call.ts';

/** Calls that are made so, for a client that stays. */
export function calling(call: ChatCall): ChatCalls {
  return {
    call,
    clientGone: new AbortController().signal,
    stopped: undefined,
    outOfTime: undefined,
    idleMs: 0,
    secrets: [],
    onEnd: () => undefined,
  };
}
