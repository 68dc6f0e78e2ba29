/** Arbitrary requests: an ordinary one with mutated parts, put on the wire byte by byte, and often mutated there too. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { mutatedJson } from './json.ts';
import { METHODS, ODD_HEADERS, PATH_PIECES, seeds } from './seeds.ts';

/** The secrets that a request may carry. */
export interface Credentials {
  readonly apiToken: string;
  readonly clientKey: string;
  readonly session: string;
}

/** A request as it goes over the wire, and what is known of it. */
export interface WireRequest {
  readonly bytes: Buffer;
  readonly method: string;
  readonly path: string;
  /** The body before it was framed. */
  readonly body: Buffer;
  /** Nothing was done to the message as a message: whatever its parts say, it is HTTP and has to be answered as such. */
  readonly sound: boolean;
}

/** What a URI is made of (RFC 3986, appendix A); whole percent-encodings are another question. */
const URI = /^[\w.~:/?#[\]@!$&'()*+,;=%-]*$/;

type Header = readonly [name: string, value: string];

/** Arbitrary requests with these credentials, or none, or odd ones. */
export function wireRequest(credentials: Credentials): fc.Arbitrary<WireRequest> {
  return fc.constantFrom(...seeds(credentials.apiToken)).chain((seed) =>
    fc
      .record({
        method: mostly(seed.method, fc.constantFrom(...METHODS)),
        path: path(seed.path),
        credential: credentialHeaders(credentials),
        odd: fc.array(fc.constantFrom(...ODD_HEADERS), { maxLength: 3 }),
        body: body(seed.body),
        framing: mostly<Framing>('length', fc.constantFrom('chunked', 'short', 'long', 'none')),
        wire: mostly<readonly ByteMutation[]>([], fc.array(byteMutation, { minLength: 1, maxLength: 4 })),
      })
      .map(({ method, path: target, credential, odd, body: bytes, framing, wire }) => {
        const headers: Header[] = [['Host', 'localhost'], ...credential];
        const hasType = odd.some(({ name }) => name === 'Content-Type');
        if (seed.type !== undefined && !hasType) headers.push(['Content-Type', seed.type]);
        headers.push(...(seed.headers ?? []));
        headers.push(...odd.map(({ name, value }) => [name, value] as const));
        const request = frame(`${method} ${target} HTTP/1.1`, headers, bytes, framing);
        const framed = framing === 'length' || framing === 'chunked';
        // The handshake of a WebSocket is one with GET alone.
        const isItself = seed.headers === undefined || method === seed.method;
        return {
          bytes: wire.reduce(mutateBytes, request),
          method,
          path: target,
          body: bytes ?? Buffer.alloc(0),
          sound:
            framed &&
            isItself &&
            wire.length === 0 &&
            URI.test(target) &&
            odd.every((header) => header.framing !== true),
        };
      }),
  );
}

function mostly<Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

function path(usual: string): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...PATH_PIECES), fc.stringMatching(/^[!-~]{0,6}$/));
  const spoiled = fc.array(fc.tuple(piece, fc.nat(40)), { minLength: 1, maxLength: 3 }).map((pieces) =>
    pieces.reduce((text, [inserted, place]) => {
      const at = 1 + (place % text.length);
      return text.slice(0, at) + inserted + text.slice(at);
    }, usual),
  );
  return mostly(usual, spoiled);
}

function credentialHeaders({ apiToken, clientKey, session }: Credentials): fc.Arbitrary<readonly Header[]> {
  return fc.constantFrom<readonly Header[]>(
    [['Authorization', `Bearer ${clientKey}`]],
    [['Authorization', `Bearer ${apiToken}`]],
    [['authorization', `bearer   ${apiToken}`]],
    [
      ['Cookie', session],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
    [['X-Api-Key', apiToken]],
    [['api-key', clientKey]],
    [],
    [['Authorization', 'Bearer dummy']],
    [['Authorization', `Bearer ${apiToken.slice(0, -1)}`]],
    [['Authorization', 'Basic eDp5']],
    [['Authorization', 'Bearer']],
    [['Authorization', `Bearer ${clientKey}, Bearer ${apiToken}`]],
    [['Sec-WebSocket-Protocol', `realtime, openai-insecure-api-key.${clientKey}`]],
  );
}

function body(usual: string | undefined): fc.Arbitrary<Buffer | undefined> {
  const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  if (usual === undefined) return mostly<Buffer | undefined>(undefined, anything);
  const json = mutatedJson(usual);
  return fc.oneof(
    { weight: 8, arbitrary: json.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: json.map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')) },
    { weight: 1, arbitrary: json.map((text) => gzipSync(text)) },
    { weight: 1, arbitrary: anything },
  );
}

/** How the body is announced: by its length, in chunks, by too short or too long a length, or not at all. */
type Framing = 'length' | 'chunked' | 'short' | 'long' | 'none';

function frame(
  line: string,
  headers: readonly Header[],
  bytes: Buffer | undefined,
  framing: Framing,
): Buffer {
  const content = bytes ?? Buffer.alloc(0);
  const lines = [line, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  else if (framing !== 'none' && bytes !== undefined) {
    const off = { length: 0, short: -3, long: 7 }[framing];
    lines.push(`Content-Length: ${Math.max(0, content.length + off)}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, ...(framing === 'chunked' ? chunks(content) : [content])]);
}

const CHUNK = 97;

function chunks(content: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const piece = content.subarray(at, at + CHUNK);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return [...pieces, Buffer.from('0\r\n\r\n')];
}

/** The place is a share of the message's length, so that it stays the same place while the rest is made smaller. */
interface ByteMutation {
  readonly kind: 'put' | 'replace' | 'drop' | 'twice' | 'end';
  readonly place: number;
  readonly bytes: Uint8Array;
}

const ODD_BYTES = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\0',
  '\x80\xff',
  ' ',
  ':',
  '\r\nX-Evil: 1',
  '0\r\n\r\nGET /v1/models HTTP/1.1\r\n',
];

const byteMutation: fc.Arbitrary<ByteMutation> = fc.record({
  kind: fc.constantFrom('put', 'replace', 'drop', 'twice', 'end'),
  place: fc.nat(999),
  bytes: fc.oneof(
    fc.constantFrom(...ODD_BYTES.map((text) => new Uint8Array(Buffer.from(text, 'latin1')))),
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
  ),
});

function mutateBytes(message: Buffer, { kind, place, bytes }: ByteMutation): Buffer {
  const at = Math.floor((message.length * place) / 1000);
  const [before, after] = [message.subarray(0, at), message.subarray(at)];
  switch (kind) {
    case 'put':
      return Buffer.concat([before, bytes, after]);
    case 'replace':
      return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
    case 'drop':
      return Buffer.concat([before, after.subarray(bytes.length)]);
    case 'twice':
      return Buffer.concat([before, after.subarray(0, bytes.length * 10), after]);
    case 'end':
      return before;
  }
}
