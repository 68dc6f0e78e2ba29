/** `POST /v1/chat/completions`: the body's bytes go upstream, the answer's bytes come back. */
import { Hono } from 'hono';
import { identify } from '../auth/identify.ts';
import type { AppEnv } from '../env.ts';
import { setMembers } from '../json/members.ts';
import { chatRequestSchema, wantsUsage } from '../request/chat-request.ts';
import { defaultsFor, modelOf } from '../request/defaults.ts';
import { readJson } from '../request/read-json.ts';
import { validJson } from '../request/valid-json.ts';
import { relayChatAnswer } from '../upstream/answer.ts';
import { callUpstream } from '../upstream/call.ts';
import { upstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';

export const chatCompletions = new Hono<AppEnv>().post(
  '/v1/chat/completions',
  identify,
  readJson,
  validJson(chatRequestSchema),
  async (c) => {
    const request = c.req.valid('json');
    const body = c.get('body');
    const context = upstreamContext(c);
    const { settings, payer } = context;
    const filled = defaultsFor(request, payer, settings);
    const changed = Object.keys(filled).join(', ');
    context.log('chat', { model: modelOf(request, settings).slice(0, 128), stream: request.stream === true });

    const upstream = await callUpstream(
      {
        method: 'POST',
        path: c.req.path,
        query: c.get('query'),
        headers: requestHeaders(c.req.raw.headers, payer.pays === 'client'),
        body: changed === '' ? body : setMembers(body, filled),
      },
      context,
    );
    const answer = await relayChatAnswer(
      upstream,
      {
        stream: request.stream === true,
        includeUsage: wantsUsage(request),
        severalChoices: typeof request.n === 'number' && request.n > 1,
      },
      context,
    );
    if (changed !== '') answer.headers.set('x-nexcode-filled', changed);
    return answer;
  },
);
