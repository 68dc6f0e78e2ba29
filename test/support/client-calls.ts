/** What the tests of clients share: a picture and a tool to ask about, and a look at what a client sent. */
import type { ClientSurface } from './client-test.ts';
import type { RecordedRequest } from './upstream.ts';

/** The smallest PNG: one pixel. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);

/** The same as the address that clients put into a message. */
export const PICTURE_URL = `data:image/png;base64,${PICTURE.toString('base64')}`;

/** The call that the model makes of the tests' one tool, and what the tool comes to. */
export const ADDITION = { id: 'call_1', name: 'add', arguments: '{"a":1836281973,"b":19973286}' } as const;
export const SUM = 1_856_255_259;

/** The numbers that the model calls the tool with. */
export interface Addends {
  readonly a: number;
  readonly b: number;
}

/** The JSON bodies that have reached the upstream, in order. */
export function bodiesOf(surface: ClientSurface): Record<string, unknown>[] {
  return surface.upstream.exchanges.map(({ request }) => JSON.parse(request.body.toString()));
}

/** A `fetch` for a client that keeps each body as it was handed over, before anything was on the wire. */
export function recordingFetch(): { readonly fetch: typeof fetch; readonly bodies: string[] } {
  const bodies: string[] = [];
  const recording: typeof fetch = (input, init) => {
    if (typeof init?.body === 'string') bodies.push(init.body);
    return fetch(input, init);
  };
  return { fetch: recording, bodies };
}

/** The one file and the texts of a multipart form, as they have reached the upstream. */
export async function formOf(request: RecordedRequest): Promise<{
  readonly name: string;
  readonly bytes: Buffer;
  readonly texts: Readonly<Record<string, string>>;
}> {
  const headers = { 'content-type': request.head.header('content-type') ?? '' };
  const entries = [...(await new Response(Uint8Array.from(request.body), { headers }).formData())];
  const [file, ...others] = entries.flatMap(([, value]) => (value instanceof File ? [value] : []));
  if (file === undefined || others.length > 0) throw new Error('The form does not hold one file.');
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    name: file.name,
    bytes: Buffer.from(await file.arrayBuffer()),
    texts: Object.fromEntries(texts),
  };
}
