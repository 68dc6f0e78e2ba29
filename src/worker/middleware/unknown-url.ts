/** Paths that lead nowhere. */
import { GatewayError } from '../http/errors.ts';
import { REFUSED_PATH } from '../http/path.ts';

/** A 404 in OpenAI's words, with the base URL that clients should be given. The path is not echoed: it may hold anything. */
export function unknownUrl(method: string, path: string): GatewayError {
  const what =
    path === REFUSED_PATH
      ? 'The path of the URL is malformed.'
      : `Unknown request URL for ${method}. The API of this gateway lives under /v1: give clients a base URL that ends in /v1.`;
  return new GatewayError({ status: 404, code: 'unknown_url', message: what });
}
