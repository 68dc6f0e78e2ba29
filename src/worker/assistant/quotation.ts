/** The answer without a model: the best section, quoted and linked; a plain word that nothing fits; or a courtesy returned. */
import { courtesyAnswer } from './courtesy.ts';
import { citation, sectionName, sectionUrl, topic } from './knowledge/citation.ts';
import { excerpt } from './knowledge/excerpt.ts';
import type { KnowledgeIndex, Section } from './knowledge/knowledge-index.ts';
import { type Retrieval, retrieve } from './knowledge/retrieve.ts';
import type { Words } from './knowledge/words.ts';

export interface Quotation {
  readonly kind: 'section' | 'none' | 'courtesy';
  /** Markdown. */
  readonly text: string;
}

const NEXT_TOPICS = 3;
/** A further topic is offered if it fits at least this well, compared with the best. */
const NEXT_SHARE = 0.35;
/** Below this score a section has nothing to do with the question. */
const NEAR = 0.25;

/**
 * @param origin Where the guides are served, such as `https://nexcode.example.com`.
 * @param modelFailure Why a model that should have answered did not.
 */
export function quote(
  index: KnowledgeIndex,
  found: Retrieval,
  origin: string,
  modelFailure?: string,
): Quotation {
  const words = index.words(found.language);
  const opening =
    modelFailure === undefined ? [] : [`> ${words.modelFailed.replace('%s', () => modelFailure)}`];
  const courtesy = courtesyAnswer(found.question, words, [index.words('en'), index.words('zh')]);
  if (courtesy !== undefined) return { kind: 'courtesy', text: courtesy };
  const best = found.hits[0];
  if (best === undefined || !found.inScope) {
    const refusal = modelFailure === undefined ? withoutModel(index, words, origin) : words.unknownToGuides;
    return { kind: 'none', text: [...opening, refusal, ...offers(index, found, words, origin)].join('\n\n') };
  }
  const section = index.section(best.section);
  const next = found.hits
    .slice(1)
    .filter((hit) => hit.score >= NEXT_SHARE * best.score)
    .map((hit) => index.section(hit.section));
  const paragraphs = [
    ...opening,
    ...quoted(section, found, words),
    `${words.source}${citation(section, origin)}`,
    ...topics(words.next, next, origin),
  ];
  return { kind: 'section', text: paragraphs.join('\n\n') };
}

function quoted(section: Section, found: Retrieval, words: Words): string[] {
  const { text, shortened } = excerpt(section.body, found.terms);
  const foreign = section.language !== found.language;
  return [
    `**${sectionName(section)}**${words.quoted}`,
    ...(foreign ? [words.otherLanguage] : []),
    text,
    ...(shortened ? [words.shortened] : []),
  ];
}

/** That no model is connected, with a link to the section that tells how one is. */
function withoutModel(index: KnowledgeIndex, words: Words, origin: string): string {
  const how = retrieve(index, [words.aboutModels]).hits[0]?.section;
  const noModel =
    how === undefined ? words.noModel : `[${words.noModel}](${sectionUrl(index.section(how), origin)})`;
  return words.unknown.replace('%s', () => noModel);
}

/** One line of topics: those near the question, or where to begin. */
function offers(index: KnowledgeIndex, found: Retrieval, words: Words, origin: string): string[] {
  const near = found.hits.filter(({ score }) => score >= NEAR).map(({ section }) => section);
  const beginnings = words.introductions.flatMap((each) => retrieve(index, [each]).hits[0]?.section ?? []);
  const sections = [...new Set(near.length > 0 ? near : beginnings)].slice(0, NEXT_TOPICS);
  if (sections.length === 0) return [];
  const links = sections.map((number) => topic(index.section(number), origin));
  return [`${near.length > 0 ? words.nearest : words.askable}${links.join(' · ')}`];
}

function topics(title: string, sections: readonly Section[], origin: string): string[] {
  if (sections.length === 0) return [];
  const list = sections.slice(0, NEXT_TOPICS).map((section) => `- ${topic(section, origin)}`);
  return [`${title}\n\n${list.join('\n')}`];
}
