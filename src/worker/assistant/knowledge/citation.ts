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
export function sectionUrl({ file, anchor }: Section, origin: string): string {
  return `${origin}/docs/${encodeURI(file)}${anchor === '' ? '' : `#${encodeURIComponent(anchor)}`}`;
}

/** Brackets inside a link's text would end it. */
function escapeLabel(text: string): string {
  return text.replace(/[[\]\\]/g, '\\$&');
}
