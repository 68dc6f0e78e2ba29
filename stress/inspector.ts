/** A look into a running isolate by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/v8/). */
import * as z from 'zod';
import { inTime } from './in-time.ts';

/** One connection to an isolate's inspector. */
export interface Inspector extends AsyncDisposable {
  /** Sends a command; what its answer says. Throws the inspector's error. */
  ask(method: string): Promise<unknown>;
}

const answer = z.looseObject({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

/** A full collection of a heap of any size that these runs reach is done much sooner, on a busy machine too. */
const HANG_MS = 60_000;

/** Connects to an isolate. Throws if nobody listens. Whoever stays connected may keep objects alive: look, and leave. */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  const opened = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()));
  await Promise.race([opened, closed.then(() => Promise.reject(new Error(`No inspector at ${url}.`)))]);

  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The inspector hung up.'));
  });
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    // The inspector's events have no id.
    const parsed = answer.safeParse(JSON.parse(String(data)));
    if (!parsed.success) return;
    const { id, result, error } = parsed.data;
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(`The inspector: ${error.message}`));
    waiting.delete(id);
  });
  return {
    ask: (method) => {
      sent += 1;
      const coming = Promise.withResolvers<unknown>();
      waiting.set(sent, coming);
      socket.send(JSON.stringify({ id: sent, method }));
      return inTime(coming.promise, HANG_MS, `The inspector never answered to ${method}.`);
    },
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await closed;
    },
  };
}
