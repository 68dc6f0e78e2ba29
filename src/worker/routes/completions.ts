/** `POST /v1/completions`: untouched where the upstream has the endpoint, translated to chat where it has not. */
import { Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { keepNothing } from '../middleware/keep-nothing.ts';
import { completionRequestSchema } from '../text-via-chat/schema.ts';
import { planTranslation, serveCompletion, translatedCompletion } from '../text-via-chat/serve.ts';
import { serveBridged } from './bridged.ts';

export const completions = new Hono<AppEnv>().post(
  '/v1/completions',
  identify,
  readJson(completionRequestSchema),
  keepNothing,
  validJson(completionRequestSchema),
  (c) =>
    serveBridged(c, c.req.valid('json'), {
      endpoint: 'completions',
      serve: serveCompletion,
      serveByChat: (call, chat) => translatedCompletion(planTranslation(call), call, chat),
    }),
);
