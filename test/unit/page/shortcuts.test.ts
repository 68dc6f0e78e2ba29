import { expect, it } from 'vitest';
import { keyAction, type Place } from '../../../src/page/shortcuts/key-action.ts';

const press = (keys: string) => {
  const parts = keys.split('+');
  return {
    key: parts.at(-1) || '+',
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Cmd'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
};

it.each<readonly [string, Place, string | null]>([
  ['Ctrl+k', 'page', 'search'],
  ['Cmd+K', 'field', 'search'],
  ['Ctrl+Shift+O', 'empty-composer', 'new-chat'],
  ['Ctrl+Shift+S', 'field', 'sidebar'],
  ['Ctrl+s', 'page', null],
  ['Ctrl+/', 'field', 'sheet'],
  ['Shift+?', 'page', 'sheet'],
  ['Shift+?', 'field', null],
  ['Shift+?', 'empty-composer', null],
  ['Escape', 'page', 'stop'],
  ['Escape', 'field', null],
  ['Shift+Escape', 'field', 'composer'],
  ['ArrowUp', 'empty-composer', 'edit-last'],
  ['Shift+ArrowUp', 'empty-composer', null],
  ['ArrowUp', 'field', null],
  ['ArrowUp', 'page', null],
  ['a', 'page', 'type'],
  ['字', 'page', 'type'],
  ['😀', 'page', 'type'],
  ['a', 'field', null],
  [' ', 'page', null],
  ['Enter', 'page', null],
  ['Tab', 'page', null],
  ['F5', 'page', null],
  ['Ctrl+c', 'page', null],
  ['Alt+a', 'page', null],
  ['Ctrl+Alt+k', 'page', null],
])('%s pressed in the %s does %s', (keys, place, action) => {
  expect(keyAction(press(keys), place)).toBe(action);
});
