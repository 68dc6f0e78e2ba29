import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPath, queryOf, REFUSED_PATH } from '../../../src/worker/http/path.ts';

describe('the canonical path', () => {
  test.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['http://localhost:8000/v1/models', '/v1/models'],
    ['https://user:pw@example.com/v1/models?a=1#b', '/v1/models'],
    ['http://localhost', '/'],
    ['http://localhost?x=/v1/models', '/'],
    ['/', '/'],
    ['', '/'],
    ['//v1//chat/completions', '/v1/chat/completions'],
    ['/v1/chat/completions/', '/v1/chat/completions'],
    ['/v1/chat/completions?a=/../b', '/v1/chat/completions'],
    ['/v1/%63hat/completions', '/v1/chat/completions'],
    ['/v1/%6Frganization/users', '/v1/organization/users'],
    ['/v1/./models', '/v1/models'],
    ['/v1/x/../models', '/v1/models'],
    ['/v1/%2e%2e/x', '/x'],
    ['/v1/%2E./health', '/health'],
    ['/v1\\models', '/v1/models'],
    ['/v1/a\\..\\models', '/v1/models'],
    ['/v1/models/meta-llama%2FLlama-3', '/v1/models/meta-llama%2FLlama-3'],
    ['/v1/models/meta-llama%2fLlama-3', '/v1/models/meta-llama%2FLlama-3'],
    ['/v1/models/ft:gpt-4.1:org::id', '/v1/models/ft:gpt-4.1:org::id'],
    ['/v1/models/@cf/meta/llama', '/v1/models/@cf/meta/llama'],
    ['/v1/models/a%40b%3Ac', '/v1/models/a@b:c'],
    ['/v1/models/a b', '/v1/models/a%20b'],
    ['/v1/models/a%20b', '/v1/models/a%20b'],
    ['/v1/models/模型', '/v1/models/%E6%A8%A1%E5%9E%8B'],
    ['/v1/models/\ud800 x', '/v1/models/%EF%BF%BD%20x'],
    ['/v1/models/a%3Fb%23c', '/v1/models/a%3Fb%23c'],
    ['/v1/models/100%25', '/v1/models/100%25'],
    ['/v1/%252e%252e/x', '/v1/%252e%252e/x'],
    ['/v1/a%255C..', '/v1/a%255C..'],
    ['/v1/...', '/v1/...'],
    ['/v1/.hidden', '/v1/.hidden'],
    ['/v1/models/gpt-4.', '/v1/models/gpt-4.'],
  ])('of %j is %s', (url, path) => {
    expect(canonicalPath(url)).toBe(path);
  });

  test.each([
    '/..',
    '/../v1/models',
    '/%2e%2e/v1/models',
    '/v1/../../v1/models',
    '\\..\\v1',
    '/v1/a%2F..%2F..%2Forganization',
    '/v1/models/%2e%2e%2forganization',
    '/v1/models/..%2Forganization',
    '/v1/models/x%2F..',
    '/v1/models/x%5C..%5C..%5Corganization',
    '/v1/..;/organization',
    '/v1/..;x=1/organization',
    '/v1/.;/organization',
    '/v1/%2e%2e%3b/organization',
    '/v1/a%00b',
    '/v1/a\u0000',
    '/v1/a%0d%0ahost:%20evil',
    '/v1/a%7F',
    '/v1/%',
    '/v1/%zz',
    '/v1/%E6%A8',
    '/v1/%C0%AF..',
    '/v1/%ED%A0%80',
  ])('of %j is refused', (url) => {
    expect(canonicalPath(url)).toBe(REFUSED_PATH);
  });

  /** Pieces that path attacks are made of, and anything else. */
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(...'/ \\ . .. % %2e %2E %2f %5c %25 %00 ; ? # : @ v1 a'.split(' ')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
    },
  );
  const target = fc.array(piece, { maxLength: 14 }).map((pieces) => `/v1/${pieces.join('')}`);

  test('of itself is itself', () => {
    fc.assert(
      fc.property(target, (url) => {
        const path = canonicalPath(url);
        expect(canonicalPath(path)).toBe(path);
      }),
      { numRuns: 1000 },
    );
  });

  test('never holds a dot segment, an empty segment, a backslash, a query or anything that is not ASCII', () => {
    fc.assert(
      fc.property(target, (url) => {
        const path = canonicalPath(url);
        if (path === REFUSED_PATH) return;
        expect(path).toMatch(/^\/(?:[\w.~:@!$&'()*+,;=%-]+(?:\/[\w.~:@!$&'()*+,;=%-]+)*)?$/);
        for (const segment of path.split(/\/|%2F|%5C/)) expect(segment).not.toMatch(/^\.{1,2}(?:;|$)/);
      }),
      { numRuns: 1000 },
    );
  });

  test('behind a base address is what URL building makes of it, so that nothing climbs out later', () => {
    fc.assert(
      fc.property(target, fc.constantFrom('https://example.com', 'http://h:1/a/b'), (url, base) => {
        const path = canonicalPath(url);
        if (path === REFUSED_PATH) return;
        const built = new URL(base + path);
        expect(built.origin + built.pathname).toBe(base + path);
        expect(built.search + built.hash).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same for a URL as the runtime builds it and as it came, unless one of them is refused', () => {
    fc.assert(
      fc.property(target, (url) => {
        // URL building lets `..` take back an empty segment, which is none here.
        fc.pre(!/[/\\]{2}/.test(url.replaceAll(/[\t\r\n]/g, '')));
        const raw = canonicalPath(url);
        const cleaned = canonicalPath(new URL(`http://h${url}`).href);
        // URL building drops tabs and line breaks and stops `..` at the root; both are refused in the raw form.
        if (raw !== REFUSED_PATH && cleaned !== REFUSED_PATH) expect(cleaned).toBe(raw);
      }),
      { numRuns: 1000 },
    );
  });

  test('spells every path in one way, however much of it is percent-encoded', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.boolean()),
        (segments, choices) => {
          fc.pre(segments.every((segment) => !/[/\\?#%]|\p{Cc}|^\.{1,2}(;|$)/u.test(segment)));
          const plain = `/v1/${segments.join('/')}`;
          const mixed = `/v1/${segments.map((segment) => encodedAtWill(segment, choices)).join('/')}`;
          expect(canonicalPath(mixed)).toBe(canonicalPath(plain));
          expect(decodeURIComponent(canonicalPath(plain))).toBe(plain);
        },
      ),
    );
  });
});

test.each([
  ['http://h/v1/models?a=1&a=2&beta=true', '?a=1&a=2&beta=true'],
  ['/v1/models', ''],
  ['/v1/models?', '?'],
  ['/v1/models?a=%2F..&b=c?d', '?a=%2F..&b=c?d'],
  ['/v1/models#x?y=1', ''],
  ['/v1/models?a=1#x', '?a=1'],
])('the query of %s is %j', (url, query) => {
  expect(queryOf(url)).toBe(query);
});

function encodedAtWill(segment: string, choices: fc.Stream<boolean>): string {
  return [...segment].map((char) => (choices.next().value ? percentEncoded(char) : char)).join('');
}

function percentEncoded(char: string): string {
  return [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
