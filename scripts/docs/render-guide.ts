/** A guide's Markdown as the HTML of a page: the anchors are those of the assistant's index. */
import GithubSlugger from 'github-slugger';
import { Marked, type Token, type Tokens } from 'marked';
import { plainText } from '../knowledge/split-markdown.ts';
import { withUnixLines } from '../text-lines.ts';

/** A picture of the page, from where the guides stand. */
const SCREENSHOT = /^\.\.\/screenshots\/([\w-]+\.png)$/;

/** A heading of a rendered guide. */
export interface RenderedHeading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

export interface RenderedGuide {
  readonly title: string;
  readonly html: string;
  /** All headings below the title. */
  readonly headings: readonly RenderedHeading[];
  /** The files of its pictures, as `docs/screenshots` names them. */
  readonly pictures: readonly string[];
}

/** Renders one guide. Raw HTML in it is shown as text; links to `NAME.md` lead to the pages. */
export function renderGuide(markdown: string): RenderedGuide {
  const slugger = new GithubSlugger();
  const headings: RenderedHeading[] = [];
  const pictures: string[] = [];
  const marked = new Marked({
    walkTokens(token: Token) {
      if (token.type === 'link') token['href'] = pageHref(String(token['href']));
    },
    renderer: {
      heading({ tokens, depth, ...token }: Tokens.Heading) {
        const text = plainText({ tokens, depth, ...token }).trim();
        const anchor = slugger.slug(text);
        headings.push({ level: depth, text, anchor });
        const content = this.parser.parseInline(tokens);
        if (depth === 1) return `<h1>${content}</h1>\n`;
        return `<h${depth} id="${anchor}"><a href="#${encodeURIComponent(anchor)}">${content}</a></h${depth}>\n`;
      },
      code({ text, lang }: Tokens.Code) {
        const language = /^\w+/.exec(lang ?? '')?.[0] ?? 'text';
        return `<pre tabindex="0"><code class="language-${language}">${escapeHtml(text)}\n</code></pre>\n`;
      },
      table(token: Tokens.Table) {
        const row = (cells: readonly Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
        const rows = token.rows.map((cells) => row(cells, 'td')).join('\n');
        return `<div class="table" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${rows}</tbody></table></div>\n`;
      },
      image({ href, text }: Tokens.Image) {
        const name = SCREENSHOT.exec(href)?.[1];
        if (name === undefined) throw new Error(`A guide's picture is one of docs/screenshots, not ${href}`);
        pictures.push(name);
        return `<img src="/docs/screenshots/${name}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
      html: ({ text }) => (text.startsWith('<!--') ? '' : escapeHtml(text)),
    },
  });
  const html = marked.parse(withUnixLines(markdown), { async: false });
  return {
    title: headings.find(({ level }) => level === 1)?.text ?? '',
    html,
    headings: headings.filter(({ level }) => level > 1),
    pictures,
  };
}

/** `api.md#errors` in the repository is `api#errors` among the pages. */
function pageHref(href: string): string {
  return href.replace(/^(?!\w+:)([^#]*)\.md(?=#|$)/, '$1');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
