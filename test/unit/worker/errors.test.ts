import { expect, test } from 'vitest';
import { errorEnvelope, errorResponse, GatewayError } from '../../../src/worker/http/errors.ts';

test.each([
  [400, 'invalid_request_error'],
  [401, 'invalid_request_error'],
  [413, 'invalid_request_error'],
  [499, 'invalid_request_error'],
  [500, 'server_error'],
  [502, 'server_error'],
  [504, 'server_error'],
] as const)('an error of status %i has the type %s unless it names its own', async (status, type) => {
  const plain = errorResponse(new GatewayError({ from: 'error', status, code: null, message: 'm' }));
  expect(plain.status).toBe(status);
  expect(await plain.json()).toEqual({ error: { message: 'm', type, param: null, code: null } });
  expect(
    new GatewayError({ from: 'error', status, code: null, message: 'm', type: 'requests' }).fields.type,
  ).toBe('requests');
});

test('an error answer is JSON and carries the headers of its error', () => {
  const answer = errorResponse(
    new GatewayError({
      status: 429,
      code: 'rate_limit_exceeded',
      message: 'm',
      headers: { 'retry-after': '60' },
    }),
  );
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('retry-after')).toBe('60');
});

test.each([
  ['an error', new Error('key sk-secret at /home/somebody')],
  ['a text', 'sk-secret'],
  ['nothing', undefined],
  ['an object that looks like an error of ours', { status: 200, fields: { message: 'sk-secret' } }],
])('an unforeseen failure (%s) is a 500 that says nothing of its cause', async (_, thrown) => {
  const answer = errorResponse(thrown);
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toMatch(/sk-secret|somebody/);
  expect(JSON.parse(text)).toEqual({
    error: {
      message: expect.stringContaining('x-request-id'),
      type: 'server_error',
      param: null,
      code: 'internal_error',
    },
  });
});

test('the cause of an error never travels', async () => {
  const error = new GatewayError({
    status: 502,
    code: 'upstream_error',
    message: 'm',
    cause: new Error('sk-secret'),
  });
  expect(await errorResponse(error).text()).not.toContain('sk-secret');
});

test('an envelope is one line whatever its message holds, so that it fits into one event', () => {
  const message = 'a\nb\r\nc "quoted" \u2028 \u0000 \ud800 你好';
  const text = errorEnvelope({ message, type: 't', param: 'p', code: 'c' });
  expect(text).not.toMatch(/[\r\n]/);
  expect(JSON.parse(text)).toEqual({ error: { message, type: 't', param: 'p', code: 'c' } });
});

test('an envelope holds the four fields and no other', () => {
  const fields = { message: 'm', type: 't', param: null, code: null, stack: 'secret' };
  expect(Object.keys(JSON.parse(errorEnvelope(fields)).error)).toEqual(['message', 'type', 'param', 'code']);
});
