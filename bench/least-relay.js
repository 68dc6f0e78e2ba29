/**
 * The least that a gateway of this kind can do in a Worker: it reads the body, sends headers of its own, answers with a
 * Response of its own, and tells a stream that was cut. It checks nobody and decides nothing. Its streams pass by a
 * native pipe; the other branch of a tee is read once a second, only to know how the stream ended.
 */

const PAUSE_MS = 1000;
/** A silent stream waits with a small buffer; what has gathered while the reader rested is taken with a large one. */
const SMALL_BYTES = 4 * 1024;
const LARGE_BYTES = 64 * 1024;
const DONE = 'data: [DONE]\n\n';
const DECODER = new TextDecoder('latin1');
const CUT = new TextEncoder().encode(
  '\n\ndata: {"error":{"message":"The answer was cut.","code":"cut"}}\n\n',
);

export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const body = await request.arrayBuffer();
    const answer = await fetch(env.UPSTREAM + pathname + search, {
      method: request.method,
      headers: { 'content-type': 'application/json', authorization: env.AUTHORIZATION },
      ...(body.byteLength > 0 && { body }),
    });
    const type = answer.headers.get('content-type') ?? '';
    const response = { status: answer.status, headers: { 'content-type': type } };
    if (answer.body === null || !type.startsWith('text/event-stream'))
      return new Response(answer.body, response);
    const { readable, writable } = new IdentityTransformStream();
    void relay(answer.body, writable);
    return new Response(readable, response);
  },
};

/** Passes a stream on. Behind one that was cut comes an event that says so; a client that leaves stops the upstream. */
async function relay(stream, writable) {
  const [toClient, tapped] = stream.tee();
  const reader = tapped.getReader({ mode: 'byob' });
  const piped = toClient.pipeTo(writable, { preventClose: true, preventAbort: true }).then(
    () => true,
    () => false,
  );
  const ending = lastBytes(reader, piped);
  const isWhole = (await piped) && (await ending) === DONE;
  const writer = writable.getWriter();
  try {
    if (!isWhole) await writer.write(CUT);
    await writer.close();
  } catch {
    // The client has left: with this branch gone too, the upstream is let go.
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads along in bulk, rests between, and comes to the stream's last bytes, as many as the end marker has. */
async function lastBytes(reader, piped) {
  let last = '';
  let size = SMALL_BYTES;
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) return last;
      last = (last + DECODER.decode(value.subarray(-DONE.length))).slice(-DONE.length);
      const isFull = value.byteLength === size;
      size = isFull ? LARGE_BYTES : SMALL_BYTES;
      if (!isFull) await Promise.race([piped, scheduler.wait(PAUSE_MS)]);
    }
  } catch {
    return '';
  }
}
