/** `<details>`: folded blocks, whole, growing and unclosed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveMarkdown } from '../../../src/page/markdown/live.ts';
import { rendered, renderedBlocks } from '../../support/page/markdown.ts';

const FOLDED = `Before.

<details>
<summary>More **of it**</summary>

A paragraph.

- one
- two

\`\`\`html
</details>
\`\`\`

</details>

Behind.`;

const INNER = '<p>A paragraph.</p><ul><li>one</li><li>two</li></ul>';

/** Everything that is shown while a text grows, in these steps. */
function frames(text: string, ends: readonly number[]): string[] {
  const live = new LiveMarkdown();
  const shown = ends.map((end) => renderedBlocks(live.update(text.slice(0, end), false)));
  return [...shown, renderedBlocks(live.update(text, true))];
}

describe('folded blocks', () => {
  it('are folded under their summary, and a tag in code is code', () => {
    const html = rendered(FOLDED);
    expect(html).toContain('<details class="md-details"><summary>More <strong>of it</strong></summary>');
    expect(html).toContain(INNER);
    expect(html).toMatch(/&lt;\/details>[\s\S]*<\/details><p>Behind\.<\/p>$/);
  });

  it.each([
    [
      'open ones',
      '<details open>\n\ntext\n\n</details>',
      '<details class="md-details" open><p>text</p></details>',
    ],
    ['without a summary', '<details>\ntext\n</details>', '<details class="md-details"><p>text</p></details>'],
    [
      'on one line',
      '<details><summary>s</summary>text</details>',
      '<details class="md-details"><summary>s</summary><p>text</p></details>',
    ],
    [
      'within one another',
      '<details>\n<summary>a</summary>\n\n<details>\n<summary>b</summary>\n\ntext\n\n</details>\n\n</details>\n\nout',
      '<details class="md-details"><summary>a</summary><details class="md-details"><summary>b</summary><p>text</p></details></details><p>out</p>',
    ],
    [
      'that are never closed',
      '<details>\n<summary>s</summary>\n\ntext',
      '<details class="md-details"><summary>s</summary><p>text</p></details>',
    ],
    [
      'in a quote',
      '> <details>\n> text\n> </details>\n\nout',
      '<blockquote><details class="md-details"><p>text</p></details></blockquote><p>out</p>',
    ],
  ])('%s', (_, text, html) => {
    expect(rendered(text)).toBe(html);
  });

  it.each(['`<details>` is a tag', 'a <details> in a line', '    <details>\n    code'])(
    'are none in %j',
    (text) => {
      expect(rendered(text)).not.toContain('<details class');
    },
  );

  it('show no raw tag while they grow, and end as they would be at once', () => {
    const withoutCode = FOLDED.replace(/```[\s\S]*?```\n\n/, '');
    const all = frames(
      withoutCode,
      Array.from({ length: withoutCode.length }, (_, at) => at),
    );
    for (const html of all)
      expect(html.replace(/<\/?(?:details|summary)[^>]*>/g, '')).not.toMatch(/&lt;|details|summary/);
    expect(all.at(-1)).toBe(rendered(withoutCode));
  });

  it('end the same however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(FOLDED.length), { maxLength: 12 }), (cuts) => {
        expect(
          frames(
            FOLDED,
            cuts.sort((one, other) => one - other),
          ).at(-1),
        ).toBe(rendered(FOLDED));
      }),
    );
  });

  it('that are many inside one another are bounded', () => {
    const deep = `${'<details>\n'.repeat(400)}text`;
    expect(rendered(deep)).toContain('text');
  });
});
