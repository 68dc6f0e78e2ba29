/** An answer that another device has asked for: its conversation here, in which it is taken up. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { type App, showMessage, translate } from '../app/app.ts';
import { patchChat } from '../chats/chats.ts';
import { readAnswerLink } from './answer-link.ts';
import { setupAtStart } from './setup.ts';
import { startChat } from './turns.ts';
import { type Message, newId } from './types.ts';

/**
 * The chat for a link to an answer: the one that has it already, or a new one. Null where the fragment is no such link.
 * The view of the new one takes the answer up, as it does after a reload.
 */
export async function chatOfLink(app: App, hash: string): Promise<string | null> {
  const link = readAnswerLink(hash);
  if (link === null) return null;
  const { stream, model, question } = link;
  const known = (await app.store.all('messages')).find((row) => row.stream?.id === stream);
  if (known) return known.chat;
  const mode = model === ASSISTANT_MODEL ? 'assistant' : 'openai';
  const text = question || translate(app, 'askedElsewhere');
  const setup = setupAtStart({ mode, model }, app.state.get().preferences);
  const chat = await startChat(app, text, setup);
  const at = Date.now();
  const asked: Message = { id: newId(), chat: chat.id, parent: null, role: 'user', text, at, state: 'done' };
  const answer: Message = {
    id: newId(),
    chat: chat.id,
    parent: asked.id,
    role: 'assistant',
    text: '',
    at: at + 1,
    state: 'writing',
    stamp: { mode, model },
    stream: { id: stream, text: 0, reasoning: 0 },
  };
  for (const row of [asked, answer]) {
    showMessage(app, row);
    await app.store.put('messages', row);
  }
  await patchChat(app, chat.id, { leaf: answer.id });
  return chat.id;
}
