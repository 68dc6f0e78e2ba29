/** What mutations start from: an ordinary request to every route, and the parts that make requests odd. */

/** A request as a well-behaved client makes it. */
export interface Seed {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

const JSON_TYPE = 'application/json';
const FORM =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b--\r\n';

/** Makes a body so long that the gateway decides by its outline. */
const LONG_TEXT = 'A'.repeat(70_000);

/** The handshake of a WebSocket (RFC 6455, section 4.1). */
const UPGRADE = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
] as const;

/** A request to every route, some of them with what only those who know the server's token can say. */
export const seeds = (apiToken: string): readonly Seed[] => [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    type: JSON_TYPE,
    body: '{"model":"gpt-test","messages":[{"role":"user","content":"Hi"}],"stream":false,"temperature":1.0,"seed":9223372036854775807}',
  },
  {
    method: 'POST',
    path: '/v1/chat/completions',
    type: JSON_TYPE,
    body: '{"messages":[{"role":"system","content":"x"},{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}],"stream":true,"stream_options":{"include_usage":true},"n":2}',
  },
  {
    method: 'POST',
    path: '/v1/chat/completions?x=1',
    type: JSON_TYPE,
    body: '{"model":"nexcode","messages":[{"role":"user","content":"How do I set the port?"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","content":"x"},{"role":"user","content":[{"type":"text","text":"端口怎么改"}]}],"stream":true}',
  },
  {
    method: 'POST',
    path: '/v1/completions',
    type: JSON_TYPE,
    body: '{"model":"gpt-3.5-turbo-instruct","prompt":"Once","max_tokens":5,"logprobs":2,"echo":true,"stop":["a"],"stream":false}',
  },
  {
    method: 'POST',
    path: '/v1/completions',
    type: JSON_TYPE,
    body: '{"model":"gpt-chat","prompt":["Once","Twice"],"n":2,"best_of":2,"stream":true}',
  },
  {
    method: 'POST',
    path: '/v1/completions',
    type: JSON_TYPE,
    body: '{"model":"nexcode","prompt":["How do I deploy?"],"suffix":null,"stream":true}',
  },
  {
    method: 'POST',
    path: '/v1/chat/completions',
    type: JSON_TYPE,
    body: `{"picture":"${LONG_TEXT}","model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true}`,
  },
  {
    method: 'POST',
    path: '/v1/completions',
    type: JSON_TYPE,
    body: `{"model":"gpt-chat","prompt":["${LONG_TEXT}","Twice"],"stream":false}`,
  },
  { method: 'GET', path: '/v1/models' },
  { method: 'GET', path: '/v1/models/nexcode' },
  { method: 'DELETE', path: '/v1/models/ft:gpt-4.1@x' },
  { method: 'POST', path: '/v1/embeddings', type: JSON_TYPE, body: '{"model":"e","input":["a",[1,2]]}' },
  {
    method: 'POST',
    path: '/v1/responses',
    type: JSON_TYPE,
    body: '{"model":"m","input":"Hi","stream":true}',
  },
  { method: 'POST', path: '/v1/files', type: 'multipart/form-data; boundary=b', body: FORM },
  { method: 'GET', path: '/v1/files/file-1/content?after=a&limit=2' },
  { method: 'GET', path: '/v1/organization/admin_api_keys' },
  { method: 'POST', path: '/v1/audio/transcriptions', type: 'multipart/form-data; boundary=b', body: FORM },
  { method: 'GET', path: '/v1/realtime?model=gpt-realtime', headers: UPGRADE },
  { method: 'GET', path: '/v1/models/gpt-test' },
  { method: 'GET', path: '/v1' },
  { method: 'OPTIONS', path: '/v1/chat/completions' },
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/health?deep=1' },
  { method: 'GET', path: '/session' },
  { method: 'POST', path: '/session', type: JSON_TYPE, body: '{"token":"a-wrong-token"}' },
  { method: 'POST', path: '/session', type: JSON_TYPE, body: JSON.stringify({ token: apiToken }) },
  { method: 'DELETE', path: '/session' },
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/app.js' },
  { method: 'GET', path: '/docs/en/api' },
  { method: 'GET', path: '/docs/zh/api' },
  { method: 'GET', path: '/nowhere' },
];

/** Without CONNECT, which asks for a tunnel: workerd looks for a handler of its own kind and never asks the Worker. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];

/** Put into a path somewhere. */
export const PATH_PIECES = [
  '/',
  '//',
  '\\',
  '/../',
  '/./',
  '%2e%2e/',
  '%2E',
  '%2F',
  '%5c',
  '%00',
  '%0d%0aX-Evil:1',
  '%',
  '%zz',
  '%ff',
  '%c0%ae',
  '%E5%98%8A',
  '..;/',
  ';a=b',
  '?',
  '?x=%0a',
  '#',
  '@evil.example',
  ':8000',
  'organization/',
  '/v1',
  'a'.repeat(3000),
] as const;

/** A header, and whether it makes the message itself another one, so that the runtime may refuse or cut it. */
export interface OddHeader {
  readonly name: string;
  readonly value: string;
  readonly framing?: true;
}

export const ODD_HEADERS: readonly OddHeader[] = [
  { name: 'Host', value: 'evil.example', framing: true },
  { name: 'Origin', value: 'https://evil.example' },
  { name: 'Origin', value: 'null' },
  { name: 'Sec-Fetch-Site', value: 'cross-site' },
  { name: 'Sec-Fetch-Site', value: 'same-origin' },
  { name: 'Cookie', value: 'nexcode_session=1.2; __Host-nexcode_session=x; =; a' },
  { name: 'MF-Original-URL', value: 'http://evil.example/v1/organization/x' },
  { name: 'MF-Custom-Service', value: 'x' },
  { name: 'CF-Connecting-IP', value: '127.0.0.1, x' },
  { name: 'X-Forwarded-Host', value: 'evil.example' },
  { name: 'X-HTTP-Method-Override', value: 'DELETE' },
  { name: 'X-Evil', value: '1' },
  { name: 'X-Request-Id', value: 'x'.repeat(2000) },
  { name: 'Content-Type', value: 'text/plain' },
  { name: 'Content-Type', value: 'application/json; charset=utf-16' },
  { name: 'Content-Type', value: ';;;' },
  { name: 'Content-Encoding', value: 'gzip' },
  { name: 'Accept-Encoding', value: 'br;q=1, gzip;q=0, *' },
  { name: 'Accept', value: 'text/event-stream' },
  { name: 'Range', value: 'bytes=0-0,5-,-1' },
  { name: 'If-None-Match', value: '*' },
  { name: 'Connection', value: 'authorization, content-type, close' },
  { name: 'Expect', value: '100-continue', framing: true },
  { name: 'Transfer-Encoding', value: 'chunked', framing: true },
  { name: 'Transfer-Encoding', value: 'gzip, chunked', framing: true },
  { name: 'Content-Length', value: '0', framing: true },
  { name: 'Upgrade', value: 'websocket', framing: true },
  { name: 'Upgrade', value: 'h2c', framing: true },
  { name: 'Sec-WebSocket-Key', value: 'AAAAAAAAAAAAAAAAAAAAAA==' },
  { name: 'Sec-WebSocket-Protocol', value: 'realtime, openai-insecure-api-key.x' },
  { name: 'OpenAI-Organization', value: 'org-x' },
  { name: 'OpenAI-Beta', value: '\u00ff\u0080' },
  { name: 'Access-Control-Request-Headers', value: 'authorization, x-evil' },
  { name: 'Idempotency-Key', value: '' },
  { name: 'X-Stainless-Flood', value: 'a'.repeat(9000) },
];
