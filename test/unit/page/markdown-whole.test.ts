/** Every word of an answer is on the page, and no frame on the way there shows what the next characters take back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveMarkdown } from '../../../src/page/markdown/live.ts';
import { rendered, renderedBlocks } from '../../support/page/markdown.ts';

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe('a definition', () => {
  test.each([
    ['that no link uses', '参考：\n\n[1]: https://a.b/c', '[1]: https://a.b/c'],
    ['that is said twice', '[a]\n\n[a]: https://a.b/c\n[a]: https://d.e/f', 'https://d.e/f'],
    ['whose address is no safe one', '[a]\n\n[a]: javascript:alert(1)', 'javascript:alert(1)'],
    ['in a list', '- [1]: https://a.b/c', 'https://a.b/c'],
    ['in a quote', '> [1]: https://a.b/c "Title"', 'Title'],
  ])('%s is shown', (_, text, shown) => {
    expect(textOf(rendered(text))).toContain(shown);
  });

  test('that a link uses is not', () => {
    expect(textOf(rendered('see [a]\n\n[a]: https://a.b/c'))).not.toContain('https');
  });
});

describe('a footnote', () => {
  test('is shown with its mark, and is no link', () => {
    const html = rendered(
      '结论一[^1]，结论二[^note]。\n\n[^1]: 国家统计局2025年年报。\n[^note]: **另见** https://a.b/c 。\n第二行',
    );
    expect(html).toBe(
      '<p>结论一<sup>1</sup>，结论二<sup>note</sup>。</p>' +
        '<p><sup>1</sup> 国家统计局2025年年报。</p>' +
        '<p><sup>note</sup> <strong>另见</strong> ' +
        '<a href="https://a.b/c" target="_blank" rel="noopener noreferrer nofollow">https://a.b/c</a> 。<br/>第二行</p>',
    );
  });

  test('without its words is text, as the class of a pattern is', () => {
    expect(rendered('[^1] and [^a-z]')).toBe('<p>[^1] and [^a-z]</p>');
  });
});

describe('a table', () => {
  const cells = (text: string) =>
    [...rendered(text).matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell);

  test.each([
    ['\\(P(A|B)\\)', '<span class="md-maths">\\(P(A|B)\\)</span>'],
    ['$P(A|B)=1$', '<span class="md-maths">$P(A|B)=1$</span>'],
    ['`a|b`', '<code>a|b</code>'],
    ['``a`|`b``', '<code>a`|`b</code>'],
    ['a\\|b', 'a|b'],
    ['`a\\|b`', '<code>a|b</code>'],
  ])('is not split by the pipe in %s', (cell, html) => {
    expect(cells(`| 式 | 名 |\n|--|--|\n| ${cell} | 条件概率 |`)).toEqual([html, '条件概率']);
  });

  test('keeps what stands in surplus cells', () => {
    expect(cells('| a | b |\n|--|--|\n| 1 | 2 | 3 | 4 |\nx | y | z')).toEqual([
      '1',
      '2 | 3 | 4',
      'x',
      'y | z',
    ]);
  });
});

const maths = (tex: string) => `<span class="md-maths">${tex}</span>`;

describe('a formula', () => {
  test('in single dollars is told from prices', () => {
    expect(rendered('解 $x^2=4$，价格 $5 和 $10')).toBe(`<p>解 ${maths('$x^2=4$')}，价格 $5 和 $10</p>`);
    expect(rendered('$x$ and $a_1 * b_1$ and $f(x)$')).toBe(
      `<p>${maths('$x$')} and ${maths('$a_1 * b_1$')} and ${maths('$f(x)$')}</p>`,
    );
  });

  test.each(['align', 'equation*', 'pmatrix', 'cases'])(
    'in a bare %s environment is whole and unharmed',
    (name) => {
      const tex = `\\begin{${name}}\na &= b_1 * c_1 \\\\\n- d &= e\n\\end{${name}}`;
      expect(rendered(`前\n${tex}\n后`)).toContain(
        `<span class="md-maths md-maths-display">${tex.replaceAll('&', '&amp;')}</span>`,
      );
    },
  );

  test('is none in LaTeX that is talked about', () => {
    expect(rendered('\\begin{itemize}\n\\end{itemize}')).not.toContain('md-maths');
  });
});

describe('a block of Markdown with blocks inside it', () => {
  const code = (text: string) => [...text.matchAll(/<code>(.*?)<\/code>/gs)].map(([, inner]) => inner);

  test.each(['markdown', 'md', 'Markdown', 'md title=x'])('opened by %s is one block', (info) => {
    const inner = '# T\n```bash\nnpm i\n```\nmore\n```js\nx\n```';
    const html = rendered(`前\n\n\`\`\`${info}\n${inner}\n\`\`\`\n\n后`);
    expect(code(html)).toEqual([inner]);
    expect(html).toContain('<p>后</p>');
  });

  test('without an end of its own is read as it always was', () => {
    expect(code(rendered('```markdown\n# T\n```bash\nnpm i\n```\n\n后'))).toEqual(['# T\n```bash\nnpm i']);
  });

  test('and a block of another language is not looked into', () => {
    expect(code(rendered('```text\n```bash\n```\n\nx'))).toEqual(['```bash']);
  });
});

test('every block says that its direction is its text’s, and code is left to right', () => {
  const html = rendered('# مرحبا\n\nنص\n\n- بند\n\n> اقتباس\n\n| أ |\n|--|\n| ب |\n\n```js\nx\n```', true);
  for (const tag of ['h3', 'p', 'ul', 'li', 'blockquote', 'table', 'th', 'td']) {
    expect(html).toMatch(new RegExp(`<${tag}(?: [^>]*)? dir="auto"`));
  }
  expect(html).toContain('<pre tabindex="0" dir="ltr">');
});

/** What a text looks like as it arrives character by character: each frame, and the finished answer. */
function frames(text: string): { frames: readonly string[]; final: string } {
  const live = new LiveMarkdown();
  const shown = Array.from({ length: text.length }, (_, end) =>
    renderedBlocks(live.update(text.slice(0, end + 1), false)),
  );
  return { frames: shown, final: renderedBlocks(live.update(text, true)) };
}

