/** `/v1/responses`: untouched where the upstream has it, translated to chat where it has not. */
import { Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, validJson } from '../middleware/json-body.ts';
import { resumable } from '../middleware/resumable.ts';
import { responsesOutlineSchema } from '../responses-via-chat/schema.ts';
import {
  planTranslation,
  responsesStrategy,
  serveResponses,
  translatedResponse,
} from '../responses-via-chat/serve.ts';
import { forgottenResponse, socketRefused } from '../responses-via-chat/state.ts';
import { modelInQuery } from '../routing/asked-model.ts';
import { resolve } from '../routing/resolve.ts';
import { isUpgrade } from '../upstream/websocket.ts';
import { serveBridged } from './bridged.ts';
import { modelComesLater } from './relay.ts';

export const responses = new Hono<AppEnv>()
  .post(
    '/v1/responses',
    identify,
    readJson(responsesOutlineSchema),
    validJson(responsesOutlineSchema),
    resumable,
    (c) =>
      serveBridged(c, c.req.valid('json'), {
        endpoint: 'responses',
        serve: serveResponses,
        serveByChat: (call, chat) => translatedResponse(planTranslation(call), call, chat),
      }),
  )
  // Whoever asks: that there is no WebSocket here is no secret, and clients fall back to plain requests.
  .get('/v1/responses', (c, next) => {
    if (!isUpgrade(c.req.method, c.get('headers'))) return next();
    const { routing } = c.get('settings');
    const model = modelInQuery(c.get('query'));
    if (model === undefined && routing.upstreams.length > 1) throw modelComesLater();
    const [target] = resolve(model ?? '', routing, Math.random);
    if (target !== undefined && responsesStrategy(target, target.model) === 'chat') throw socketRefused();
    return next();
  })
  // What the gateway itself has answered is stored nowhere; any other id is the upstream's.
  .all('/v1/responses/:id{resp_nx[0-9a-f]+}', identify, (c) => refuseForgotten(c.req.param('id')))
  .all('/v1/responses/:id{resp_nx[0-9a-f]+}/:part', identify, (c) => refuseForgotten(c.req.param('id')));

function refuseForgotten(id: string): never {
  throw forgottenResponse(id);
}
