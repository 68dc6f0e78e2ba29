/** What is left of the issued key that is signed in: looked at when the page opens, and after each answer. */
import type { App } from '../app/app.ts';
import { fetchOwnKey } from '../usage/server.ts';
import { isHolder } from './session.ts';

/** An answer is booked a moment after its end: until then its call counts as open, and the key is looked at again. */
const AGAIN_MS = 700;
const MOST_LOOKS = 4;

/** Keeps `holder` true for as long as the page is open. A look that fails leaves what was seen before. */
export function followKey(app: App): void {
  const { state } = app;
  const look = async (left = MOST_LOOKS) => {
    const holder = await fetchOwnKey().catch(() => undefined);
    if (!holder || !isHolder(state.get().session)) return;
    state.set({ holder });
    const isAnswering = state.get().answering.size > 0;
    if ((holder.openCalls ?? 0) > 0 && left > 1 && !isAnswering) setTimeout(look, AGAIN_MS, left - 1);
  };
  let running = state.get().answering.size;
  state.watch(() => {
    const { answering, session, holder } = state.get();
    const hasEnded = answering.size < running;
    running = answering.size;
    if (holder && !isHolder(session)) state.set({ holder: null });
    else if (hasEnded) void look();
  });
  void look();
}
