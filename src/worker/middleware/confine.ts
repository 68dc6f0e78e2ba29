/** Nothing that an upstream answers runs on the page's origin: what keeps the API's answers from being pages. */
import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { isJson, mediaType } from '../http/media-type.ts';

/** What a browser would run as code of the page (https://fetch.spec.whatwg.org/#concept-request-destination). */
const CODE = /^(?:script|json|style|xslt|manifest|(?:shared|service)?worker|(?:audio|paint)worklet)$/;

/** What a browser would show as a document of its own. */
const DOCUMENT = /^(?:document|i?frame|fencedframe|embed|object)$/;

/** What shows itself harmlessly when somebody opens its address; anything else is offered as a download. */
const SHOWN = /^(?:text\/(?:plain|event-stream|csv)|image\/(?!svg)[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/**
 * Refuses a request by which a browser would run the answer as code of the page: no program asks for an API so.
 * @throws {GatewayError} 403 `destination_refused`.
 */
export function refuseCode(c: Context<AppEnv>): void {
  const headers = c.get('headers');
  const isWorker = headers.get('service-worker') === 'script';
  if (!isWorker && !CODE.test(headers.get('sec-fetch-dest') ?? '')) return;
  throw new GatewayError({
    status: 403,
    code: 'destination_refused',
    message:
      'An answer of this API is no script, style or worker of a page. Ask for it by fetch(), or with any HTTP client.',
  });
}

/** Makes a download of what a browser would render. */
export function offerDownload(c: Context<AppEnv>): void {
  const destination = c.get('headers').get('sec-fetch-dest');
  if (destination === undefined || destination === null || !DOCUMENT.test(destination)) return;
  const { headers } = c.res;
  const type = mediaType(headers.get('content-type'));
  if (!isJson(type) && !SHOWN.test(type)) headers.set('content-disposition', 'attachment');
}
