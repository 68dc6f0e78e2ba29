/**
 * What an address brings along: `/?q=…&model=…` fills the message field and chooses the model, in a temporary chat with
 * `temporary-chat=true`. It never sends.
 */

import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { type App, translate } from '../app/app.ts';
import { NOTHING_WRITTEN, readDraft, writeDraft } from './drafts.ts';
import { type ChatSetup, setupAtStart } from './setup.ts';
import { setNext } from './setup-changes.ts';

export interface Brought {
  /** The question; empty where there is none. */
  readonly question: string;
  /** Who is to answer it; empty where the address does not say. */
  readonly setup: Pick<ChatSetup, 'mode' | 'model'>;
  /** The conversation is not to be stored. */
  readonly temporary: boolean;
}

const LONGEST_MODEL = 200;

/** Reads the query of an address. Pure. */
export function broughtBy(search: string): Brought {
  const query = new URLSearchParams(search);
  const model = query.get('model')?.trim() ?? '';
  const isName = model !== '' && model.length <= LONGEST_MODEL && !/[\s\p{Cc}\p{Cf}]/u.test(model);
  return {
    // A field holds line ends and tabs, and no other control characters.
    question: (query.get('q') ?? '').replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, ''),
    temporary: query.get('temporary-chat') === 'true',
    setup: !isName ? {} : model === ASSISTANT_MODEL ? { mode: 'assistant' } : { mode: 'openai', model },
  };
}

/**
 * Lays what the address brings into the chat that is yet to be, and takes it out of the address: a reload must not bring
 * it over what was written since. What was written there before can be had back.
 */
export async function fillFromAddress(app: App): Promise<void> {
  const { question, setup, temporary } = broughtBy(location.search);
  history.replaceState(null, '', question || temporary ? '/' : `/${location.hash}`);
  const { next, preferences } = app.state.get();
  if (temporary) {
    const { startTemporaryChat } = await import('../temporary/start-temporary.ts');
    const chat = await startTemporaryChat(app, setupAtStart({ ...next, ...setup }, preferences));
    writeDraft(app, chat.id, { ...NOTHING_WRITTEN, text: question });
    return;
  }
  setNext(app, { ...next, ...setup });
  if (!question) return;
  const before = await readDraft(app, '');
  writeDraft(app, '', { ...before, text: question });
  if (before.text.trim() === '' || before.text === question) return;
  const undo = () => {
    app.state.set({ toast: null });
    const field = document.getElementById('composer');
    if (app.state.get().open !== null || !(field instanceof HTMLTextAreaElement)) {
      writeDraft(app, '', before);
      return;
    }
    field.value = before.text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
  app.state.set({ toast: { text: translate(app, 'draftReplaced'), undo } });
}
