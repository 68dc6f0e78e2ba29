/** Markdown to test with: generated documents, and one long answer such as models give. */
import fc from 'fast-check';

/** Lines that open, continue, interrupt or close every kind of block, in Chinese and English. */
const LINES = [
  '',
  '',
  '',
  '   ',
  '正文一行，**注意：**后文。',
  'Plain text with *emphasis* and `code`.',
  'See [the guide][1] and [2].',
  '[1]: https://example.com/guide "A title"',
  '[2]: </docs/api#chat>',
  '# Heading',
  '## 标题 **粗**',
  '#no heading',
  'Setext',
  '===',
  '---',
  '***',
  '- item',
  '- [ ] task',
  '* [x] 完成',
  '+ other',
  '  - nested',
  '    deeper',
  '  lazy or indented',
  '1. first',
  '2) second',
  '10. tenth',
  '> quote',
  '> - list in quote',
  '> ```',
  '>',
  '>> deep',
  '```',
  '```js',
  '````',
  '~~~',
  '~~~ python',
  '  ```',
  '   ```',
  '    ```',
  'const a = 1;',
  '    indented code',
  '\tindented by a tab',
  '  \tindented by both',
  '| 列 | b |',
  '|---|:-:|',
  '| 1 | `2` |',
  'a | b',
  '--|--',
  '$$',
  'x = \\frac{1}{2}',
  '= y',
  '$$ a + b $$',
  '\\[ c \\]',
  '\\[',
  '\\]',
  '<div>',
  '</div>',
  '<!-- comment',
  '-->',
  '<script>alert(1)</script>',
  '![图](https://example.com/a.png)',
  'https://example.com/路径。后文',
  '😀 emoji 𠮷野家',
  'two spaces  ',
  'backslash\\',
];

export const documents = fc.array(fc.constantFrom(...LINES), { maxLength: 24 }).chain((lines) =>
  fc
    .array(fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\r'), {
      minLength: lines.length,
      maxLength: lines.length,
    })
    .map((ends) => lines.map((line, index) => line + ends[index]).join('')),
);

/** Characters that mean something to the lexer, so that cuts and pairs fall everywhere. */
export const noise = fc.string({
  unit: fc.constantFrom(...'*_~`[]()!<>#-+=|\\$:&;"\'/ \n\r\tab1中文，。：「」😀𠮷'),
  maxLength: 60,
});

/** Cuts a text into pieces at UTF-16 code units, halves of characters and of line ends included. */
export function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

const SECTION = `## 第 N 步：部署与检查

**注意：**正文里有 \`wrangler deploy\`、[指南](/docs/deployment#deploy) 和 https://example.com/a?b=1。后文继续，含**「重点」**内容。

The endpoint *streams*; a cut answer is never shown as whole. See [1] and **the docs**, or ~~ask~~ read on.

1. **创建**一个 Worker：
   - 选择区域，例如 \`wnam\`；
   - 填写变量 \`OPENAI_API_KEY\`。

2. **复现：**10 轮，每轮 30~40 秒。

\`\`\`ts
export async function relay(request: Request): Promise<Response> {
  const upstream = await fetch(request);

  if (!upstream.ok) throw new Error(\`status \${upstream.status}\`);
  return new Response(upstream.body, upstream); // 原样转发
}
\`\`\`

| 方式 | CPU | 备注 |
|:--|--:|:-:|
| native | 6 ms | \`return fetch()\` |
| 慢速旁路 | 7 ms | 看得见中断 |

> 结论：当 $$n \\to \\infty$$ 时，\\(a_n * b_n\\) 收敛。
> 见上文。

`;

/** About 26 KB of everything an answer is made of. */
export const longAnswer = Array.from({ length: 36 }, (_, index) =>
  SECTION.replace('N', String(index + 1)),
).join('');
