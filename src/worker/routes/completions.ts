/** `POST /v1/completions`: untouched where the upstream has the endpoint, translated to chat where it has not. */
import { Hono } from 'hono';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { ownOrigin } from '../access/origin.ts';
import { answerQuestion } from '../assistant/answer.ts';
import { modelOf } from '../completions/defaults.ts';
import type { AppEnv } from '../env.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { keepNothing } from '../middleware/keep-nothing.ts';
import { serveModel } from '../routing/serve-model.ts';
import { completionRequestSchema } from '../text-via-chat/schema.ts';
import { planTranslation, serveCompletion, translatedCompletion } from '../text-via-chat/serve.ts';
import { upstreamContext } from './upstream-context.ts';

export const completions = new Hono<AppEnv>().post(
  '/v1/completions',
  identify,
  readJson(completionRequestSchema),
  keepNothing,
  validJson(completionRequestSchema),
  (c) => {
    const request = c.req.valid('json');
    const context = upstreamContext(c);
    const client = { headers: c.get('headers'), query: c.get('query') };
    const body = c.get('body');
    const scan = c.get('scan');
    const asked = modelOf(request, context.settings);
    if (asked === ASSISTANT_MODEL) {
      const pages = ownOrigin(c.req.raw);
      const call = { request, model: ASSISTANT_MODEL, body, scan, client, context };
      return translatedCompletion(planTranslation(call), call, (text, by, options, each) =>
        answerQuestion({ body: text, client: by, options, pages }, each),
      );
    }
    return serveModel(
      asked,
      context,
      (model, at) => serveCompletion({ request, model, body, scan, client, context: at }),
      { endpoint: 'completions', body },
    );
  },
);
