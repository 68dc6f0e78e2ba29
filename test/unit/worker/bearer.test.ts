import { expect, test } from 'vitest';
import { bearerOf } from '../../../src/worker/access/bearer.ts';

test.each<[string, Record<string, string>, string | undefined]>([
  ['no header', {}, undefined],
  ['Bearer', { authorization: 'Bearer sk-a' }, 'sk-a'],
  ['the scheme in lower case', { authorization: 'bearer sk-a' }, 'sk-a'],
  ['the scheme in upper case', { authorization: 'BEARER sk-a' }, 'sk-a'],
  ['extra spaces', { authorization: '  Bearer    sk-a  ' }, 'sk-a'],
  ['a tab', { authorization: 'Bearer\tsk-a' }, 'sk-a'],
  ['a scheme without a token', { authorization: 'Bearer' }, undefined],
  ['a scheme and spaces', { authorization: 'Bearer   ' }, undefined],
  ['an empty header', { authorization: '' }, undefined],
  ['another scheme', { authorization: 'Basic c2stYQ==' }, undefined],
  ['a scheme that only begins alike', { authorization: 'Bearersk-a' }, undefined],
  ['a token without a scheme', { authorization: 'sk-a' }, undefined],
  ['api-key', { 'api-key': 'sk-a' }, 'sk-a'],
  ['x-api-key', { 'x-api-key': ' sk-a ' }, 'sk-a'],
  ['an empty api-key', { 'api-key': '', 'x-api-key': '  ' }, undefined],
  ['both, of which Authorization counts', { authorization: 'Bearer sk-a', 'api-key': 'sk-b' }, 'sk-a'],
  ['an empty Authorization beside an api-key', { authorization: 'Bearer ', 'api-key': 'sk-b' }, 'sk-b'],
  ['another scheme beside an x-api-key', { authorization: 'Basic x', 'x-api-key': 'sk-c' }, 'sk-c'],
  ['api-key before x-api-key', { 'x-api-key': 'sk-c', 'api-key': 'sk-b' }, 'sk-b'],
  [
    'a WebSocket subprotocol',
    { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-a, openai-beta.realtime-v1' },
    'sk-a',
  ],
  ['an empty WebSocket subprotocol', { 'sec-websocket-protocol': 'openai-insecure-api-key.' }, undefined],
  ['subprotocols without a key', { 'sec-websocket-protocol': 'realtime' }, undefined],
  [
    'a header before a subprotocol',
    { 'api-key': 'sk-b', 'sec-websocket-protocol': 'openai-insecure-api-key.sk-a' },
    'sk-b',
  ],
])('the token of a request with %s', (_, headers, token) => {
  expect(bearerOf(new Headers(headers))).toBe(token);
});
