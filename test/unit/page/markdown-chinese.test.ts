/** What every CommonMark parser gets wrong in ordinary Chinese, and what must stay as it is. */
import { expect, test } from 'vitest';
import { rendered } from '../../support/page/markdown.ts';

/** One paragraph, with the links' attributes left out. */
const line = (text: string) =>
  rendered(text)
    .replace(/^<p>|<\/p>$/g, '')
    .replace(/ (?:target|rel)="[^"]*"/g, '');

test.each([
  ['**注意：**正文', '<strong>注意：</strong>正文'],
  ['含**「重点」**内容', '含<strong>「重点」</strong>内容'],
  ['**复现：**10 轮', '<strong>复现：</strong>10 轮'],
  ['他说：**“你好。”**她', '他说：<strong>“你好。”</strong>她'],
  ['**“重点”**10 轮', '<strong>“重点”</strong>10 轮'],
  ['**"重点"**内容', '<strong>&quot;重点&quot;</strong>内容'],
  ['使用**`foo`**命令', '使用<strong><code>foo</code></strong>命令'],
  ['是**50%**的', '是<strong>50%</strong>的'],
  ['**(注)**正文', '<strong>(注)</strong>正文'],
  ['**C++**是', '<strong>C++</strong>是'],
  ['**甲：**乙**丙：**丁', '<strong>甲：</strong>乙<strong>丙：</strong>丁'],
  ['***强调：***正文', '<em class="md-dots"><strong>强调：</strong></em>正文'],
  ['*注意：*正文', '<em class="md-dots">注意：</em>正文'],
  ['~~删除：~~正文', '<del>删除：</del>正文'],
  ['**価格：**𠮷野家', '<strong>価格：</strong>𠮷野家'],
  ['𠮷**「字」**後', '𠮷<strong>「字」</strong>後'],
  ['**안내:**본문', '<strong>안내:</strong>본문'],
])('%s is emphasised', (text, html) => {
  expect(line(text)).toBe(html);
});

test.each([
  'snake_case_name',
  '2 * 3 * 4',
  '报告_最终版_v2.docx',
  '变量_名称_测试',
  '价格 10~20 元，数量 30~40 个',
  '价格10~20元，数量30~40个',
  '** 不是强调 **',
  '花 $5 和 $6',
])('%s stays plain', (text) => {
  expect(line(text)).toBe(text);
});

test.each([
  ['**bold** and *em*', '<strong>bold</strong> and <em>em</em>'],
  ['foo**bar**baz', 'foo<strong>bar</strong>baz'],
  ['**a *b* c**', '<strong>a <em>b</em> c</strong>'],
  ['*foo**bar**baz*', '<em>foo<strong>bar</strong>baz</em>'],
  ['a * b*', 'a * b*'],
  ['_em_ and __strong__', '<em>em</em> and <strong>strong</strong>'],
  ['the boys’ *toys*', 'the boys’ <em>toys</em>'],
  ['it’s *Bob*’s', 'it’s <em>Bob</em>’s'],
  ['~~two~~ ~one~', '<del>two</del> ~one~'],
])('English is left alone: %s', (text, html) => {
  expect(line(text)).toBe(html);
});

test.each([
  ['https://example.com。后文', '<a href="https://example.com/">https://example.com</a>。后文'],
  ['见https://a.com/b_c，然后', '见<a href="https://a.com/b_c">https://a.com/b_c</a>，然后'],
  ['（https://a.com/b）吧', '（<a href="https://a.com/b">https://a.com/b</a>）吧'],
  ['“https://a.com/b”', '“<a href="https://a.com/b">https://a.com/b</a>”'],
  ['https://a.com/路径', '<a href="https://a.com/">https://a.com/</a>路径'],
  ['https://a.com/x?y=1&z=2！', '<a href="https://a.com/x?y=1&amp;z=2">https://a.com/x?y=1&amp;z=2</a>！'],
  ['https://a.com/𠮷', '<a href="https://a.com/">https://a.com/</a>𠮷'],
  ['访问www.example.com，然后', '访问<a href="http://www.example.com/">www.example.com</a>，然后'],
  ['邮件 a@b.com。好', '邮件 <a href="mailto:a@b.com">a@b.com</a>。好'],
  ['**https://a.com**，', '<strong><a href="https://a.com/">https://a.com</a></strong>，'],
  ['(https://a.com/x), ok', '(<a href="https://a.com/x">https://a.com/x</a>), ok'],
  ['[页](https://a.com/路径)', '<a href="https://a.com/%E8%B7%AF%E5%BE%84">页</a>'],
])('%s links just the address', (text, html) => {
  expect(line(text)).toBe(html);
});
