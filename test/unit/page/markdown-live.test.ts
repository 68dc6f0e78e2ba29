/** Growing text: any chunking ends in the same nodes, what is finished stays, and the work is bounded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  lexBlocks,
  type MarkdownToken,
  noLinks,
  noNotes,
  showUnused,
} from '../../../src/page/markdown/lexer.ts';
import { LiveMarkdown } from '../../../src/page/markdown/live.ts';
import { rendered, renderedBlocks, renderedTokens, streamed } from '../../support/page/markdown.ts';
import { cut, documents, longAnswer, noise } from '../../support/page/markdown-samples.ts';

/** Pieces of `size` characters. */
const inPieces = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );

const places = fc.array(fc.nat(), { maxLength: 16 });

test('any chunking ends in what the whole text gives at once', () => {
  fc.assert(
    fc.property(fc.oneof(documents, noise), places, (text, at) => {
      expect(streamed(cut(text, at)).html).toBe(rendered(text));
    }),
    { numRuns: 1500 },
  );
});

test('a long answer ends in the same nodes character by character, line ends and surrogate pairs cut', () => {
  const text = `${longAnswer.slice(0, 4000).replaceAll('\n', '\r\n')}😀𠮷\r`;
  expect(streamed(inPieces(text, 1)).html).toBe(rendered(text));
});

test('cutting a text into blocks loses nothing of what marked makes of it whole', () => {
  const unix = (text: string) => text.replace(/\r\n?/g, '\n');
  fc.assert(
    fc.property(documents, (text) => {
      const links = noLinks();
      lexBlocks(unix(text), links);
      const notes = noNotes();
      const tokens = lexBlocks(unix(text), links, notes);
      showUnused(notes);
      expect(rendered(text)).toBe(renderedTokens(tokens));
    }),
    { numRuns: 1500 },
  );
});

test('a finished block keeps its tokens while the rest arrives', () => {
  const live = new LiveMarkdown();
  let kept: readonly (readonly MarkdownToken[])[] = [];
  for (let end = 0; end <= 6000; end += 37) {
    const { frozen } = live.update(longAnswer.slice(0, end), false);
    kept.forEach((tokens, index) => {
      expect(frozen[index]).toBe(tokens);
    });
    kept = frozen;
  }
  expect(kept.length).toBeGreaterThan(20);
});

test.each([
  ['an empty line after a paragraph', 'a\n\n'],
  ['a line at the margin after a list', '- a\n\nb'],
  ['a closing fence', '```\na\n\n- b\n```\n'],
  ['an opening fence', 'a\n```\n'],
  ['a heading', '# a\n'],
  ['an empty line after a table', '|a|\n|-|\n|b|\n\n'],
])('%s freezes what stands before it', (_, text) => {
  const live = new LiveMarkdown();
  expect(live.update(text.slice(0, -1), false).frozen).toHaveLength(0);
  expect(live.update(text, false).frozen).toHaveLength(1);
});

test.each([
  ['a list after an empty line', '- a\n\n'],
  ['a list before another item', '- a\n\n- b\n'],
  ['an ordered list before another item', '1. a\n\n2. b\n'],
  ['a list before an indented line', '- a\n\n  b\n'],
  ['indented code after an empty line', '    a\n\n'],
  ['code indented by spaces and a tab after an empty line', '  \ta\n\n'],
  ['code in an open fence', '```\na\n\nb\n# c\n'],
  ['code in an open fence in a list', '- ```\n  a\n\n  b\n'],
  ['a paragraph without an end', 'a\nb\n'],
])('%s stays live', (_, text) => {
  expect(new LiveMarkdown().update(text, false).frozen).toHaveLength(0);
});

test('an empty line is enough again after a list', () => {
  expect(new LiveMarkdown().update('- a\n\nb\n\n', false).frozen).toHaveLength(2);
});

test('half a character is not shown', () => {
  const live = new LiveMarkdown();
  expect(renderedBlocks(live.update('a\ud83d', false))).toBe('<p>a</p>');
  expect(renderedBlocks(live.update('a\ud83d\ude00', false))).toBe('<p>a😀</p>');
});

test('an answer of 26 KB in 827 flushes is lexed at most three times over, not hundreds of times', () => {
  const size = Math.ceil(longAnswer.length / 827);
  const { html, live } = streamed(inPieces(longAnswer, size));
  expect(html).toBe(rendered(longAnswer));
  expect(longAnswer.length).toBeGreaterThan(25_000);
  expect(live.lexedCharacters).toBeLessThan(longAnswer.length * 3);
});

test('a code block in progress is not lexed at all, and its text only grows', () => {
  const live = new LiveMarkdown();
  const opening = '```python title\n';
  live.update(opening, false);
  const before = live.lexedCharacters;
  const code = '```` is no end\n\nprint("中")\n'.repeat(200);
  let shown = '';
  for (let end = 0; end <= code.length; end += 7) {
    const [token] = live.update(opening + code.slice(0, end), false).tail;
    expect(token).toMatchObject({ type: 'code', lang: 'python title', open: true });
    const text = token?.type === 'code' ? token.text : '';
    expect(text.startsWith(shown)).toBe(true);
    shown = text;
  }
  expect(live.lexedCharacters).toBe(before);
  const whole = live.update(`${opening}${code}\`\`\``, true);
  expect(renderedBlocks(whole)).toContain('md-code');
});

