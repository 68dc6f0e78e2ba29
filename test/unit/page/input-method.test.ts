import { describe, expect, it } from 'vitest';
import { AFTER_COMPOSITION_MS, belongsToInputMethod } from '../../../src/page/app/ime.ts';

const press = (changes: object = {}) => ({
  key: 'Enter',
  isComposing: false,
  keyCode: 13,
  timeStamp: 1000,
  ...changes,
});
const LONG_AGO = Number.NEGATIVE_INFINITY;

describe('a key press', () => {
  it.each([
    ['while text is composed', press({ isComposing: true }), LONG_AGO],
    ['with the code 229, whatever else it says', press({ keyCode: 229 }), LONG_AGO],
    ['Enter right after a composition', press(), 1000],
    ['Enter within 60 ms after it', press(), 1000 - AFTER_COMPOSITION_MS + 1],
    ['Escape within that time', press({ key: 'Escape', keyCode: 27 }), 990],
    ['an arrow within that time', press({ key: 'ArrowDown', keyCode: 40 }), 990],
    ['Tab within that time', press({ key: 'Tab', keyCode: 9 }), 990],
  ])('belongs to the input method: %s', (_, event, composedAt) => {
    expect(belongsToInputMethod(event, composedAt)).toBe(true);
  });

  it.each([
    ['Enter with no composition before', press(), LONG_AGO],
    ['Enter 60 ms after one', press(), 1000 - AFTER_COMPOSITION_MS],
    ['a letter right after one', press({ key: 'a', keyCode: 65 }), 999],
  ])('belongs to the page: %s', (_, event, composedAt) => {
    expect(belongsToInputMethod(event, composedAt)).toBe(false);
  });
});
