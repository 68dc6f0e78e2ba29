/** What a finished answer looks like, construct by construct. */
import { expect, test } from 'vitest';
import { rendered } from '../../support/page/markdown.ts';

const code = (text: string, lang = '') =>
  `<div class="md-code"><div class="md-bar"><span class="md-lang">${lang}</span>` +
  '<button type="button" class="md-act" aria-pressed="false">Wrap</button>' +
  '<button type="button" class="md-act">Save</button>' +
  '<button type="button" class="md-act md-copy" aria-live="polite">Copy</button></div>' +
  `<pre tabindex="0" dir="ltr"><code>${text}</code></pre></div>`;

const link = (href: string, text: string) =>
  `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;

test.each([
  ['paragraphs', 'a\n\nb', '<p>a</p><p>b</p>'],
  ['line breaks', 'a\nb  \nc\\\nd', '<p>a<br/>b<br/>c<br/>d</p>'],
  [
    'headings, below those of the page',
    '# One\n###### Six',
    '<h3 class="md-h1">One</h3><h6 class="md-h6">Six</h6>',
  ],
  ['setext headings', 'One\n===\nTwo\n---', '<h3 class="md-h1">One</h3><h4 class="md-h2">Two</h4>'],
  ['a rule', 'a\n\n---\n\nb', '<p>a</p><hr/><p>b</p>'],
  ['quotes in quotes', '> a\n>\n> > b', '<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>'],
  ['a tight list', '- a\n- b\n  - c', '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>'],
  ['a loose list', '- a\n\n- b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
  ['a list that starts at 3', '3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
  ['code in a list', '1. a\n   ```sh\n   ls\n   ```', `<ol><li>a${code('ls', 'sh')}</li></ol>`],
  ['fenced code', '```js\nlet a = "<b>";\n\n```', code('let a = &quot;&lt;b>&quot;;\n', 'js')],
  ['a fence that is never closed', '~~~python title=x\na\n', code('a', 'python')],
  ['indented code', '    a\n      b', code('a\n  b')],
  ['code spans', '`a  b` `` ` `` `&amp;`', '<p><code>a  b</code> <code>`</code> <code>&amp;amp;</code></p>'],
  ['escapes', '\\*a\\* \\&amp; \\# \\`', '<p>*a* &amp;amp; # `</p>'],
  [
    'character references',
    '&lt;b&gt; &copy; &#20013; &nosuch; &#0;',
    '<p>&lt;b> © 中 &amp;nosuch; \ufffd</p>',
  ],
  [
    'a reference to a source',
    'So it is [1], [2](/docs/api#chat).',
    `<p>So it is [1], ${link('/docs/api#chat', '2')}.</p>`,
  ],
  [
    'a definition before its use',
    '[r]: https://a.b/c\n\nx [r] y',
    `<p>x ${link('https://a.b/c', 'r')} y</p>`,
  ],
  [
    'a definition after its use',
    'x [t][r]\n\ny\n\n[r]: https://a.b/c',
    `<p>x ${link('https://a.b/c', 't')}</p><p>y</p>`,
  ],
  ['an address in angle brackets', '<https://a.b/c>', `<p>${link('https://a.b/c', 'https://a.b/c')}</p>`],
  [
    'HTML as text',
    'a <b class="x">c</b> <!-- d -->',
    '<p>a &lt;b class=&quot;x&quot;>c&lt;/b> &lt;!-- d --></p>',
  ],
  ['a line break in a table', '|a|\n|-|\n|b<br>c|', expect.stringContaining('<td>b<br/>c</td>')],
  [
    'text after a tag at the start of a line',
    '<script> 标签**很**旧\n\n**后文**',
    '<p>&lt;script> 标签<strong>很</strong>旧</p><p><strong>后文</strong></p>',
  ],
])('%s', (_, text, html) => {
  expect(rendered(text)).toEqual(html);
});

