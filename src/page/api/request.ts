/** What is asked of the API for one turn. Pure: the branch and the settings in, the request out. */
import { ASSISTANT_MODEL, OPENAI_REASONING_MODEL } from '../../shared/contract.ts';
import { type Message, type Stamp, withThinkingFolded } from '../chat/types.ts';
import { membersOf, type RequestParameters, readParameters } from './parameters.ts';

export interface ChatRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The key inside `headers`, to keep it out of everything that is shown. */
  readonly key: string | null;
}

interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: unknown;
}

/**
 * @param history the branch up to and including the question
 * @param role the system prompt; empty for none
 * @param contents what messages with files are sent as, by message
 * @param unfinished the text of a cut answer that is to be continued, with the words that ask for it
 */
export function chatRequest(
  history: readonly Message[],
  stamp: Stamp,
  role: string,
  key: string | null,
  unfinished?: { readonly text: string; readonly ask: string },
  contents?: ReadonlyMap<string, unknown>,
): ChatRequest {
  const turns: Turn[] = history
    .map((message) => ({
      role: message.role,
      content: contents?.get(message.id) ?? withThinkingFolded(message).text,
    }))
    .filter(({ content }) => content !== '');
  if (role.trim() !== '') turns.unshift({ role: 'system', content: role });
  if (unfinished) {
    turns.push({ role: 'assistant', content: unfinished.text }, { role: 'user', content: unfinished.ask });
  }
  const model = stamp.mode === 'assistant' ? ASSISTANT_MODEL : stamp.model;
  const own = stamp.mode === 'openai' && key ? key : null;
  return {
    headers: { 'content-type': 'application/json', ...(own && { authorization: `Bearer ${own}` }) },
    body: bodyWith(
      { model, messages: turns, stream: true, stream_options: { include_usage: true } },
      stamp.mode === 'openai' ? readParameters(stamp) : {},
      model,
    ),
    key: own,
  };
}

/**
 * The request as JSON with its parameters. Extra JSON is put in as it was typed, so that long numbers keep their digits;
 * what it names is left out of the others.
 */
function bodyWith(
  members: Readonly<Record<string, unknown>>,
  { extra, max_tokens, ...plain }: RequestParameters,
  model: string,
): string {
  const names = extra === undefined ? null : membersOf(extra);
  const limit = OPENAI_REASONING_MODEL.test(model.slice(model.lastIndexOf('/') + 1))
    ? 'max_completion_tokens'
    : 'max_tokens';
  const all = { ...members, ...plain, ...(max_tokens !== undefined && { [limit]: max_tokens }) };
  const kept = Object.fromEntries(Object.entries(all).filter(([name]) => !names?.includes(name)));
  const body = JSON.stringify(kept);
  return extra === undefined || names === null ? body : `${body.slice(0, -1)},${extra.trim().slice(1)}`;
}
