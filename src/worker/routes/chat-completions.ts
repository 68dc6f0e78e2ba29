/** `POST /v1/chat/completions`: the body's bytes go upstream, the answer's bytes come back. */
import { Hono } from 'hono';
import { answerQuestion } from '../assistant/answer.ts';
import { identify } from '../auth/identify.ts';
import { ownOrigin } from '../auth/origin.ts';
import type { AppEnv } from '../env.ts';
import { setMembers } from '../json/members.ts';
import { ASSISTANT_MODEL } from '../models.ts';
import { chatRequestSchema, choicesOf, wantsUsage } from '../request/chat-request.ts';
import { defaultsFor, modelOf } from '../request/defaults.ts';
import { readJson } from '../request/read-json.ts';
import { validJson } from '../request/valid-json.ts';
import { serveModel } from '../routing/serve-model.ts';
import { relayChatAnswer } from '../upstream/answer.ts';
import { callUpstream } from '../upstream/call.ts';
import { upstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';

export const chatCompletions = new Hono<AppEnv>().post(
  '/v1/chat/completions',
  identify,
  readJson,
  validJson(chatRequestSchema),
  (c) => {
    const request = c.req.valid('json');
    const body = c.get('body');
    const context = upstreamContext(c);
    const { settings, payer, log } = context;
    const asked = modelOf(request, settings);
    const wanted = {
      stream: request.stream === true,
      includeUsage: wantsUsage(request),
      choices: choicesOf(request),
    };
    log('chat', { model: asked.slice(0, 128), stream: wanted.stream });
    if (request.model === ASSISTANT_MODEL) {
      const origin = { headers: c.req.raw.headers, query: c.get('query') };
      const text = new TextDecoder().decode(body);
      return answerQuestion({ body: text, origin, wanted, pages: ownOrigin(c.req.raw) }, context);
    }

    return serveModel({ model: asked, stream: wanted.stream }, context, async (model, at) => {
      const filled = defaultsFor(request, model, payer, settings);
      const changed = Object.keys(filled).join(', ');
      const upstream = await callUpstream(
        {
          method: 'POST',
          path: c.req.path,
          query: c.get('query'),
          headers: requestHeaders(c.req.raw.headers, payer.pays === 'client'),
          body: changed === '' ? body : setMembers(body, filled),
        },
        at,
      );
      const answer = await relayChatAnswer(upstream, wanted, at);
      if (changed !== '') answer.headers.set('x-nexcode-filled', changed);
      return answer;
    });
  },
);
