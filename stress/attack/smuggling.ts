/**
 * Messages whose end can be read in two ways, and heads that may split: no request that stands inside another is ever
 * made, whoever sends it, and what reaches the upstream is one request with one framing.
 */

import { startGateway } from '../../test/support/gateway.ts';
import { CLIENT_KEY, CLOSED } from '../../test/support/surface.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { answerAnything } from '../fuzz/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Attack, answersTo, BreachError, HANG_MS, requireQuiet, requireServed } from './attack.ts';

const MARK = 'smuggled';

/** What stands inside: it would be served, were it a request. */
const INNER = `POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\nX-Title: ${MARK}\r\nContent-Length: 0\r\n\r\n`;

const size = INNER.length;
const hex = size.toString(16);
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const LENGTH = `Content-Length: ${size}\r\n`;
const END = '0\r\n\r\n';
const CHUNK = `${hex}\r\n${INNER}\r\n${END}`;

/** Headers and body of a message that can be read in two ways. */
const AMBIGUOUS: readonly string[] = [
  // Both framings, or one of them twice or in doubt.
  `Content-Length: ${size + 5}\r\n${CHUNKED}\r\n${END}${INNER}`,
  `${CHUNKED}Content-Length: 4\r\n\r\n${END}${INNER}`,
  `Content-Length: 0\r\n${CHUNKED}\r\n${CHUNK}`,
  `${CHUNKED}Transfer-Encoding: identity\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding: chunked, identity\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding: xchunked\r\n\r\n${INNER}`,
  `Transfer-Encoding: "chunked"\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding: chunked;q=1\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding:\x0bchunked\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding: \x00chunked\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding : chunked\r\n\r\n${END}${INNER}`,
  `Transfer-Encoding\t: chunked\r\n${LENGTH}\r\n${END}${INNER}`,
  `Transfer-Encoding:\r\n chunked\r\n${LENGTH}\r\n${END}${INNER}`,
  ` Transfer-Encoding: chunked\r\n${LENGTH}\r\n${INNER}`,
  `X: x\r\n\tTransfer-Encoding: chunked\r\n${LENGTH}\r\n${INNER}`,
  `X: x\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${END}${INNER}`,
  `X: x\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${END}${INNER}`,
  `X\x00: x\r\n${LENGTH}\r\n${INNER}`,
  `Content-Length: 0\r\nContent-Length: ${size}\r\n\r\n${INNER}`,
  `Content-Length: ${size}\r\nContent-Length: 0\r\n\r\n${INNER}`,
  `Content-Length: 0, ${size}\r\n\r\n${INNER}`,
  `Content-Length: +${size}\r\n\r\n${INNER}`,
  `Content-Length: -1\r\n\r\n${INNER}`,
  `Content-Length: 0x0\r\n\r\n${INNER}`,
  `Content-Length: ${size}abc\r\n\r\n${INNER}`,
  `Content-Length: 1 2\r\n\r\n${INNER}`,
  `Content-Length: \r\n\r\n${INNER}`,
  `Content-Length: 18446744073709551616\r\n\r\n${INNER}`,
  `Content-Length : 0\r\n${LENGTH}\r\n${INNER}`,
  `Content_Length: 0\r\n${LENGTH}\r\n${INNER}`,
  `${LENGTH}Connection: content-length\r\n\r\n${INNER}`,
  `${CHUNKED}Connection: transfer-encoding\r\n\r\n${CHUNK}`,
  `${LENGTH}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n${INNER}`,
  `${LENGTH}Expect: 100-continue\r\n\r\n${INNER}`,
  // A body of chunks whose sizes can be read in two ways.
  `${CHUNKED}\r\n0x${hex}\r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n-1\r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n ${hex}\r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n${hex} \r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n${hex};a="\r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n${hex}\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n1\r\nx${INNER}\r\n${END}`,
  `${CHUNKED}\r\n10000000000000000${hex}\r\n${INNER}\r\n${END}`,
  `${CHUNKED}\r\n${CHUNK.slice(0, -2)}Content-Length: 0\r\nAuthorization: Bearer sk-other\r\n\r\n`,
  // Whole inside of one framing: a body, and nothing else.
  `${LENGTH}\r\n${INNER}`,
  `${CHUNKED}\r\n${CHUNK}`,
];

