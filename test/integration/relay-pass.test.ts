/** What passes on any path: the address as it was asked, the status, answers without a body. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { afterInterim, chatCompletion, respond } from '../support/answers.ts';
import { call, type RequestParts } from '../support/http.ts';
import { type Relay, startRelay } from '../support/relay.ts';

let relay: Relay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.close());

/** A call paid with a key of the client's own, which opens every endpoint. */
function callWithKey({ headers, ...parts }: RequestParts & { readonly headers?: Record<string, string> }) {
  return call(relay.server.url, {
    ...parts,
    headers: { ...headers, authorization: 'Bearer sk-of-the-client' },
  });
}

test.each([
  ['/v1/chat/completions?a=1&a=2&b=%2F+%20&c', '/v1/chat/completions?a=1&a=2&b=%2F+%20&c'],
  ['//v1//chat/completions', '/v1/chat/completions'],
  ['/v1/chat/completions/', '/v1/chat/completions'],
])('a chat request to %s reaches the upstream as %s', async (path, expected) => {
  relay.upstream.reply(respond());
  const answer = await callWithKey({
    path,
    headers: { 'content-type': 'application/json' },
    body: '{"model":"m","messages":[]}',
  });
  expect(answer.status).toBe(200);
  expect(relay.upstream.exchanges.at(-1)?.request.path).toBe(expected);
});

test('an interim answer before the real one is no answer', async () => {
  relay.upstream.reply(afterInterim(respond()));
  const answer = await relay.ask({});
  expect(answer.status).toBe(200);
  expect(answer.text()).toBe(chatCompletion());
});

test('a success other than 200 keeps its status', async () => {
  relay.upstream.reply(respond(chatCompletion(), 201));
  expect((await relay.ask({})).status).toBe(201);
});

test('204, and 200 with no byte of a body, pass as they are', async () => {
  relay.upstream.reply((exchange) =>
    exchange.raw('HTTP/1.1 204 No Content\r\nx-request-id: r\r\n\r\n').then(() => exchange.cut()),
  );
  const gone = await callWithKey({ method: 'DELETE', path: '/v1/models/ft:x' });
  expect(gone.status).toBe(204);
  expect(gone.head.header('x-request-id')).toBe('r');

  relay.upstream.reply(respond('', 200));
  const empty = await callWithKey({ method: 'DELETE', path: '/v1/models/ft:x' });
  expect(empty.status).toBe(200);
  expect(empty.end).toBe('complete');
  expect(empty.body).toHaveLength(0);
});
