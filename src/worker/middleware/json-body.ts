/** Reading a JSON body: the bytes as they came, under a size limit, before anything judges their content. */

import { zValidator } from '@hono/zod-validator';
import { createMiddleware } from 'hono/factory';
import type * as z from 'zod/mini';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { invalidBody, unreadableBody } from '../http/invalid-body.ts';
import { outlineText } from '../http/json/outline.ts';
import { MemberNames, scanJson } from '../http/json/scan.ts';
import { COUNTED } from '../http/json/tally.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { holdBody } from './held-body.ts';

/** More than one JSON body of the gateway's own endpoints, such as a login, ever needs. */
export const SMALL_BODY_BYTES = 64 * 1024;

/**
 * Keeps the body's bytes as `body` for the upstream and what a scan found in them as `scan`. The text of its outline
 * stands where Hono keeps bodies that were read already: the validator that follows finds it there.
 * @param schema names the members that are looked at; what lies inside others never becomes an object.
 * @param limitBytes a bound of an endpoint of the gateway's own, under MAX_BODY_BYTES. Such a body is read whole: nobody
 * behind the gateway would see what is left out.
 * @throws {GatewayError} 400 `unsupported_content_type`, 415 `unsupported_content_encoding`, 400 `invalid_json`, and
 * what `holdBody` throws.
 */
export function readJson(schema: z.ZodMiniObject, limitBytes?: number) {
  const names = new MemberNames(Object.keys(schema.shape));
  return createMiddleware<AppEnv>(async function readJsonBody(c, next) {
    requireJson(c.get('headers'));
    const body = await holdBody(c, limitBytes ?? Number.POSITIVE_INFINITY);
    try {
      const scan = scanJson(body.bytes, names);
      if (scan.kind !== 'json') throw unreadableBody(scan.kind);
      c.set('body', body.bytes);
      c.set('scan', scan);
      const { bodyCache }: { bodyCache: { text?: unknown } } = c.req;
      bodyCache.text = Promise.resolve(outlineText(body.bytes, scan, COUNTED, limitBytes));
      await next();
    } finally {
      body.release();
    }
  });
}

/** @throws {GatewayError} 400 `unsupported_content_type`, 415 `unsupported_content_encoding`. */
export function requireJson(headers: HeaderFields): void {
  const type = mediaType(headers.get('content-type'));
  if (!isJson(type)) {
    throw new GatewayError({
      status: 400,
      code: 'unsupported_content_type',
      message: `Unsupported content type: ${shown(type)}. This API method only accepts 'application/json' requests: send the header "Content-Type: application/json".`,
    });
  }
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    throw new GatewayError({
      status: 415,
      code: 'unsupported_content_encoding',
      message: 'This endpoint takes uncompressed bodies only: send the JSON without Content-Encoding.',
    });
  }
}

/** Only what has the form of a media type is repeated to the client. */
function shown(type: string): string {
  if (type === '') return 'none was sent';
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) ? `'${type}'` : 'not a media type at all';
}

/**
 * Checks the body against a schema. The handler gets the checked members by `c.req.valid('json')`.
 * A text that is no JSON throws Hono's HTTPException, which the app's error handler words.
 * @throws {GatewayError} 400 that names the parameter.
 */
export function validJson<Schema extends z.ZodMiniObject>(schema: Schema) {
  return zValidator('json', schema, undefined, {
    // No schema here waits for anything, and waiting costs something.
    validationFunction: (each, body) => {
      const result = each.safeParse(body);
      if (!result.success) throw invalidBody(result.error.issues, body);
      return result;
    },
  });
}
