/** Asking and answering: send, stop, ask again, edit into a branch, continue what was cut. */
import { type Answer, NO_ANSWER } from '../api/answer.ts';
import { converse, type Ending } from '../api/converse.ts';
import { chatRequest } from '../api/request.ts';
import { newId } from '../conversation/identity.ts';
import { branch, youngestLeaf } from '../conversation/tree.ts';
import { titleFrom } from '../conversation/title.ts';
import type { Chat, Figures, Message, MessageState, Stamp } from '../conversation/types.ts';
import { type App, announce, showMessage, translate } from './app.ts';
import { openChat, patchChat } from './chats.ts';
import { liveAnswer } from './live.ts';
import { saver } from './saving.ts';
import { stampFor } from './stamp.ts';

/** Sends a question at the end of the shown branch, in a new chat where none is open. */
export async function send(app: App, text: string): Promise<void> {
  const { open, chats } = app.state.get();
  const chat = chats.find(({ id }) => id === open) ?? (await startChat(app, text));
  await ask(app, chat.id, chat.leaf, text);
}

/** Asks the question again in other words: a new branch beside the old one. */
export async function editQuestion(app: App, question: Message, text: string): Promise<void> {
  app.state.set({ editing: null });
  await ask(app, question.chat, question.parent, text);
}

/** Another answer to the same question, beside the old one. */
export async function regenerate(app: App, answer: Message, stamp?: Stamp): Promise<void> {
  if (answer.parent !== null) await answerTo(app, answer.chat, answer.parent, stamp);
}

/** A question that has no answer yet gets one. */
export async function resend(app: App, question: Message): Promise<void> {
  await answerTo(app, question.chat, question.id);
}

export function stop(app: App, answer: string): void {
  app.live.get(answer)?.stop();
}

/** Shows another version; the branch below it is the youngest. */
export async function showVersion(app: App, version: Message): Promise<void> {
  await patchChat(app, version.chat, { leaf: youngestLeaf(app.state.get().messages, version.id) });
}

/** A new chat that begins with the last turns of one that has become too long, and asks its question again. */
export async function continueInNewChat(app: App, answer: Message): Promise<void> {
  const path = branch(app.state.get().messages, answer.parent);
  const question = path.at(-1);
  if (!question) return;
  const earlier = path.slice(-3, -1);
  const chat = await startChat(app, question.text);
  let parent: string | null = null;
  for (const turn of earlier) {
    const copy: Message = { ...turn, id: newId(), chat: chat.id, parent };
    await app.keeper.put('messages', copy);
    showMessage(app, copy);
    parent = copy.id;
  }
  await ask(app, chat.id, parent, question.text);
}

async function startChat(app: App, question: string): Promise<Chat> {
  const now = Date.now();
  const id = newId();
  const chat = { id, title: titleFrom(question), named: false, pinned: false, created: now, updated: now, leaf: null };
  app.state.set({ chats: [...app.state.get().chats, chat] });
  await app.keeper.put('chats', chat);
  await openChat(app, id);
  return chat;
}

async function ask(app: App, chat: string, parent: string | null, text: string): Promise<void> {
  const question: Message = { id: newId(), chat, parent, role: 'user', text, at: Date.now(), state: 'done' };
  showMessage(app, question);
  void app.keeper.put('messages', question);
  void patchChat(app, chat, { leaf: question.id, updated: question.at });
  await answerTo(app, chat, question.id);
}

async function answerTo(app: App, chat: string, question: string, stamp?: Stamp): Promise<void> {
  const { preferences, session } = app.state.get();
  await receive(app, {
    id: newId(),
    chat,
    parent: question,
    role: 'assistant',
    text: '',
    at: Date.now(),
    state: 'writing',
    stamp: stamp ?? stampFor(preferences, session),
  });
}

/**
 * Goes on with a cut answer in its own row. The knowledge base gives the same answer again, so the question is
 * simply repeated and the text shown so far stands until the repetition has passed it; a model is asked to continue.
 */
export async function continueAnswer(app: App, cut: Message): Promise<void> {
  const { failure: _, ...answer } = cut;
  await receive(app, { ...answer, state: 'writing' });
}

