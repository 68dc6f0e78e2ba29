/** Receiving an answer into its row: the request, the growing text, the saves, and how it ended. */

import { RESUMABLE_HEADER } from '../../shared/contract.ts';
import { type Answer, NO_ANSWER } from '../api/answer.ts';
import { converse } from '../api/converse.ts';
import { chatRequest } from '../api/request.ts';
import { type App, announce, showMessage, translate } from '../app/app.ts';
import { nextUpdate, patchChat, refreshChat, reloadMessages } from '../chats/chats.ts';
import { endingOfLogin } from '../login/ended-login.ts';
import type { AnswerLock } from '../storage/tabs.ts';
import { afterRepetition, ended, extrasOf, figuresOf, joined, thoughtMs, withText } from './answer-row.ts';
import { liveAnswer } from './live.ts';
import { saver } from './saving.ts';
import { setupOfChat } from './setup-changes.ts';
import { stampFor } from './stamp.ts';
import { stopped } from './thinking-time.ts';
import { branch, type Messages } from './tree.ts';
import { type Figures, isTemporary, type Message, withThinkingFolded } from './types.ts';

/**
 * Receives an answer into its row, from the first byte to the last save. A row that has text already is gone on with:
 * the knowledge base gives the same answer again, so the question is simply repeated and the text shown so far stands
 * until the repetition has passed it; a model is asked to continue. An answer that the server records is taken up from
 * its beginning, and nothing is asked; where another tab receives it too, that one saves it. Where another tab is
 * receiving an answer that this one would ask for, or has gone on with it since, nothing is asked either.
 */
export async function receive(app: App, asked: Message): Promise<void> {
  const history = branch(await messagesOf(app, asked.chat), asked.parent);
  // Before the row is stored as one that is being written: a row without its lock is taken for abandoned.
  const lock = asked.stream ? app.tabs.hold(asked.id) : await app.tabs.take(asked.id);
  const row = lock && (await rowToReceive(app, asked));
  if (!row) {
    lock?.release();
    return reloadMessages(app);
  }
  const setup = setupOfChat(app, row.chat);
  const stamp = row.stamp ?? stampFor(setup);
  const repeats = stamp.speaker === 'knowledge';
  const taken = row.stream;
  const shown: Answer = { ...NO_ANSWER, ...extrasOf(row), text: row.text, reasoning: row.reasoning ?? '' };
  const before: Answer = taken
    ? {
        ...shown,
        text: shown.text.slice(0, taken.text),
        reasoning: shown.reasoning.slice(0, taken.reasoning),
      }
    : shown;
  const unfinished =
    row.text && !repeats ? { text: row.text, ask: translate(app, 'pleaseContinue') } : undefined;
  const contents = history.some(({ attachments }) => attachments)
    ? await (await import('../attachments/sending.ts')).contentsOf(app, history, stamp)
    : undefined;
  const { key, session } = app.state.get();
  const plain = chatRequest(history, stamp, setup.role, key.value, unfinished, contents);
  // What is temporary here is not kept by the server either.
  const request =
    session?.resumable && !isTemporary(row.chat)
      ? { ...plain, headers: { ...plain.headers, [RESUMABLE_HEADER]: 'true' } }
      : plain;

  const abort = new AbortController();
  const live = liveAnswer(() => abort.abort(), shown, taken !== undefined);
  app.live.set(row.id, live);
  let current: Message = { ...row, stamp };
  const deleted = () => !app.state.get().chats.some(({ id }) => id === row.chat);
  /** Where another tab receives a recorded answer too, that one saves it, as long as it is there. */
  const isSaver = () => !deleted() && (!taken || lock.isMine);
  const save = () => {
    if (!isSaver()) return;
    current = withText(current, live.get());
    void app.store.put('messages', current).then(() => app.tabs.tell({ type: 'chat', chat: row.chat }));
  };
  const saves = saver(save);
  app.state.set({ answering: new Set(app.state.get().answering).add(row.id) });
  showMessage(app, current);
  announce(app, translate(app, 'answering'));
  if (!taken) {
    void app.store.put('messages', current);
    void patchChat(app, row.chat, { leaf: row.id, updated: nextUpdate(app) });
  }

  const started = performance.now();
  let firstToken: number | null = null;
  let received = NO_ANSWER;
  const ending = await converse(
    request,
    abort.signal,
    {
      begun(speaker, declined, id) {
        if (id !== null) {
          const kept = repeats ? NO_ANSWER : before;
          const place = { id, text: kept.text.length, reasoning: kept.reasoning.length };
          current = { ...current, stream: place };
          // A page that goes away from now on can take it up.
          if (!taken) save();
        }
        if (!speaker) return;
        current = { ...current, stamp: { ...stamp, speaker }, ...(declined && { declined }) };
        showMessage(app, current);
      },
      grown(answer) {
        received = answer;
        if (answer.text || answer.reasoning) firstToken ??= performance.now();
        live.grow(
          repeats && !taken
            ? afterRepetition(before, answer)
            : afterRepetition(taken ? shown : NO_ANSWER, joined(before, answer)),
        );
        saves.touch();
      },
    },
    taken?.id,
  );

  const thinking = live.thinking();
  const figures: Figures = {
    ...figuresOf(received, started, firstToken, performance.now()),
    ...thoughtMs(row, thinking && stopped(thinking, performance.now()).ms),
  };
  current = ended(withText(current, live.get()), await endingOfLogin(app, ending), figures, received.finish);
  const isForLater = taken !== undefined && current.failure?.kind === 'session';
  saves.end();
  const isSaved = isSaver();
  if (isSaved && !isForLater) await app.store.put('messages', current);
  app.live.delete(row.id);
  const answering = new Set(app.state.get().answering);
  answering.delete(row.id);
  app.state.set({ answering });
  if (current.failure?.kind === 'session') sessionEnded(app);
  showMessage(app, current);
  if (isSaved || isForLater || deleted()) lock.release();
  app.tabs.tell({ type: 'chat', chat: row.chat });
  if (current.state === 'done') announce(app, current.text);
  else if (current.state !== 'failed')
    announce(app, translate(app, current.state === 'stopped' ? 'stopped' : 'interrupted'));
  if (isSaved || isForLater) return;
  if (deleted()) saveWhenBroughtBack(app, current);
  else await saveAfterOther(app, current, lock);
}

