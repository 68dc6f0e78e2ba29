/** What `POST /session` takes. Apart from its route, so that the OpenAPI document can be made from it. */
import * as z from 'zod/mini';

/** The body of a login: the server's token, or a key that it has issued. */
export const loginSchema = z.object({ token: z.string() });