test('the first half of a closing fence is not shown as code', () => {
  const live = new LiveMarkdown();
  const texts = ['```\na', '```\na\n', '```\na\n``', '```\na\n```', '```\na\n``b'].map((text) => {
    const [token] = live.update(text, false).tail;
    return token?.type === 'code' ? token.text : token?.type;
  });
  expect(texts).toEqual(['a', 'a', 'a', 'a', 'a\n``b']);
});

test('a definition reaches back to earlier blocks once the answer is complete', () => {
  const live = new LiveMarkdown();
  const text = 'See [1].\n\nAnd more.\n\n[1]: https://a.b/c\n';
  expect(renderedBlocks(live.update(text, false))).not.toContain('<a ');
  expect(renderedBlocks(live.update(text, true))).toContain('<a href="https://a.b/c"');
  const longer = `${text}\n[1]: https://second.example\n\n[1] again`;
  expect(renderedBlocks(live.update(longer, true))).toBe(rendered(longer));
});

test('a definition cut short by an interruption does not outlive its continuation', () => {
  const live = new LiveMarkdown();
  live.update('x [1] y\n\n[1]: https://a.b/ha', true);
  const text = 'x [1] y\n\n[1]: https://a.b/half\n\nz';
  expect(renderedBlocks(live.update(text, true))).toBe(rendered(text));
});

test('a text that does not continue the last one starts afresh', () => {
  const live = new LiveMarkdown();
  live.update('# One\n\ntwo\n\n```\n', false);
  expect(renderedBlocks(live.update('# Two\n\nthree', true))).toBe(rendered('# Two\n\nthree'));
});

const LENGTH = 10_000;
const PATHOLOGICAL = [
  '[',
  '*',
  '_',
  '`',
  '>',
  '> ',
  '- ',
  '1. ',
  '![',
  '[a](',
  '[a](b)',
  '*a **b ',
  '**a *b __c ',
  '~~a ',
  '<',
  '<a ',
  '<!--',
  '&#',
  '\\(',
  '\\[\n',
  '$$a ',
  '$',
  '|',
  '| a\n',
  '[a]: b\n',
  '[a]: b "\n',
  '```\n',
  '~~~\n\n',
  '- ```\n\n',
  '- a\n\n',
  '- a\n\n  b\n\n',
  '    a\n\n',
  '> a\n\n',
  '# ',
  'a\n',
  '\\',
  '中**（',
  'a@',
  'https://a.',
  '\n',
  ' ',
  'a',
]
  .map((part) => part.repeat(LENGTH / part.length))
  // The fence that the list's end closes is taken for open, and the next for its end: every line asks to freeze in vain.
  .concat(`- a\n  \`\`\`\n  b\n\nc\n\n\`\`\`\n${'x\n\n'.repeat(LENGTH / 3)}`);

test.each(PATHOLOGICAL)('%#: text made to be slow stays within bounded work', (text) => {
  const { live, html } = streamed(inPieces(text, 250));
  // What is live is lexed once a flush: 40 flushes of half the text on average, and as much again for tries to freeze.
  expect(live.lexedCharacters).toBeLessThan(text.length * 45);
  expect(html).toBe(rendered(text));
});

test('a tail far longer than any block is lexed ever less often', () => {
  const text = '- a **b** c\n'.repeat(6_000);
  const { live, html } = streamed(inPieces(text, 400));
  expect(live.lexedCharacters).toBeLessThan(text.length * 40);
  expect(html).toBe(rendered(text));
});

test.each([
  ['list', '- a **b** c\n', '- **new**'],
  ['list of loose items', '1. a\n\n', '1. **new**'],
  ['table', '| a | **b** |\n', '| **new** | x |'],
])('what came since a long %s was lexed is part of it, and never raw', (_, line, news) => {
  const live = new LiveMarkdown();
  const head = line.startsWith('|') ? '| a | b |\n|--|--|\n' : '';
  const long = head + line.repeat(6000);
  live.update(long, false);
  const before = live.lexedCharacters;
  const shown = renderedBlocks(live.update(`${long}${news}`, false));
  expect(live.lexedCharacters - before).toBeLessThan(200);
  expect(shown).toContain('<strong>new</strong>');
  expect(shown).not.toContain('**');
  expect(shown.match(/<(?:[uo]l|table)\b/g)).toHaveLength(1);
});

test.each([
  ['quotes', `${'> '.repeat(3000)}a`],
  ['lists', Array.from({ length: 300 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
  ['emphasis', `${'*a **b '.repeat(500)}c${'** d*'.repeat(500)}`],
])('%s nested without end are shown to a bounded depth', (_, text) => {
  const depth = [...rendered(text).matchAll(/<(\/?)[a-z0-9]+[^>]*?(\/?)>/g)].reduce(
    ({ now, most }, [, closing, empty]) => {
      const next = now + (closing ? -1 : empty ? 0 : 1);
      return { now: next, most: Math.max(most, next) };
    },
    { now: 0, most: 0 },
  );
  expect(depth.most).toBeLessThan(60);
});

test('what follows a list nested too deep is a paragraph again', () => {
  const quoted = ['- a', '# b', 'c'].map((line) => '> '.repeat(15) + line).join('\n');
  expect(rendered(quoted)).toContain('<ul><li>a</li></ul><h3 class="md-h1">b</h3><p>c</p>');
});

test('a paragraph far longer than any keeps its lines, and their markup', () => {
  const text = '**a** b\n'.repeat(3000);
  expect(rendered(text)).toBe(`<p>${'<strong>a</strong> b<br/>'.repeat(3000).slice(0, -5)}</p>`);
  const line = '**a** b '.repeat(3000).trim();
  expect(rendered(`${line}\n**c**`)).toBe(`<p>${line}<br/><strong>c</strong></p>`);
});
