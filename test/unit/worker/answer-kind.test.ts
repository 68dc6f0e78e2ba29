import { expect, test } from 'vitest';
import { isJson, mediaType } from '../../../src/worker/http/media-type.ts';
import { type AnswerKind, answerKind } from '../../../src/worker/upstream/answer-kind.ts';

test.each<[number, string | undefined, boolean, AnswerKind]>([
  [200, 'text/event-stream', true, 'events'],
  [200, 'text/event-stream; charset=utf-8', true, 'events'],
  [200, 'Text/Event-Stream;charset=UTF-8', true, 'events'],
  [200, ' text/event-stream ', true, 'events'],
  [200, 'text/event-stream', false, 'aggregate'],
  [200, 'application/json', false, 'passthrough'],
  [200, 'application/json; charset=utf-8', false, 'passthrough'],
  [200, 'APPLICATION/JSON', false, 'passthrough'],
  [201, 'application/vnd.api+json', false, 'passthrough'],
  [200, 'application/json', true, 'expand'],
  [200, undefined, false, 'inspect'],
  [200, undefined, true, 'inspect'],
  [200, '', true, 'inspect'],
  [200, 'text/plain', false, 'inspect'],
  [200, 'text/html', true, 'inspect'],
  [200, 'application/octet-stream', false, 'inspect'],
  [200, 'application/jsonl', false, 'inspect'],
  [200, 'application/x-ndjson', true, 'inspect'],
  [200, 'text/event-streams', true, 'inspect'],
  [400, 'application/json', false, 'error'],
  [401, 'text/plain', true, 'error'],
  [404, undefined, true, 'error'],
  [429, 'text/event-stream', true, 'error'],
  [502, 'text/html', false, 'error'],
  [529, 'application/json', true, 'error'],
])('an answer %i of type %s to a request for a stream (%s) is: %s', (status, type, stream, kind) => {
  expect(answerKind(status, type, stream)).toBe(kind);
});

test.each([
  [null, ''],
  ['', ''],
  [';charset=utf-8', ''],
  ['Text/HTML ; charset=utf-8', 'text/html'],
])('the media type of %j is %j', (header, type) => {
  expect(mediaType(header)).toBe(type);
});

test.each([
  ['application/json', true],
  ['application/problem+json', true],
  ['application/json5', false],
  ['text/json', false],
  ['application/', false],
  ['', false],
])('%s means JSON: %s', (type, is) => {
  expect(isJson(type)).toBe(is);
});
