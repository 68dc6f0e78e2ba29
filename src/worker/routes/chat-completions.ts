/** `POST /v1/chat/completions`: the body's bytes go upstream, the answer's bytes come back. */
import { Hono } from 'hono';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { ownOrigin } from '../access/origin.ts';
import { answerQuestion } from '../assistant/answer.ts';
import { chatRequestSchema, choicesOf, wantsUsage } from '../completions/chat-request.ts';
import { modelOf } from '../completions/defaults.ts';
import type { AppEnv } from '../env.ts';
import { requireParseable } from '../http/parsed-body.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { keepNothing } from '../middleware/keep-nothing.ts';
import { resumable } from '../middleware/resumable.ts';
import { serveModel } from '../routing/serve-model.ts';
import { relayChatAnswer } from '../upstream/answer.ts';
import { fillRequest, withFilled } from '../upstream/completion-call.ts';
import { callUntilStarted } from '../upstream/started-call.ts';
import { upstreamContext } from './upstream-context.ts';

export const chatCompletions = new Hono<AppEnv>().post(
  '/v1/chat/completions',
  identify,
  readJson(chatRequestSchema),
  keepNothing,
  validJson(chatRequestSchema),
  resumable,
  (c) => {
    const request = c.req.valid('json');
    const body = c.get('body');
    const path = c.req.path;
    const context = upstreamContext(c);
    const client = { headers: c.get('headers'), query: c.get('query') };
    const asked = modelOf(request, context.settings);
    const options = {
      stream: request.stream === true,
      includeUsage: wantsUsage(request),
      choices: choicesOf(request),
    };
    context.log('chat', { model: asked.slice(0, 128), stream: options.stream });
    if (asked === ASSISTANT_MODEL) {
      requireParseable(body, c.get('scan'));
      const text = new TextDecoder().decode(body);
      return answerQuestion({ body: text, client, options, pages: ownOrigin(c.req.raw) }, context);
    }

    return serveModel(
      asked,
      context,
      async (model, at) => {
        const call = fillRequest({ request, model, body, path, client }, at);
        const upstream = await callUntilStarted(call.request, at);
        return withFilled(await relayChatAnswer(upstream, options, at), call.filled);
      },
      { endpoint: 'chat/completions', body },
    );
  },
);
