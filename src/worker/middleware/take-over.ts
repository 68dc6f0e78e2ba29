/** A request that was handed over to the object which records its answer: it was admitted before. */
import { createMiddleware } from 'hono/factory';
import { type AppEnv, settingsOf } from '../env.ts';
import { handoverOf } from '../resume/handover.ts';

/** Sets `settings`. A server that stops waits until the answer is recorded. */
export const takeOver = createMiddleware<AppEnv>(function takeOverRequest(c, next) {
  c.set('settings', settingsOf(c.env));
  const recorded = handoverOf(c.req.raw)?.recorded;
  if (recorded !== undefined) c.get('underWay')?.holdFor(recorded);
  return next();
});
