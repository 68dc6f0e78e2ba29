/** A conversation that has become too long for its model goes on in a new chat with its last turns. */

import { type App, showMessage } from '../app/app.ts';
import { setupOfChat } from './setup-changes.ts';
import { branch } from './tree.ts';
import { adopted, ask, startChat } from './turns.ts';
import { isTemporary, type Message, newId } from './types.ts';

/** How many messages before the question come along. */
const KEPT = 2;

/** Opens the new chat and asks the question of `answer` there again. */
export async function continueInNewChat(app: App, answer: Message): Promise<void> {
  const path = branch(app.state.get().messages, answer.parent);
  const question = path.at(-1);
  if (!question) return;
  const setup = setupOfChat(app, answer.chat);
  const chat = isTemporary(answer.chat)
    ? await (await import('../temporary/start-temporary.ts')).startTemporaryChat(app, setup)
    : await startChat(app, question.text, setup);
  let parent: string | null = null;
  for (const turn of path.slice(-1 - KEPT, -1)) {
    const files = turn.attachments && (await adopted(app, turn.attachments, chat.id));
    const copy: Message = {
      ...turn,
      id: newId(),
      chat: chat.id,
      parent,
      ...(files && { attachments: files }),
    };
    await app.store.put('messages', copy);
    showMessage(app, copy);
    parent = copy.id;
  }
  const { text, attachments = [] } = question;
  await ask(app, chat.id, parent, { text, attachments });
}
