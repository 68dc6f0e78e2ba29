/** What is asked of the API for one turn. Pure: the branch and the settings in, the request out. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { type Message, type Stamp, withThinkingFolded } from '../chat/types.ts';
import { requestMembers } from '../settings/registry.ts';

export interface ChatRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The key inside `headers`, to keep it out of everything that is shown. */
  readonly key: string | null;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/**
 * @param history the branch up to and including the question
 * @param unfinished the text of a cut answer that is to be continued, with the words that ask for it
 */
export function chatRequest(
  history: readonly Message[],
  stamp: Stamp,
  key: string | null,
  unfinished?: { readonly text: string; readonly ask: string },
): ChatRequest {
  const turns: Turn[] = history
    .map((message) => ({ role: message.role, content: withThinkingFolded(message).text }))
    .filter(({ content }) => content !== '');
  if (unfinished) {
    turns.push({ role: 'assistant', content: unfinished.text }, { role: 'user', content: unfinished.ask });
  }
  const own = stamp.mode === 'openai' && key ? key : null;
  return {
    headers: { 'content-type': 'application/json', ...(own && { authorization: `Bearer ${own}` }) },
    body: JSON.stringify({
      model: stamp.mode === 'assistant' ? ASSISTANT_MODEL : stamp.model,
      messages: turns,
      stream: true,
      stream_options: { include_usage: true },
      ...(stamp.mode === 'openai' && requestMembers(stamp)),
    }),
    key: own,
  };
}
