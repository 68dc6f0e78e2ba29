/** The frame around a guide: navigation, the other language, the list of headings. Static, without any script. */
import type { Language } from '../../src/worker/assistant/knowledge/knowledge-index.ts';
import { escapeHtml, type RenderedGuide } from './render-guide.ts';

/** A guide with its name: the file's, without `.md`. */
export interface NamedGuide extends RenderedGuide {
  readonly name: string;
}

const WORDS = {
  en: {
    tag: 'en',
    chat: 'Chat',
    guides: 'Guides',
    other: '中文',
    onThisPage: 'On this page',
    skip: 'Skip to the text',
  },
  zh: {
    tag: 'zh-CN',
    chat: '聊天',
    guides: '文档',
    other: 'English',
    onThisPage: '本页内容',
    skip: '跳到正文',
  },
} as const;

function other(language: Language): Language {
  return language === 'en' ? 'zh' : 'en';
}

/** The whole page of one guide. */
export function guidePage(language: Language, guide: NamedGuide, guides: readonly NamedGuide[]): string {
  const words = WORDS[language];
  const contents = guide.headings
    .map(
      ({ level, anchor, text }) =>
        `<li class="level-${level}"><a href="#${encodeURIComponent(anchor)}">${escapeHtml(text)}</a></li>`,
    )
    .join('\n');
  return frame(
    language,
    guide.title,
    guide.name,
    guides,
    `<nav class="contents" aria-label="${words.onThisPage}"><p>${words.onThisPage}</p><ul>
${contents}
</ul></nav>
<main id="text">
${guide.html}</main>`,
  );
}

/** The list of all guides with their headings. */
export function indexPage(language: Language, guides: readonly NamedGuide[]): string {
  const words = WORDS[language];
  const lists = guides.map(({ name, title, headings }) => {
    const items = headings
      .filter(({ level }) => level === 2)
      .map(
        ({ anchor, text }) =>
          `<li><a href="/docs/${language}/${name}#${encodeURIComponent(anchor)}">${escapeHtml(text)}</a></li>`,
      );
    return `<h2><a href="/docs/${language}/${name}">${escapeHtml(title)}</a></h2>\n<ul>\n${items.join('\n')}\n</ul>`;
  });
  return frame(
    language,
    words.guides,
    '',
    guides,
    `<main id="text">\n<h1>${words.guides}</h1>\n${lists.join('\n')}\n</main>`,
  );
}

function frame(
  language: Language,
  title: string,
  name: string,
  guides: readonly NamedGuide[],
  body: string,
): string {
  const words = WORDS[language];
  const otherWords = WORDS[other(language)];
  const links = guides.map((guide) => {
    const current = guide.name === name ? ' aria-current="page"' : '';
    return `<a href="/docs/${language}/${guide.name}"${current}>${escapeHtml(shortTitle(guide.title))}</a>`;
  });
  const twin = `/docs/${other(language)}/${name}`;
  return htmlPage({
    language: words.tag,
    title,
    skip: words.skip,
    head: `<link rel="alternate" hreflang="${otherWords.tag}" href="${twin}">`,
    header: `<a class="home" href="/docs/${language}/">NexCode</a>
<nav aria-label="${words.guides}">
${links.join('\n')}
</nav>
<a href="/">${words.chat}</a>
<a href="${twin}" lang="${otherWords.tag}" hreflang="${otherWords.tag}">${words.other}</a>`,
    body,
  });
}

/** What a page of the documentation is made of; all but the title and the skip link is HTML. */
export interface HtmlPage {
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  /** The words of the link to the text. */
  readonly skip: string;
  readonly head: string;
  readonly header: string;
  readonly body: string;
}

/** A whole page under the style sheet of the documentation. */
export function htmlPage({ language, title, skip, head, header, body }: HtmlPage): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · NexCode</title>
<link rel="stylesheet" href="/docs.css">
${head}
</head>
<body>
<a class="skip" href="#text">${skip}</a>
<header>
${header}
</header>
<div class="columns">
${body}
</div>
</body>
</html>
`;
}

/** What stands before a colon names the guide well enough. */
function shortTitle(title: string): string {
  return title.split(/[:：]/)[0] ?? title;
}
