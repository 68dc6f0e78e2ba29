import { expect, test } from 'vitest';
import {
  errorUnderSuccess,
  isErrorUnderSuccess,
  mayBeError,
} from '../../../src/worker/http/foreign-error.ts';

test.each([
  [{ error: { message: 'no' } }, { message: 'no' }],
  [{ error: 'no' }, 'no'],
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
  { success: true, result: {} },
  { errors: [], text: 'x' },
  'x',
  null,
  [],
])('%j is none', (value) => {
  expect([isErrorUnderSuccess(value), errorUnderSuccess(value)]).toEqual([false, undefined]);
});
