/** The two APIs on which clients talk to a model, and a model behind the fake upstream for each. */
import { callsTools, chatOpening, says, type ToolCall } from './chat-model.ts';
import { respondsCalling, respondsWith, responseOpening } from './responses-model.ts';
import type { Script } from './upstream.ts';

/** One API. Its models answer whole or streamed, as the request asks. */
export interface ModelApi {
  readonly path: string;
  /** Answers with a text. */
  says(text: string): Script;
  /** Answers with a call of a tool. */
  calls(call: ToolCall): Script;
  /** The first bytes of a stream that has said a text and is not over. */
  opening(text: string): string;
}

export const CHAT: ModelApi = {
  path: '/v1/chat/completions',
  says,
  calls: callsTools,
  opening: chatOpening,
};

export const RESPONSES: ModelApi = {
  path: '/v1/responses',
  says: respondsWith,
  calls: respondsCalling,
  opening: responseOpening,
};