/** The same request without any credentials. */
const BARE = INNER.replace(/Authorization: .*\r\n/, '');

/**
 * Messages that end where the last chunk does, since `chunked` is the last coding (RFC 9112, section 6.3), although the
 * runtime knows no other: what follows is a request of its own, and inherits nothing.
 */
const ENDED: readonly string[] = [
  `${CHUNKED}\r\n${END}${BARE}`,
  `Content-Length: 0\r\n\r\n${BARE}`,
  `Transfer-Encoding: identity\r\n${CHUNKED}\r\n${END}${BARE}`,
  `Transfer-Encoding: identity, chunked\r\n\r\n${END}${BARE}`,
  `Transfer-Encoding: chunked, chunked\r\n\r\n${END}${BARE}`,
  `Transfer-Encoding: gzip, chunked\r\n\r\n${END}${BARE}`,
];

/** Places of a head into which a line break may be put. */
const SPLITS = ['\r\n', '\n', '\r', '\r\n ', '\x00', '\x85', '%0d%0a', '\\r\\n'].flatMap((end) => {
  const line = `${end}X-Title: ${MARK}`;
  return [
    `GET /v1/files${line.replaceAll(' ', '')} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\n\r\n`,
    `GET /v1/files?x=${line.replaceAll(' ', '')} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\n\r\n`,
    `GET /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\nOpenAI-Beta: a${end}${INNER}\r\n\r\n`,
  ];
});

const PATHS = ['/v1/files', '/v1/chat/completions', '/v1/embeddings', '/session', '/nowhere'] as const;

/** The attack. */
export const smuggling: Attack = {
  name: 'smuggling',
  run: async ({ quick }) => {
    let attempts = 0;
    for (const [runtime, start] of [
      ['workerd', startWorkerd],
      ['Miniflare', startGateway],
    ] as const) {
      await using upstream = await startUpstream();
      upstream.always(answerAnything);
      await using server = await start({ OPENAI_API_BASE: upstream.base, ...CLOSED });
      const messages = [...AMBIGUOUS, ...ENDED].flatMap((rest) =>
        (quick ? PATHS.slice(0, 2) : PATHS).map(
          (path) =>
            `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\nContent-Type: application/json\r\n${rest}`,
        ),
      );
      for (const message of [...messages, ...SPLITS]) {
        const before = upstream.exchanges.length;
        const bytes = Buffer.from(message, 'latin1');
        await inTime(answersTo(server.url, bytes), HANG_MS, `Never answered: ${JSON.stringify(message)}`);
        for (const { request } of upstream.exchanges.slice(before)) {
          const wrong = wrongCall(request.head.rawHeaders, new URL(upstream.url).host);
          if (wrong !== undefined) throw new BreachError(`${runtime}: ${wrong}\n${JSON.stringify(message)}`);
        }
        if (upstream.exchanges.length > before + 1) {
          throw new BreachError(
            `${runtime}: two calls were made of one request.\n${JSON.stringify(message)}`,
          );
        }
        attempts += 1;
      }
      await requireServed(server.url, 'after all smuggling');
      requireQuiet(
        server.log.filter((line) => !/Invalid URL string|Fetch API/.test(line)),
        'smuggling',
      );
    }
    return {
      attempts,
      seen: `${AMBIGUOUS.length + ENDED.length} forms of framing and ${SPLITS.length} split heads in two runtimes, 0 with an effect`,
    };
  },
};

function wrongCall(headers: readonly (readonly [string, string])[], host: string): string | undefined {
  const names = headers.map(([name]) => name.toLowerCase());
  if (headers.some(([, value]) => value === MARK)) return 'a request inside another was made.';
  if (names.includes('content-length') && names.includes('transfer-encoding'))
    return 'a call with two framings.';
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host').map(([, value]) => value);
  return hosts.length === 1 && hosts[0] === host ? undefined : `a call to ${hosts.join(' and ')}.`;
}