const tags = (html: string) =>
  new Set([...html.matchAll(/<(h\d|ul|ol|table|blockquote|hr|pre|details)\b/g)].map(([, tag]) => tag));
const links = (html: string) => new Set([...html.matchAll(/ href="([^"]*)"/g)].map(([, address]) => address));

describe('no frame shows', () => {
  test.each([
    'H<sub>2</sub>O 与 x<sup>2</sup>',
    '按 <kbd>Ctrl</kbd>+<kbd>C</kbd> 复制',
    '> [!NOTE]\n> 一\n\n后',
    '- a <sub>b</sub>',
  ])('half a tag or the mark of an alert of %j', (text) => {
    for (const frame of frames(text).frames) expect(frame).not.toMatch(/&lt;|\[!|<p>\[|<\/?(?:su|kb)?\s/);
    expect(frames(text).final).toBe(rendered(text));
  });

  test.each([
    '要点：\n- 一\n- 二\n',
    '要点：\n* 一\n* 二\n',
    '标题\n\n---\n\n后文',
    'a\n***bold and italic*** b',
    '***bold*** first',
    '* a\n* b',
    '**粗体**开头',
    '#标签 不是标题',
    '2024.5 年\n\n1.5 倍',
    '1) 一\n2) 二',
    '- [ ] a\n- [x] b\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n\n后',
    '前文\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n',
    '```inline``` code',
    '> 引用\n> - 列\n\n后',
    'x\n= y',
    '$$\n- x\n$$\n\n后',
  ])('a kind of block that %j does not hold', (text) => {
    const { frames: shown, final } = frames(text);
    for (const frame of shown) expect([...tags(final)]).toEqual(expect.arrayContaining([...tags(frame)]));
  });

  test.each([
    '见 https://example.com.cn/path?a=1&b=2。后文',
    'see https://example.com/a. Then https://b.example!',
    '[文档](https://example.com/a/b "t") 后',
    '![图](https://example.com/a.png) 后',
    'mail me@example.com.au now',
    '- https://example.com/one\n- [x](https://example.com/two)\n',
    '| a |\n|--|\n| https://example.com/three |\n\nx',
    '**https://example.com/four**',
    'www.example.com.cn 后',
    '<https://example.com/five>',
  ])('a link that %j does not hold', (text) => {
    const { frames: shown, final } = frames(text);
    expect(links(final).size).toBeGreaterThan(0);
    for (const frame of shown) {
      expect([...links(final)]).toEqual(expect.arrayContaining([...links(frame)]));
      expect(frame).not.toContain('](');
    }
  });
});

const WORDS = ['甲乙', 'كلمة', 'word', '𠮷野', 'Straße', '한국'];
/** Places for a word, in every construct. */
const PLACES = [
  (w: string) => `${w}\n\n`,
  (w: string) => `# ${w}\n\n`,
  (w: string) => `**${w}：**后\n\n`,
  (w: string) => `- ${w}\n- b\n\n`,
  (w: string) => `1. a\n   - ${w}\n\n`,
  (w: string) => `> ${w}\n\n`,
  (w: string) => `| a |\n|--|\n| b | ${w} | c |\n\n`,
  (w: string) => `| \\(a|${w.length}\\) | ${w} |\n|--|--|\n| x |\n\n`,
  (w: string) => `\`\`\`js\n${w}\n\`\`\`\n\n`,
  (w: string) => `\`${w}\`\n\n`,
  (w: string) => `[${w}](https://a.b/c)\n\n`,
  (w: string) => `![${w}](https://a.b/c.png)\n\n`,
  (w: string) => `[${w}]: https://a.b/c\n\n`,
  (w: string) => `[^${w}]: x\n\n`,
  (w: string) => `[^1]: ${w}\n\n`,
  (w: string) => `<b>${w}</b>\n\n`,
  (w: string) => `<!-- ${w} -->\n\n`,
  (w: string) => `<div>\n${w}\n</div>\n\n`,
  (w: string) => `$$\n${w}\n$$\n\n`,
  (w: string) => `\\begin{align}\n${w}\n\\end{align}\n\n`,
  (w: string) => `~~${w}~~ *${w.length}*\n\n`,
  (w: string) => `\`\`\`markdown\n\`\`\`js\n${w}\n\`\`\`\n\`\`\`\n\n`,
  (w: string) => `    ${w}\n\n`,
  (w: string) => `${w}\n===\n\n`,
];

test('every word of the source is on the page once, in any mixture of blocks', () => {
  const piece = fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...PLACES));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const words = pieces.map(([word], index) => `${word}q${index}q`);
      const text = pieces.map(([, place], index) => place(words[index] ?? '')).join('');
      const shown = textOf(rendered(text));
      for (const word of words) expect(shown.split(word)).toHaveLength(2);
    }),
    { numRuns: 1500 },
  );
});
