/** Reading a JSON body: the bytes as they came, under a size limit, before anything judges their content. */

import { zValidator } from '@hono/zod-validator';
import { createMiddleware } from 'hono/factory';
import type * as z from 'zod/mini';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { invalidBody } from '../http/invalid-body.ts';
import { outlineOf } from '../http/json/outline.ts';
import { isJson, mediaType } from '../http/media-type.ts';

const decoder = new TextDecoder();

/**
 * Keeps the body's bytes as `body` for the upstream, and their text, without a BOM and with invalid UTF-8 replaced,
 * where Hono keeps bodies that were read already: the validator that follows finds it there. Of a long body that text
 * is the outline, so its members are good for decisions, and for nothing that is sent on.
 * @throws {GatewayError} 400 `unsupported_content_type`, 415 `unsupported_content_encoding`, 413 `request_too_large`,
 * 400 `incomplete_body` where the client stopped in the middle.
 */
export const readJson = createMiddleware<AppEnv>(async function readJsonBody(c, next) {
  requireJson(c.get('headers'));
  const bytes = await boundedBytes(c.req.raw, c.get('settings').maxBodyBytes);
  c.set('body', bytes);
  const { bodyCache }: { bodyCache: { text?: unknown } } = c.req;
  bodyCache.text = Promise.resolve(decoder.decode(outlineOf(bytes)));
  await next();
});

function requireJson(headers: HeaderFields): void {
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
 * A request's body as it came. A declared length decides at once; a body without one is counted as it comes.
 * @throws {GatewayError} 413 `request_too_large`, 400 `incomplete_body` where the client stopped in the middle.
 */
export async function boundedBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = request.headers.get('content-length');
  if (declared !== null) {
    if (Number(declared) > limit) throw tooLarge(limit);
    return new Uint8Array(await request.arrayBuffer().catch(incomplete));
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (cause) {
    incomplete(cause);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Only a client that stops sending makes the reading itself fail. */
function incomplete(cause: unknown): never {
  if (cause instanceof GatewayError) throw cause;
  throw new GatewayError({
    status: 400,
    code: 'incomplete_body',
    message: 'The request body ended before its declared end. Send the request again, whole.',
    cause,
  });
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError({
    status: 413,
    code: 'request_too_large',
    message: `The request body is larger than this gateway reads (MAX_BODY_BYTES is ${limit} bytes). Send less, or let the operator raise the limit.`,
  });
}

/**
 * Checks the body against a schema. The handler gets the checked members by `c.req.valid('json')`.
 * A text that is no JSON throws Hono's HTTPException, which the app's error handler words.
 * @throws {GatewayError} 400 that names the parameter.
 */
export function validJson<Schema extends z.ZodMiniObject>(schema: Schema) {
  return zValidator('json', schema, (result) => {
    if (!result.success) throw invalidBody(result.error.issues, result.data);
  });
}
