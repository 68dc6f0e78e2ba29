/** The validator for JSON bodies, with every failure in OpenAI's words. */
import { zValidator } from '@hono/zod-validator';
import type * as z from 'zod/mini';
import { invalidBody } from './invalid-body.ts';

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