/** Receives an answer into its row, from the first byte to the last save. */
async function receive(app: App, row: Message): Promise<void> {
  const history = branch(app.state.get().messages, row.parent);
  const stamp = row.stamp ?? stampFor(app.state.get().preferences, app.state.get().session);
  const repeats = stamp.speaker === 'knowledge';
  const before: Answer = { ...NO_ANSWER, text: row.text, reasoning: row.reasoning ?? '' };
  const unfinished = row.text && !repeats ? { text: row.text, ask: translate(app, 'pleaseContinue') } : undefined;
  const request = chatRequest(history, stamp, app.state.get().key.value, unfinished);

  const abort = new AbortController();
  const live = liveAnswer(() => abort.abort(), before);
  const release = app.tabs.hold(row.id);
  app.live.set(row.id, live);
  let current: Message = { ...row, stamp };
  const deleted = () => !app.state.get().chats.some(({ id }) => id === row.chat);
  const save = () => {
    if (deleted()) return;
    current = withText(current, live.get());
    void app.keeper.put('messages', current).then(() => app.tabs.tell({ type: 'chat', chat: row.chat }));
  };
  const saves = saver(save);
  app.state.set({ answering: new Set(app.state.get().answering).add(row.id) });
  showMessage(app, current);
  announce(app, translate(app, 'answering'));
  void app.keeper.put('messages', current);
  void patchChat(app, row.chat, { leaf: row.id, updated: Date.now() });

  const started = performance.now();
  let firstToken: number | null = null;
  let received = NO_ANSWER;
  const ending = await converse(request, abort.signal, {
    begun(speaker) {
      if (!speaker) return;
      current = { ...current, stamp: { ...stamp, speaker } };
      showMessage(app, current);
    },
    grown(answer) {
      received = answer;
      if (answer.text || answer.reasoning) firstToken ??= performance.now();
      live.grow(repeats ? afterRepetition(before, answer) : joined(before, answer));
      saves.touch();
    },
  });

  saves.end();
  const figures = figuresOf(received, started, firstToken, performance.now());
  current = ended(withText(current, live.get()), ending, figures, received.finish);
  if (!deleted()) await app.keeper.put('messages', current);
  app.live.delete(row.id);
  const answering = new Set(app.state.get().answering);
  answering.delete(row.id);
  app.state.set({ answering });
  showMessage(app, current);
  release();
  app.tabs.tell({ type: 'chat', chat: row.chat });
  if (current.state === 'done') announce(app, current.text);
  else if (current.state !== 'failed') announce(app, translate(app, current.state === 'stopped' ? 'stopped' : 'interrupted'));
}

function joined(before: Answer, answer: Answer): Answer {
  return { ...answer, text: before.text + answer.text, reasoning: before.reasoning + answer.reasoning };
}

/** The text so far stands while the repetition is still a part of it. */
export function afterRepetition(before: Answer, answer: Answer): Answer {
  return before.text.startsWith(answer.text) ? { ...answer, text: before.text } : answer;
}

function withText(row: Message, { text, reasoning }: Answer): Message {
  return { ...row, text, ...(reasoning && { reasoning }) };
}

function ended(row: Message, ending: Ending, figures: Figures, finish: string | null): Message {
  const states: Record<Ending['type'], MessageState> = {
    whole: 'done',
    stopped: 'stopped',
    interrupted: 'interrupted',
    failed: 'failed',
  };
  const { finish: _, ...before } = row;
  return {
    ...before,
    state: states[ending.type],
    ...(row.text && { figures }),
    ...(ending.type === 'failed' && { failure: ending.failure }),
    ...((finish === 'length' || finish === 'content_filter') && { finish }),
  };
}

function figuresOf(answer: Answer, started: number, firstToken: number | null, now: number): Figures {
  return {
    totalMs: Math.round(now - started),
    ...(firstToken !== null && { firstTokenMs: Math.round(firstToken - started) }),
    ...(answer.promptTokens !== undefined && { promptTokens: answer.promptTokens }),
    ...(answer.completionTokens !== undefined && { completionTokens: answer.completionTokens }),
  };
}
