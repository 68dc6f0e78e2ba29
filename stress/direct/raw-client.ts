/** A request as somebody would write it with sockets: the answer's bytes as they came. */

import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { call } from '../../test/support/http.ts';
import { inTime } from '../in-time.ts';
import type { Client } from './clients.ts';
import { KEY, QUESTION } from './clients.ts';
import { PATHS } from './form.ts';
import type { Job, Outcome } from './outcome.ts';

/** The headers that say something to whoever reads the answer; the others belong to the connection. */
const HEADERS = ['retry-after', 'x-request-id', 'location'];

/** As text: status, headers and bytes; an error where the body did not come to its end. */
export const RAW: Client = {
  name: 'raw',
  apis: ['chat', 'responses', 'text'],
  ask: async (job) => {
    const unfinished = (message: string, text = ''): Outcome => ({
      kind: 'error',
      name: 'raw',
      message,
      text,
    });
    try {
      const answer = await inTime(call(job.base, request(job)), job.timeoutMs, 'timeout');
      const head = HEADERS.map((name) => `${name}: ${answer.head.header(name) ?? ''}`);
      const text = [
        answer.status,
        ...head,
        '',
        meaning(answer.body, answer.head.header('content-encoding')),
      ].join('\n');
      if (answer.status >= 400)
        return { kind: 'error', name: 'raw', status: answer.status, message: text, text: '' };
      return answer.end === 'complete'
        ? { kind: 'value', text, tools: [], finish: undefined, usage: undefined }
        : unfinished('cut', text);
    } catch (error) {
      return unfinished(error instanceof Error ? error.message : String(error));
    }
  },
};

const UNPACKINGS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  'gzip, gzip': (body) => gunzipSync(gunzipSync(body)),
  br: brotliDecompressSync,
  deflate: (body) => (((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body) : inflateRawSync(body)),
  zstd: zstdDecompressSync,
};

/** A body without the coding that its label names; as it is where it cannot be unpacked. */
function meaning(body: Buffer, label = ''): string {
  try {
    return (UNPACKINGS[label.toLowerCase()]?.(body) ?? body).toString();
  } catch {
    return `cannot be unpacked: ${body.toString('latin1')}`;
  }
}

function request({ api, streamed, model, offersTool }: Job) {
  const question = {
    chat: { messages: [{ role: 'user', content: QUESTION }] },
    responses: { input: QUESTION },
    text: { prompt: QUESTION },
  }[api];
  const tools =
    offersTool && api === 'chat' ? { tools: [{ type: 'function', function: { name: 'add' } }] } : {};
  const usage = streamed && api === 'chat' ? { stream_options: { include_usage: true } } : {};
  return {
    path: PATHS[api],
    headers: {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${KEY}`,
    },
    body: JSON.stringify({ model, ...question, stream: streamed, ...usage, ...tools }),
  };
}