test.each([
  [
    'tags that mean something',
    'H<sub>2</sub>O, x<SUP>2*n*</SUP>, <kbd>Ctrl</kbd>+<kbd>C</kbd>',
    '<p>H<sub>2</sub>O, x<sup>2<em>n</em></sup>, <kbd>Ctrl</kbd>+<kbd>C</kbd></p>',
  ],
  [
    'tags inside one another',
    '<sup>a<sub>b<sub>c</sub></sub></sup>',
    '<p><sup>a<sub>b<sub>c</sub></sub></sup></p>',
  ],
  [
    'tags without their other half',
    'a <sub>b **c</sub>** </kbd>',
    '<p>a &lt;sub>b <strong>c&lt;/sub></strong> &lt;/kbd></p>',
  ],
  ['tags that say more', '<sub onclick="x">a</sub>', '<p>&lt;sub onclick=&quot;x&quot;>a&lt;/sub></p>'],
  ['tags in code', '`H<sub>2</sub>`', '<p><code>H&lt;sub>2&lt;/sub></code></p>'],
  [
    'emphasis in Chinese by dots',
    '*重点* *word* *混合 word*',
    '<p><em class="md-dots">重点</em> <em>word</em> <em class="md-dots">混合 word</em></p>',
  ],
  [
    'an alert',
    '> [!WARNING]\n> Mind **this**\n>\n> - one',
    '<blockquote class="md-alert md-warning"><p class="md-alert-name">Warning</p><p>Mind <strong>this</strong></p><ul><li>one</li></ul></blockquote>',
  ],
  [
    'an alert with its words in the next paragraph',
    '> [!note]\n>\n> b',
    '<blockquote class="md-alert md-note"><p class="md-alert-name">Note</p><p>b</p></blockquote>',
  ],
  ['what is no kind of alert', '> [!HINT]\n> a', '<blockquote><p>[!HINT]<br/>a</p></blockquote>'],
  ['an alert’s mark in a sentence', '> [!NOTE] a', '<blockquote><p>[!NOTE] a</p></blockquote>'],
])('%s', (_, text, html) => {
  expect(rendered(text)).toBe(html);
});

test('tags nested without end are shown to a bounded depth', () => {
  const html = rendered(`${'<sub>'.repeat(1000)}a${'</sub>'.repeat(1000)}`);
  expect(html.match(/<sub>/g)).toHaveLength(8);
});

test('tables have a box to scroll in and columns aligned by class', () => {
  expect(rendered('| a | b | c |\n|:--|:-:|--:|\n| 1 | **2** | x\\|y |')).toBe(
    '<div class="md-table" tabindex="0"><table><thead><tr>' +
      '<th class="md-left" scope="col">a</th><th class="md-center" scope="col">b</th><th class="md-right" scope="col">c</th>' +
      '</tr></thead><tbody><tr><td class="md-left">1</td><td class="md-center"><strong>2</strong></td>' +
      '<td class="md-right">x|y</td></tr></tbody></table></div><div class="md-bar md-table-bar">' +
      '<button type="button" class="md-act md-copy" aria-live="polite">Copy table</button></div>',
  );
});

test('tasks show their state as a named picture', () => {
  expect(rendered('- [ ] a\n- [x] b')).toBe(
    '<ul><li class="md-task-item"><span class="md-task" role="img" aria-label="To do"></span>a</li>' +
      '<li class="md-task-item"><span class="md-task md-task-done" role="img" aria-label="Done"></span>b</li></ul>',
  );
});

test('an image is a chip with its description and host', () => {
  expect(rendered('![a **b**](https://e.com:8080/x.png "t")')).toBe(
    '<p><a class="md-image" href="https://e.com:8080/x.png" target="_blank" rel="noopener noreferrer nofollow">' +
      '<span class="md-image-name">a b</span><span class="md-image-host">e.com:8080</span></a></p>',
  );
  expect(rendered('![](/docs/a.png)')).toContain('<span class="md-image-name">Image</span>');
  expect(rendered('[![a](https://e.com/x.png)](https://f.com)')).toBe(
    `<p>${link('https://f.com/', '<span class="md-image"><span class="md-image-name">a</span><span class="md-image-host">e.com</span></span>')}</p>`,
  );
});

const inline = (tex: string) => `<span class="md-maths">${tex}</span>`;
const display = (tex: string) => `<span class="md-maths md-maths-display">${tex}</span>`;

test.each([
  [
    'in a sentence',
    '当 \\(a*b*c_1\\) 与 $$x_1$$ *时*',
    `<p>当 ${inline('\\(a*b*c_1\\)')} 与 ${inline('$$x_1$$')} <em class="md-dots">时</em></p>`,
  ],
  ['on a line of its own', 'a\n\n$$x$$\n\nb', `<p>a</p><p>${display('$$x$$')}</p><p>b</p>`],
  [
    'right below a paragraph',
    'a\n\\[\n- x\n= y\n\\]\nb',
    `<p>a</p><p>${display('\\[\n- x\n= y\n\\]')}</p><p>b</p>`,
  ],
  ['in a list', '- a\n  $$\n  x\n  $$', `<ul><li>a<p>${display('$$\nx\n$$')}</p></li></ul>`],
  ['displayed in a sentence', 'a \\[x\\] b', `<p>a ${display('\\[x\\]')} b</p>`],
])('maths %s', (_, text, html) => {
  expect(rendered(text)).toBe(html);
});

test.each([
  '$5 and $6',
  '\\$a$',
  '$ a$',
  '$5a$6',
  '$HOME/x_$USER',
  '$价=格$',
  'US$5 and a US$',
  'a $$5 to $$ b',
  '`\\(a\\)`',
  '\\\\(a)',
  '$$ $$',
  'a $$ b\n\nc $$ d',
  '\\(a',
  '$$$$$$',
])('%j is no maths', (text) => {
  expect(rendered(text)).not.toContain('md-maths');
});
