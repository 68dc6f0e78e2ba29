/** `POST /v1/chat/completions`: the body's bytes go upstream, the answer's bytes come back. */
import { Hono } from 'hono';
import { ownOrigin } from '../access/origin.ts';
import { answerQuestion } from '../assistant/answer.ts';
import { chatRequestSchema, choicesOf, wantsUsage } from '../completions/chat-request.ts';
import { modelOf } from '../completions/defaults.ts';
import { ASSISTANT_MODEL } from '../config/models.ts';
import type { AppEnv } from '../env.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { serveModel } from '../routing/serve-model.ts';
import { relayChatAnswer } from '../upstream/answer.ts';
import { upstreamContext } from '../upstream/context.ts';
import { callFilled } from '../upstream/filled-call.ts';

export const chatCompletions = new Hono<AppEnv>().post(
  '/v1/chat/completions',
  identify,
  readJson,
  validJson(chatRequestSchema),
  (c) => {
    const request = c.req.valid('json');
    const body = c.get('body');
    const context = upstreamContext(c);
    const origin = { headers: c.get('headers'), query: c.get('query') };
    const asked = modelOf(request, context.settings);
    const wanted = {
      stream: request.stream === true,
      includeUsage: wantsUsage(request),
      choices: choicesOf(request),
    };
    context.log('chat', { model: asked.slice(0, 128), stream: wanted.stream });
    if (request.model === ASSISTANT_MODEL) {
      const text = new TextDecoder().decode(body);
      return answerQuestion({ body: text, origin, wanted, pages: ownOrigin(c.req.raw) }, context);
    }

    return serveModel({ model: asked, stream: wanted.stream }, context, (model, at) =>
      callFilled({ request, model, body, path: c.req.path, origin }, at, (upstream) =>
        relayChatAnswer(upstream, wanted, at),
      ),
    );
  },
);
