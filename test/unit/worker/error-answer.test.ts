import { expect, test } from 'vitest';
import { errorBody } from '../../../src/worker/upstream/error-answer.ts';

/** The message of the error that an upstream's text becomes. */
function messageFor(text: string, status = 500): string {
  return JSON.parse(errorBody(status, text)).error.message;
}

// Work that grows with the square of the length takes longer on these than a test may.
test.each([
  ['angles', '<'.repeat(256 * 1024)],
  ['tags that never end', '<a '.repeat(85_000)],
  ['titles that never end', '<title'.repeat(42_000)],
])('a text made of opening %s is read like any other', (_name, text) => {
  expect(messageFor(text)).toBe(text.slice(0, 1000).trim());
});

test('only the beginning of a long text is looked at', () => {
  const page = (fill: number) => `<!--${'-'.repeat(fill)}--><title>Gone</title>`;
  expect(messageFor(page(8000))).toBe('Gone');
  expect(messageFor(page(9000))).not.toContain('Gone');
});

test('a web page for what is not there names the setting that may be wrong', () => {
  const page = '<html><title>404 Not Found</title><center>nginx</center></html>';
  const cure = /OPENAI_API_BASE/;
  for (const status of [404, 405]) {
    expect(messageFor(page, status)).toMatch(/^404 Not Found\. Check/);
    expect(messageFor('', status)).toMatch(cure);
    expect(messageFor('{"detail":"Not Found"}', status)).not.toMatch(cure);
    expect(messageFor('{}', status)).not.toMatch(cure);
  }
  expect(messageFor(page, 403)).not.toMatch(cure);
  expect(messageFor(page, 500)).not.toMatch(cure);
});

test("a page's title is found whatever stands in its tag", () => {
  expect(messageFor('<html>a < b<TITLE lang="en">502\n Bad Gateway</TITLE><p>x')).toBe('502 Bad Gateway');
  expect(messageFor('<p>1 < 2</p> and <b>more</b>')).toBe('1 < 2 and more');
});
