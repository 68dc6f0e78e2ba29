/**
 * Markdown as models write it, in Chinese, English, Arabic and mixed, together with the words that a reader must see.
 * Blocks are made of words without markup of their own, so that what is markup is known from how they are put together.
 */
import fc from 'fast-check';

/** A piece of Markdown, and its visible characters without white space. */
export interface Written {
  readonly source: string;
  readonly shown: string;
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  zh: ['注意：', '正文', '部署到边缘', '「重点」', '，', '。', '10～20元', '𠮷野家', '（见下）', '“引号”'],
  en: ['Deploy', 'the edge', 'snake_case_name', '2.5', "don't", 'e.g.', 'naïve', 'A/B', 'C++', '(see below)'],
  ar: ['مرحبا', 'بالعالم', '،', 'النص العربي', '١٢٣', '؟'],
};

const words = fc
  .constantFrom('zh', 'en', 'ar', 'mixed')
  .chain((language) =>
    fc.array(fc.constantFrom(...(WORDS[language] ?? Object.values(WORDS).flat())), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map((parts) => parts.join(' '));

const plain = (text: string): Written => ({ source: text, shown: bare(text) });

/** Without white space, which the page may set as it likes. */
export function bare(text: string): string {
  return text.replace(/\s+/g, '');
}

function joined(parts: readonly Written[], separator: string): Written {
  return {
    source: parts.map(({ source }) => source).join(separator),
    shown: parts.map(({ shown }) => shown).join(''),
  };
}

const wrapped =
  (before: string, after = before) =>
  (text: string): Written => ({
    source: before + text + after,
    shown: bare(text),
  });

/** Words, bold, emphasised, struck out, code, a link, an address, a formula, escaped characters. */
const inline = fc.oneof(
  { weight: 3, arbitrary: words.map(plain) },
  words.map(wrapped('**')),
  words.map(wrapped('*')),
  words.map(wrapped('~~')),
  words.map(wrapped('`')),
  words.map(wrapped('[', '](https://example.com/a_b?c=1)')),
  fc.constant(plain('https://example.com/path?x=1&y=2')),
  fc.constant(plain('$x^2=4$')),
  fc.constantFrom<Written>({ source: '2 \\* 3 \\_', shown: '2*3_' }, { source: '价格 $5', shown: '价格$5' }),
);

/** Pieces of a line. Between them stands a space: what is glued together is another test's. */
const line = fc.array(inline, { minLength: 1, maxLength: 4 }).map((parts) => joined(parts, ' '));

/** Begins with a word, so that the line is no block of another kind. */
const sentence = line.map(({ source, shown }) => ({ source: `句 ${source}`, shown: `句${shown}` }));

const paragraph = fc.array(sentence, { minLength: 1, maxLength: 3 }).map((lines) => joined(lines, '\n'));

const heading = fc
  .tuple(fc.integer({ min: 1, max: 6 }), sentence)
  .map(([level, { source, shown }]) => ({ source: `${'#'.repeat(level)} ${source}`, shown }));

const indented = (text: string, by: string) => text.replace(/\n(?!\n|$)/g, `\n${by}`);

/** A list; with `depth` left, of blocks inside its items too. */
function list(depth: number): fc.Arbitrary<Written> {
  const item =
    depth > 0 ? fc.tuple(sentence, fc.option(list(depth - 1))) : fc.tuple(sentence, fc.constant(null));
  return fc
    .tuple(fc.constantFrom('-', '*', '1.', '- [ ]', '- [x]'), fc.array(item, { minLength: 1, maxLength: 3 }))
    .map(([mark, items]) => {
      const by = ' '.repeat(mark === '1.' ? 3 : 2);
      return joined(
        items.map(([own, below], index) => {
          const begin = mark === '1.' ? `${index + 1}.` : mark;
          const whole = below
            ? { source: `${own.source}\n${below.source}`, shown: own.shown + below.shown }
            : own;
          return { source: `${begin} ${indented(whole.source, by)}`, shown: whole.shown };
        }),
        '\n',
      );
    });
}

const quote = fc
  .oneof(paragraph, list(0))
  .map(({ source, shown }) => ({ source: `> ${source.replaceAll('\n', '\n> ')}`, shown }));

const CODE = [
  'const a = 1;',
  '',
  '    # 缩进',
  '**not bold**',
  '- no item',
  '| no | table |',
  '// نص',
  '$5 `x`',
];
const code = fc
  .tuple(
    fc.constantFrom('', 'js', 'python'),
    fc.array(fc.constantFrom(...CODE), { minLength: 1, maxLength: 4 }),
  )
  .map(([lang, lines]) => ({
    source: `\`\`\`${lang}\n${lines.join('\n')}\n\`\`\``,
    shown: `${lang}${bare(lines.join(''))}`,
  }));

const cell = fc.oneof(
  inline.filter(({ source }) => !source.includes('|')),
  fc.constant<Written>({ source: '`a|b`', shown: 'a|b' }),
);
const table = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .chain(([columns, rows]) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: rows + 1,
      maxLength: rows + 1,
    }),
  )
  .map((rows) => {
    const lines = rows.map((cells) => `| ${cells.map(({ source }) => source).join(' | ')} |`);
    const dashes = `|${rows[0]?.map(() => '---').join('|')}|`;
    return {
      source: [lines[0], dashes, ...lines.slice(1)].join('\n'),
      shown: rows
        .flat()
        .map(({ shown }) => shown)
        .join(''),
    };
  });

const formula = fc.constantFrom<Written>(
  plain('$$\nx = \\frac{1}{2}\n- y\n$$'),
  plain('\\[ a_n * b_n \\]'),
  plain('\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}'),
);

const rule = fc.constant<Written>({ source: '---', shown: '' });

const block = fc.oneof(
  { weight: 3, arbitrary: paragraph },
  heading,
  list(2),
  quote,
  code,
  table,
  formula,
  rule,
);

/** A whole answer, block by block. Two lists after one another would be one: something stands between them. */
export const written: fc.Arbitrary<readonly Written[]> = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .map((blocks) =>
    blocks.flatMap((each, index) =>
      index > 0 && LIST.test(each.source) && LIST.test(blocks[index - 1]?.source ?? '')
        ? [plain('句'), each]
        : [each],
    ),
  );
const LIST = /^(?:[-*]|\d+\.) /;

export function sourceOf(blocks: readonly Written[]): string {
  return blocks.map(({ source }) => source).join('\n\n');
}
