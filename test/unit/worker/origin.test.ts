import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isForeign, isLocalHost, isOwnPage, provenanceOf } from '../../../src/worker/access/origin.ts';

const HOST = 'chat.example.com';
const FRIEND = 'https://friend.example.org';

/** host, origin, fetchSite, own page, foreign */
test.each<[string | null, string | null, string | null, boolean, boolean]>([
  // Programs that are no browsers.
  [HOST, null, null, false, false],
  [null, null, null, false, false],
  // Our own page.
  [HOST, null, 'same-origin', true, false],
  [HOST, 'https://chat.example.com', 'same-origin', true, false],
  [HOST, 'https://chat.example.com', null, true, false],
  ['localhost:8000', 'http://localhost:8000', null, true, false],
  ['CHAT.example.com', 'https://chat.example.com', null, true, false],
  ['chat.example.com:443', 'https://chat.example.com', null, true, false],
  ['chat.example.com:80', 'http://chat.example.com', null, true, false],
  ['[::1]:8000', 'http://[::1]:8000', null, true, false],
  // An address typed or a bookmark: no page, but no foreign one either.
  [HOST, null, 'none', false, false],
  // Other websites.
  [HOST, 'https://evil.example', 'cross-site', false, true],
  [HOST, 'https://evil.example', null, false, true],
  [HOST, null, 'cross-site', false, true],
  [HOST, null, 'same-site', false, true],
  [HOST, 'https://evil.example.com', 'same-site', false, true],
  [HOST, 'null', null, false, true],
  [HOST, 'null', 'cross-site', false, true],
  [HOST, 'null', 'same-origin', false, true],
  [HOST, '', null, false, true],
  [HOST, 'https://chat.example.com.evil.example', null, false, true],
  [HOST, 'https://evil.example/chat.example.com', null, false, true],
  [HOST, 'https://chat.example.com@evil.example', null, false, true],
  [HOST, 'https://chat.example.com, https://evil.example', null, false, true],
  [HOST, 'https://chat.example.com:8443', null, false, true],
  [HOST, 'chrome-extension://abcdefgh', null, false, true],
  [HOST, 'tauri://chat.example.com', null, false, true],
  [HOST, 'https://chat.example.com/', null, false, true],
  [HOST, 'https://chat.example.com/page', 'same-origin', false, true],
  [HOST, 'https://evil.example', 'same-origin', false, true],
  [HOST, 'https://chat.example.com', 'cross-site', false, true],
  [HOST, 'https://chat.example.com', 'same-site', false, true],
  [HOST, 'https://chat.example.com', 'none', false, false],
  ['localhost:8000', 'http://localhost:3000', 'same-site', false, true],
  ['localhost:8000', 'http://127.0.0.1:8000', null, false, true],
  [null, 'https://chat.example.com', null, false, true],
  // What CORS_ORIGINS names is not foreign, and not our own page.
  [HOST, FRIEND, 'cross-site', false, false],
  [HOST, FRIEND, null, false, false],
  [HOST, 'https://friend.example.org:8443', null, false, true],
  [HOST, 'http://friend.example.org', null, false, true],
])(
  'a request to %s from %s (%s) is of our own page: %s, foreign: %s',
  (host, origin, fetchSite, own, foreign) => {
    const from = { host, origin, fetchSite, ownHeader: false };
    expect(isOwnPage(from)).toBe(own);
    // The page's own header decides only where the browser says nothing.
    expect(isOwnPage({ ...from, ownHeader: true })).toBe(own || (origin === null && fetchSite === null));
    expect(isForeign(from, [FRIEND])).toBe(foreign);
  },
);

test('a request is never both of our own page and foreign, whatever its headers say', () => {
  const text = fc.option(
    fc.oneof(
      fc.constantFrom(
        HOST,
        `https://${HOST}`,
        `http://${HOST}:80`,
        `https://${HOST}:443`,
        FRIEND,
        'null',
        '',
      ),
      fc.webUrl(),
      fc.string(),
    ),
  );
  const site = fc.option(fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', 'other'));
  fc.assert(
    fc.property(text, text, site, fc.boolean(), (host, origin, fetchSite, ownHeader) => {
      const from = { host, origin, fetchSite, ownHeader };
      expect(isOwnPage(from) && isForeign(from, [FRIEND])).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('where a request comes from is told by its headers alone', () => {
  const headers = new Headers({ host: HOST, origin: FRIEND, 'sec-fetch-site': 'cross-site' });
  expect(provenanceOf(headers)).toEqual({
    host: HOST,
    origin: FRIEND,
    fetchSite: 'cross-site',
    ownHeader: false,
  });
  expect(provenanceOf(new Headers({ 'x-nexcode-page': '1' })).ownHeader).toBe(true);
  expect(provenanceOf(new Headers())).toEqual({
    host: null,
    origin: null,
    fetchSite: null,
    ownHeader: false,
  });
});

test.each([
  ['localhost', true],
  ['localhost:8000', true],
  ['LOCALHOST:8000', true],
  ['127.0.0.1', true],
  ['127.0.0.1:8000', true],
  ['127.8.9.10:1', true],
  ['[::1]', true],
  ['[::1]:8000', true],
  ['chat.example.com', true],
  ['Chat.Example.COM', true],
  ['chat.example.com:9999', true],
  ['lan.example:8000', true],
  ['lan.example', false],
  ['lan.example:8001', false],
  [null, false],
  ['', false],
  [':8000', false],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['evil-localhost', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1.nip.io:8000', false],
  ['0.0.0.0:8000', false],
  ['10.0.0.5:8000', false],
  ['[::2]:8000', false],
  ['[::ffff:10.0.0.5]:8000', false],
  ['evil.example@localhost', false],
  ['localhost@evil.example', false],
  ['localhost:8000@evil.example', false],
  ['localhost/evil', false],
  ['evil.example:localhost', false],
])('a local server with two public hosts answers to the host %s: %s', (host, answers) => {
  expect(isLocalHost(host, ['chat.example.com', 'lan.example:8000'])).toBe(answers);
});