/** A conversation that another tab deleted may be brought back: then with all that came here meanwhile. */
function saveWhenBroughtBack(app: App, ended: Message): void {
  const unwatch = app.state.watch(() => {
    if (!app.state.get().chats.some(({ id }) => id === ended.chat)) return;
    unwatch();
    void saveEnd(app, ended);
  });
}

/** The tab that was to save this answer may have gone away before it did: then this one saves it. */
async function saveAfterOther(app: App, ended: Message, lock: AnswerLock): Promise<void> {
  await lock.mine;
  await saveEnd(app, ended);
  lock.release();
}

/** Stores an answer's end where none is stored. */
async function saveEnd(app: App, ended: Message): Promise<void> {
  await app.store.change('messages', ended.id, (saved) =>
    saved?.state === 'writing' && saved.text.length <= ended.text.length ? ended : undefined,
  );
  app.tabs.tell({ type: 'chat', chat: ended.chat });
  await refreshChat(app, ended.chat);
}

/** The messages of a chat, which the reader may have left meanwhile. */
async function messagesOf(app: App, chat: string): Promise<Messages> {
  const { open, messages, loading } = app.state.get();
  if (open === chat && !loading) return messages;
  const rows = await app.store.ofChat(chat);
  return new Map(rows.map((row): [string, Message] => [row.id, withThinkingFolded(row)]));
}

/**
 * The row as it is stored, which another tab may have gone on with since it was read. Null where that has ended it, or
 * has left it recorded: then it is to be shown or taken up, and not to be asked for.
 */
async function rowToReceive(app: App, asked: Message): Promise<Message | null> {
  const stored = asked.stream ? undefined : await app.store.get('messages', asked.id);
  if (!stored) return asked;
  const { failure: _, ...row } = withThinkingFolded(stored);
  if (row.stream || (row.state === 'done' && row.text !== asked.text)) return null;
  return { ...row, state: 'writing' };
}

/** The server said so itself: there is no need to ask it. */
function sessionEnded(app: App): void {
  const { session } = app.state.get();
  if (session) app.state.set({ session: { ...session, authenticated: false, loginRequired: true } });
}
