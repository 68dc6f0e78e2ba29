/** How a section is named and linked: guides by their page, the operator's own by file and heading. */
import type { Section } from './knowledge-index.ts';

/** A Markdown link to the section's page, or its name where it has none. */
export function citation(section: Section, origin: string): string {
  const name = sectionName(section);
  return section.served
    ? `[${escapeLabel(name)}](${sectionUrl(section, origin)})`
    : `${name} (${section.file})`;
}

/** The same by its heading alone, for lists. */
export function topic(section: Section, origin: string): string {
  return section.served
    ? `[${escapeLabel(section.heading)}](${sectionUrl(section, origin)})`
    : sectionName(section);
}

/** The document's title and the heading, once if they are the same. */
export function sectionName({ title, heading }: Section): string {
  return title === heading ? title : `${title} › ${heading}`;
}

/** The address of a guide's section on this gateway. */
export function sectionUrl({ file, anchor }: Pick<Section, 'file' | 'anchor'>, origin: string): string {
  return `${origin}/docs/${encodeURI(file)}${anchor === '' ? '' : `#${encodeURIComponent(anchor)}`}`;
}

/** Text of a guide out of its place: links to other guides (`api.md#...`) lead to their pages on this gateway. */
export function withAbsoluteLinks(text: string, { file, served }: Section, origin: string): string {
  if (!served) return text;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return text.replace(/\]\(([\w-]+)\.md(#[^)\s]*)?\)/g, (_, name: string, anchor = '') => {
    return `](${sectionUrl({ file: `${folder}${name}`, anchor: decodeURIComponent(anchor.slice(1)) }, origin)})`;
  });
}

/** Brackets inside a link's text would end it. */
function escapeLabel(text: string): string {
  return text.replace(/[[\]\\]/g, '\\$&');
}
