import { expect, test } from 'vitest';
import { InputLines } from '../../../src/cli/chat-input.ts';

function taken(...typed: readonly string[]) {
  const lines = new InputLines();
  return typed.map((line) => lines.take(line)).filter((input) => input !== undefined);
}

test.each([
  [['Hi'], [{ kind: 'message', text: 'Hi' }]],
  [[''], []],
  [['one \\', 'two'], [{ kind: 'message', text: 'one \ntwo' }]],
  [
    ['"""', 'one', '/new', 'two"""', 'x'],
    [
      { kind: 'message', text: 'one\n/new\ntwo' },
      { kind: 'message', text: 'x' },
    ],
  ],
  [['"""one"""'], [{ kind: 'message', text: 'one' }]],
  [['//path'], [{ kind: 'message', text: '/path' }]],
  [['/model gpt-x '], [{ kind: 'model', text: 'gpt-x' }]],
  [['/system'], [{ kind: 'system', text: '' }]],
  [['/quit'], [{ kind: 'exit' }]],
  [['/etc/motd'], [{ kind: 'unknown', text: '/etc/motd' }]],
])('%j', (typed, inputs) => {
  expect(taken(...typed)).toEqual(inputs);
});
