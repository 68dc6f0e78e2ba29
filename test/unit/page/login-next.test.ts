import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginAddress, safeNext } from '../../../src/page/login/next.ts';

const ORIGIN = 'https://nexcode.example';
const HOME = `${ORIGIN}/`;

describe('where the login page goes on to', () => {
  it.each([
    ['/', HOME],
    ['/#/c/abc', `${ORIGIN}/#/c/abc`],
    ['/?a=1#x', `${ORIGIN}/?a=1#x`],
    ['/docs/zh/deployment', `${ORIGIN}/docs/zh/deployment`],
    ['/.//evil.example/', `${ORIGIN}//evil.example/`],
  ])('keeps %j', (next, expected) => expect(safeNext(next, ORIGIN)).toBe(expected));

  it.each([
    null,
    '',
    'docs',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/a\\..\\..\\evil',
    'https://evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    '/login',
    '/login/',
    '/login.html?next=/',
    '/x/../login',
  ])('goes home instead of %j', (next) => expect(safeNext(next, ORIGIN)).toBe(HOME));

  it('never leaves the site, whatever is asked', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '\t',
      '\n',
      '.',
      '..',
      ':',
      '@',
      '//',
      'evil.example',
      'https:',
      '%2f',
      '%5c',
      '?',
      '#',
      '\u0000',
      ' ',
    );
    const nexts = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join('')),
      fc.array(pieces).map((parts) => `/${parts.join('')}`),
    );
    fc.assert(
      fc.property(nexts, (next) => {
        const target = safeNext(next, ORIGIN);
        // What a browser makes of the address once it is assigned.
        return new URL(target, 'https://other.example/').origin === ORIGIN;
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back to exactly where one was', () => {
    const here = '/#/c/a b?c&d=%20';
    const next = new URL(loginAddress(here), ORIGIN).searchParams.get('next');
    expect(next).toBe(here);
  });
});
