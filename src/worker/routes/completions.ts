/** `POST /v1/completions`: untouched where the upstream has the endpoint, translated to chat where it has not. */
import { Hono } from 'hono';
import { ownOrigin } from '../access/origin.ts';
import { answerQuestion } from '../assistant/answer.ts';
import { modelOf } from '../completions/defaults.ts';
import { ASSISTANT_MODEL } from '../config/models.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { serveModel } from '../routing/serve-model.ts';
import { completionRequestSchema } from '../text-via-chat/schema.ts';
import {
  type Asked,
  nativeCompletion,
  planTranslation,
  type Translation,
  translatedCompletion,
} from '../text-via-chat/serve.ts';
import { completionWay, type NativeRefusal, readRefusal } from '../text-via-chat/strategy.ts';
import { upstreamContext } from '../upstream/context.ts';
import { KnownChatModels } from '../upstream/known-chat-models.ts';

/** What this isolate has learned of its upstreams' models. */
const knownChatModels = new KnownChatModels();

export const completions = new Hono<AppEnv>().post(
  '/v1/completions',
  identify,
  readJson,
  validJson(completionRequestSchema),
  (c) => {
    const request = c.req.valid('json');
    const context = upstreamContext(c);
    const origin = { headers: c.get('headers'), query: c.get('query') };
    const body = c.get('body');
    if (request.model === ASSISTANT_MODEL) {
      const pages = ownOrigin(c.req.raw);
      const asked = { request, model: ASSISTANT_MODEL, body, origin, context };
      return translatedCompletion(planTranslation(asked), asked, (text, by, wanted, each) =>
        answerQuestion({ body: text, origin: by, wanted, pages }, each),
      );
    }
    const target = { model: modelOf(request, context.settings), stream: request.stream === true };
    return serveModel(target, context, (model, at) =>
      complete({ request, model, body, origin, context: at }),
    );
  },
);

/** Serves at one target, by the endpoint it has or is known not to have. */
async function complete(asked: Asked): Promise<Response> {
  const { model, request, context } = asked;
  const { base, completionsMode: mode } = context.upstream;
  const knownChat = knownChatModels.has(base, model, Date.now());
  const way = completionWay({ mode, base, model, knownChat });
  context.log('completion', { model: model.slice(0, 128), stream: request.stream === true, way });

  if (way === 'chat') return translatedCompletion(planTranslation(asked), asked);
  const native = await nativeCompletion(asked);
  if (way === 'native' || native.ok) return native;

  const refusal = readRefusal(native.status, await native.clone().text());
  if (refusal === 'other') return native;
  const translation = planAfter(refusal, asked);
  if (translation === undefined) return native;
  context.log('completion_translated', { after: refusal });
  const translated = await translatedCompletion(translation, asked);
  if (refusal === 'chat-model' || translated.ok) knownChatModels.remember(base, model, Date.now());
  return translated;
}

/** What cannot be translated keeps the upstream's refusal, unless that only says that the model is one for chat. */
function planAfter(refusal: NativeRefusal, asked: Asked): Translation | undefined {
  try {
    return planTranslation(asked);
  } catch (error) {
    if (refusal === 'no-endpoint' && error instanceof GatewayError) return undefined;
    throw error;
  }
}
