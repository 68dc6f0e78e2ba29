/** Answers that are packed in a way that the runtime's `fetch` does not unpack by itself. */
import { FORMATS } from '../http/packed-body.ts';
import type { Received } from './received.ts';

/** What the runtime unpacks, and names to the upstream as what it accepts; only these exact names. */
const BY_RUNTIME: ReadonlySet<string> = new Set(['', 'identity', 'gzip', 'br']);

/** More layers than anybody packs; each costs memory. */
const MOST_LAYERS = 3;

/**
 * The same answer with its body unpacked and the label taken off, where the upstream used a coding for which nobody
 * had asked. A coding that the platform lacks stays on the body, with its label (see `isPacked`).
 */
export function unpacked(answer: Received): Received {
  const label = answer.headers.get('content-encoding') ?? '';
  if (BY_RUNTIME.has(label) || answer.body === null) return answer;
  const codings = label.split(',').map((coding) => coding.trim().toLowerCase());
  const formats = codings.filter((coding) => coding !== 'identity').map((coding) => FORMATS.get(coding));
  if (formats.length > MOST_LAYERS) return answer;
  let { body } = answer;
  // The last one listed was applied last.
  for (const format of formats.reverse()) {
    if (format === undefined) return answer;
    body = unpackedBody(body, format);
  }
  return answer.withBody(body).withFields({ 'content-encoding': undefined, 'content-length': undefined });
}

/** Whether an answer's body is still packed, so that nothing can be read from it. */
export function isPacked(answer: Received): boolean {
  return !BY_RUNTIME.has(answer.headers.get('content-encoding') ?? '');
}

type Format = 'gzip' | 'deflate' | 'deflate-raw';

/** The relay reads into buffers of its own, which streams of bytes alone allow. */
function unpackedBody(
  packed: ReadableStream<Uint8Array>,
  format: 'gzip' | 'deflate',
): ReadableStream<Uint8Array> {
  const from = packed.getReader();
  let unpacked: Source | undefined;
  const start = async (): Promise<Source> => {
    const first = await from.read();
    const unpacking = new DecompressionStream(formatOf(format, first.value?.[0]));
    const writer = unpacking.writable.getWriter();
    feed(first, from, writer).catch((reason: unknown) => {
      from.cancel(reason).catch(() => undefined);
      writer.abort(reason).catch(() => undefined);
    });
    return unpacking.readable.getReader();
  };
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      unpacked ??= await start();
      const { done, value } = await unpacked.read();
      if (!done) controller.enqueue(value);
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
    cancel: (reason) => from.cancel(reason),
  });
}

type Source = ReadableStreamDefaultReader<Uint8Array>;

async function feed(
  first: Awaited<ReturnType<Source['read']>>,
  from: Source,
  to: ReturnType<DecompressionStream['writable']['getWriter']>,
): Promise<void> {
  for (let step = first; !step.done; step = await from.read()) await to.write(step.value);
  await to.close();
}

/**
 * `deflate` is zlib's format (RFC 1950), whose first byte names its only method, 8, in its low half; some servers send
 * the bare one (RFC 1951), whose first block is never of that kind.
 */
function formatOf(format: 'gzip' | 'deflate', first: number | undefined): Format {
  return format === 'deflate' && first !== undefined && (first & 0x0f) !== 8 ? 'deflate-raw' : format;
}
