import { expect, test } from 'vitest';
import { ownLocation } from '../../../src/worker/upstream/location.ts';

const BASE = 'https://api.example/v1beta/openai';
const FROM = `${BASE}/realtime/calls?model=m`;

test.each([
  [`${BASE}/realtime/calls/rtc_1?x=1#y`, '/v1/realtime/calls/rtc_1?x=1#y'],
  ['/v1beta/openai/realtime/calls/rtc_1', '/v1/realtime/calls/rtc_1'],
  ['calls/rtc_1', '/v1/realtime/calls/rtc_1'],
  ['./calls/../calls/rtc_1', '/v1/realtime/calls/rtc_1'],
  ['?again', '/v1/realtime/calls?again'],
])('%s is reached through the gateway as %s', (location, own) => {
  expect(ownLocation(location, FROM, BASE)).toBe(own);
});

test.each([
  'https://elsewhere.example/v1beta/openai/x',
  'https://api.example.evil.example/v1beta/openai/x',
  'https://user:pass@api.example/v1beta/openai/x',
  'http://api.example/v1beta/openai/x',
  '//elsewhere.example/x',
  '/v1/realtime/calls/rtc_1',
  '/v1beta/openai',
  '/v1beta/openai-evil/x',
  '/v1beta/openai/../admin',
  '/v1beta/openai/%2e%2e/admin',
  '\\\\elsewhere.example\\x',
  'javascript:alert(1)',
  'https://[',
  '',
])('%s is kept back where it leads elsewhere', (location) => {
  const own = ownLocation(location, FROM, BASE);
  expect(own ?? '/v1/realtime/calls?model=m').toMatch(/^\/v1\/realtime\/calls\?model=m$/);
});
