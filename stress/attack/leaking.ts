/**
 * Secrets in every spelling: repeated by an upstream in everything that the gateway words, converts, collects or wraps,
 * and sent by a client in every place of a request. No answer and no line of the debug log tells one.
 */
import { chatChunk, chatCompletion, respond, stream } from '../../test/support/answers.ts';
import { type Answer, call, type RequestParts } from '../../test/support/http.ts';
import { API_TOKEN, bearer, CHAT_BODY, JSON_TYPE } from '../../test/support/surface.ts';
import { type Script, startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { inTime } from '../in-time.ts';
import { type Attack, BreachError, HANG_MS, requireQuiet } from './attack.ts';

/** Of a form that no rule about what keys look like knows, with characters that spellings differ in. */
const SERVER_KEY = 'operator/Zq7+of=the.server~key';
const OTHER_KEY = 'operator/Hd5+of=the.other~key';
const OWN_KEY = 'sk-caller/Jb9+of=the.caller~key';
const KEYS_SECRET = 'keys-secret/Rk2+of=these.attempts~0123456789';

const hex = (character: string, digits: number) => character.charCodeAt(0).toString(16).padStart(digits, '0');
const each = (text: string, spell: (character: string, at: number) => string) =>
  [...text].map(spell).join('');

/** How JSON, an address or a page may spell a text inside a JSON string. */
const SPELLINGS: readonly (readonly [name: string, spell: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['slashes escaped', (text) => text.replaceAll('/', '\\/')],
  ['in escapes', (text) => each(text, (one) => `\\u${hex(one, 4)}`)],
  ['in upper-case escapes', (text) => each(text, (one) => `\\u${hex(one, 4).toUpperCase()}`)],
  ['every third escaped', (text) => each(text, (one, at) => (at % 3 === 0 ? `\\u${hex(one, 4)}` : one))],
  ['percent-encoded', (text) => encodeURIComponent(text)],
  ['percent-encoded whole', (text) => each(text, (one) => `%${hex(one, 2)}`)],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['as numbers of HTML', (text) => each(text, (one) => `&#${one.charCodeAt(0)};`)],
  ['as hex numbers of HTML', (text) => each(text, (one) => `&#x${hex(one, 2)};`)],
  ['JSON in JSON', (text) => each(text, (one) => `\\\\u${hex(one, 4)}`)],
];

const json = (body: string, status = 200) => respond(body, status, JSON_TYPE);
const openAi = (key: string) =>
  `{"error":{"message":"Wrong key ${key}.","type":"x","param":null,"code":"${key}"}}`;
const inPieces =
  (body: string): Script =>
  async (exchange) => {
    await exchange.head(200, JSON_TYPE);
    for (let at = 0; at < body.length; at += 7) await exchange.body(body.slice(at, at + 7));
    await exchange.end();
  };

const CHAT = { path: '/v1/chat/completions', body: CHAT_BODY };
const STREAMED = { ...CHAT, body: CHAT_BODY.replace('{', '{"stream":true,') };
const LEGACY = { path: '/v1/completions', body: '{"model":"chat-m","prompt":"x"}' };
const RESPONSE = { path: '/v1/responses', body: '{"model":"chat-m","input":"x"}' };
const EMBEDDING = { path: '/v1/embeddings', body: '{"model":"m","input":"x"}' };
const chunks = (key: string) => [
  chatChunk({ content: 'KEY' }).replace('KEY', key),
  chatChunk({}, 'stop'),
  '[DONE]',
];
const completion = (key: string) => chatCompletion({ content: 'KEY' }).replace('KEY', key);

/** What an upstream answers with a key in it, and to what. An event stream and a success that only pass tell what they say. */
const REPEATED: readonly (readonly [name: string, script: (key: string) => Script, asked: RequestParts])[] = [
  ...[400, 401, 403, 404, 422, 429, 500, 503].flatMap((status) =>
    [CHAT, STREAMED, LEGACY, RESPONSE, EMBEDDING].map(
      (asked) => [`an error ${status}`, (key: string) => json(openAi(key), status), asked] as const,
    ),
  ),
  ['an error of another form', (key) => json(`{"detail":[{"msg":"${key}"}]}`, 403), CHAT],
  ['an error that is a text', (key) => respond(`No: ${key}`, 401, { 'content-type': 'text/plain' }), CHAT],
  ['an error that is a page', (key) => respond(`<p>${key}</p>`, 502, { 'content-type': 'text/html' }), CHAT],
  ['an error under 200', (key) => json(openAi(key)), CHAT],
  ['an error under 200 in pieces', (key) => inPieces(openAi(key)), CHAT],
  ['an error under 200 elsewhere', (key) => json(openAi(key)), EMBEDDING],
  ['an error instead of a stream', (key) => json(openAi(key)), STREAMED],
  ['a stream that is collected', (key) => stream(chunks(key)), CHAT],
  ['an answer that is made a stream', (key) => json(completion(key)), STREAMED],
  ['a completion that is translated', (key) => json(completion(key)), LEGACY],
  ['a response that is translated', (key) => json(completion(key)), RESPONSE],
  ['a list of models', (key) => json(`{"data":[{"id":"m","owned_by":"${key}"}]}`), { path: '/v1/models' }],
];

/** Where a client puts a secret. */
const PLACED: readonly (readonly [name: string, parts: (secret: string) => RequestParts])[] = [
  ['a path', (secret) => ({ path: `/v1/files/${encodeURIComponent(secret)}` })],
  ['a path that is none', (secret) => ({ path: `/nowhere/${encodeURIComponent(secret)}` })],
  ['a query', (secret) => ({ path: `/v1/models?api_key=${encodeURIComponent(secret)}` })],
  ['a method', () => ({ path: '/v1/models', method: 'PUT' })],
  ['a model', (secret) => ({ ...CHAT, body: JSON.stringify({ model: secret, messages: [] }) })],
  [
    'a model that is not there',
    (secret) => ({ ...CHAT, body: JSON.stringify({ model: `none/${secret}`, messages: 5 }) }),
  ],
  ['a broken body', (secret) => ({ ...CHAT, body: `{"${secret}` })],
  ['a member', (secret) => ({ ...CHAT, body: JSON.stringify({ [secret]: 1, stream: secret }) })],
  [
    'a message',
    (secret) => ({ ...CHAT, body: JSON.stringify({ model: 'm', messages: [{ content: secret }] }) }),
  ],
  ...[
    'user-agent',
    'x-title',
    'x-request-id',
    'x-client-request-id',
    'cookie',
    'origin',
    'referer',
    'host',
    'openai-beta',
    'idempotency-key',
    'traceparent',
    'x-forwarded-for',
  ].map((name) => [name, (secret: string) => ({ ...CHAT, headers: { [name]: secret } })] as const),
  ['a media type', (secret) => ({ ...CHAT, headers: { 'content-type': `text/${secret}` } })],
  ['a coding', (secret) => ({ ...CHAT, headers: { 'content-encoding': secret } })],
  ['a key', (secret) => ({ ...CHAT, headers: { 'api-key': secret } })],
  ['another scheme', (secret) => ({ ...CHAT, headers: { authorization: `Basic ${secret}` } })],
];

/** The attack. */
export const leaking: Attack = {
  name: 'leaking',
  run: async ({ quick }) => {
    await using upstream = await startUpstream();
    await using server = await startWorkerd({
      OPENAI_API_BASE: upstream.base,
      OPENAI_API_KEY: SERVER_KEY,
      OTHER_KEY,
      API_TOKEN,
      KEYS_SECRET,
      REQUIRE_AUTH: 'true',
      DEBUG: 'true',
      COMPLETIONS_MODE: 'chat',
      RESPONSES_MODE: 'chat',
      UPSTREAMS: { other: { base: upstream.base, models: ['other-*'], key: 'OTHER_KEY' } },
    });
    const held = [SERVER_KEY, OTHER_KEY, KEYS_SECRET, API_TOKEN, OWN_KEY];
    let logged = 0;
    let attempts = 0;
    const ask = async (what: string, parts: RequestParts, token: string, told: readonly string[]) => {
      const headers = { ...JSON_TYPE, ...bearer(token), ...parts.headers };
      const asked = call(server.url, { ...parts, headers });
      requireSilent(what, wholeOf(await inTime(asked, HANG_MS, `${what} was never answered.`)), told);
      attempts += 1;
      for (; logged < server.log.length; logged += 1) requireSilent(what, server.log[logged] ?? '', held);
    };

    for (const [nth, [what, script, asked]] of REPEATED.entries()) {
      for (const [at, [spelling, spell]] of SPELLINGS.entries()) {
        if (quick && at !== 0 && (nth + at) % 4 !== 0) continue;
        for (const [secret, token] of [
          [SERVER_KEY, API_TOKEN],
          [OWN_KEY, OWN_KEY],
        ] as const) {
          upstream.always(script(spell(secret)));
          await ask(`A key ${spelling} in ${what} of ${asked.path}`, asked, token, [secret]);
        }
      }
    }
    upstream.always(respond());
    for (const [where, partsOf] of PLACED) {
      for (const secret of [API_TOKEN, OWN_KEY, SERVER_KEY]) {
        // What a client says in its own request it may be told; what the server alone knows it may not.
        for (const token of [API_TOKEN, OWN_KEY, 'wrong']) {
          const told = held.filter((each) => each !== secret);
          await ask(`${where} with a secret`, partsOf(secret), token, told);
        }
      }
    }
    requireQuiet(server.log, 'leaking');
    return {
      attempts,
      seen: `${REPEATED.length} answers in ${SPELLINGS.length} spellings, ${PLACED.length} places of a request, ${server.log.length} lines of the log: 0 secrets`,
    };
  },
};

/** Everything of an answer. */
function wholeOf({ head, body }: Answer): string {
  return [head.startLine, ...head.rawHeaders.flat(), body.toString()].join('\n');
}

/** Throws where a text tells a secret, in whatever spelling. */
function requireSilent(what: string, text: string, secrets: readonly string[]): void {
  let plain = text;
  for (let round = 0; round < 4; round += 1) {
    if (secrets.some((secret) => plain.includes(secret))) throw new BreachError(`${what} is told: ${text}`);
    plain = unescaped(plain);
  }
}

/** A text with one layer of escapes taken off. */
function unescaped(text: string): string {
  const character = (code: string, base: number) => String.fromCharCode(Number.parseInt(code, base));
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => character(code, 16))
    .replace(/\\([\\/"])/g, '$1')
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => character(code, 16))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => character(code, 16))
    .replace(/&#(\d+);/g, (_, code: string) => character(code, 10));
}
