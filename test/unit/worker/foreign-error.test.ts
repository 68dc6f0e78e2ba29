import { expect, test } from 'vitest';
import {
  errorForCompletion,
  errorUnderSuccess,
  foreignError,
  isErrorUnderSuccess,
  mayBeError,
} from '../../../src/worker/http/foreign-error.ts';

test.each([
  [{ error: { message: 'no' } }, { message: 'no' }],
  [{ error: 'no' }, { message: 'no' }],
  [[{ error: { code: 429, message: 'no' } }], { code: 429, message: 'no' }],
  [
    { object: 'error', message: 'no', code: 400 },
    { message: 'no', code: 400 },
  ],
  [
    { success: false, errors: [{ code: 7, message: 'no' }] },
    { message: 'no', code: 7 },
  ],
  [{ detail: 'no' }, { message: 'no' }],
  [
    { code: 1302, msg: 'no' },
    { message: 'no', code: 1302 },
  ],
  [
    { errcode: 'E', errmsg: 'no' },
    { message: 'no', code: 'E' },
  ],
  // MiniMax, Tencent, Spark, ModelScope, Coze, Apigee, NestJS, Hugging Face, watsonx
  [
    { id: '', choices: null, base_resp: { status_code: 1004, status_msg: 'no' } },
    { message: 'no', code: 1004 },
  ],
  [
    { Response: { Error: { Code: 'AuthFailure', Message: 'no' }, RequestId: 'r' } },
    { message: 'no', code: 'AuthFailure' },
  ],
  [{ header: { code: 10013, message: 'no', status: 2 } }, { message: 'no', code: 10013 }],
  [{ errors: { message: 'no' }, request_id: 'r' }, { message: 'no' }],
  [
    { code: 4100, msg: 'no', detail: { logid: 'l' } },
    { message: 'no', code: 4100 },
  ],
  [{ fault: { faultstring: 'no', detail: { errorcode: 'x' } } }, { message: 'no' }],
  [
    { statusCode: 400, message: ['no', 'nor this'], error: 'Bad Request' },
    { message: 'Bad Request: no; nor this', code: 400 },
  ],
  [{ error: ['no'], warnings: [] }, { message: 'no' }],
  [
    { errors: [{ code: 'E', message: 'no' }], trace: 't', status_code: 404 },
    { message: 'no', code: 'E' },
  ],
])('%j is an error under a success status, and its text may be one', (value, error) => {
  expect(isErrorUnderSuccess(value)).toBe(true);
  expect(mayBeError(JSON.stringify(value))).toBe(true);
  expect(errorUnderSuccess(value)).toEqual(error);
});

test.each([
  { success: false, reason: 'no' },
  { errors: ['?'], why: 1, success: false },
])('%j is an error, although it does not say which', (value) => {
  expect(isErrorUnderSuccess(value)).toBe(true);
});

test.each([
  { error: null, status: 'completed', output: [] },
  { choices: [], code: 1, msg: 'x' },
  { object: 'list', data: [] },
  { code: 200, data: [] },
  { code: 0, msg: 'success', data: {} },
  { status: 'in_progress', message: 'searching' },
  { base_resp: { status_code: 0, status_msg: 'success' } },
  { header: { code: 0, message: 'Success' }, payload: {} },
  { id: 'x', choices: [{}], base_resp: { status_code: 1, status_msg: 'x' } },
  { model: 'm', message: { role: 'assistant', content: 'x' }, done: true },
  { success: true, result: {} },
  { errors: [], text: 'x' },
  'x',
  null,
  [],
])('%j is none', (value) => {
  expect([isErrorUnderSuccess(value), errorUnderSuccess(value)]).toEqual([false, undefined]);
});

test.each([
  [{ detail: { status: 'invalid_api_key', message: 'no' } }, 'no'],
  [{ detail: { error: 'no' } }, 'no'],
  [
    { detail: [{ loc: ['body', 'model'], msg: 'Field required' }, { loc: ['body', 'x'] }] },
    'body.model: Field required; body.x: invalid',
  ],
  [
    { object: 'error', message: { detail: [{ loc: ['body', 'foo'], msg: 'Extra inputs' }] } },
    'body.foo: Extra inputs',
  ],
  [{ Message: 'no', ErrorCode: 'E' }, 'no'],
  [{ errors: [{ description: 'no' }] }, 'no'],
  [
    { errors: { model: ["can't be blank"], n: ['too many', 'odd'] } },
    "model: can't be blank; n: too many; odd",
  ],
  [{ error: 'invalid_token', error_description: 'it has expired' }, 'invalid_token: it has expired'],
  [{ error: { code: 400, details: 'no' } }, 'no'],
  [{ error: { error: { message: 'no' } } }, 'no'],
  [{ type: 'about:blank', title: 'Too Many Requests', status: 429 }, 'Too Many Requests'],
  [{ error: { message: '' }, message: 'no' }, 'no'],
])('%j says %j', (value, message) => {
  expect(foreignError(value).message).toBe(message);
});

test('what wraps itself, or nothing, is read to an end', () => {
  const wrapped = (depth: number): unknown => (depth === 0 ? 'no' : { error: [wrapped(depth - 1)] });
  for (const value of [wrapped(100), {}, [], [[]], '', null, 7, { error: {} }, { message: ' ' }]) {
    expect(foreignError(value).message).toBeUndefined();
  }
});

test('where a completion is awaited, words alone are an error; a job and an answer of another kind are none', () => {
  expect(errorForCompletion({ Message: 'no' })).toMatchObject({ message: 'no' });
  for (const value of [
    { request_id: 'r' },
    { message: { role: 'assistant', content: 'x' } },
    { choices: [] },
  ]) {
    expect(errorForCompletion(value)).toBeUndefined();
  }
});

test('a text is judged in a time that grows with its length', () => {
  expect(mayBeError(`"${'err'.repeat(100_000)} "${'"a'.repeat(100_000)}`)).toBe(false);
});
