/** The answer without a model: the best section, quoted and linked; a plain word that nothing fits; or a courtesy returned. */
import { courtesyAnswer } from './courtesy.ts';
import { citation, sectionName, sectionUrl, topic, withAbsoluteLinks } from './knowledge/citation.ts';
import { excerpt, firstSentences } from './knowledge/excerpt.ts';
import type { KnowledgeIndex, Section } from './knowledge/knowledge-index.ts';
import type { Retrieval } from './knowledge/retrieve.ts';
import type { Words } from './knowledge/words.ts';

export interface Quotation {
  readonly kind: 'section' | 'none' | 'courtesy';
  /** Markdown. */
  readonly text: string;
  /** It shows the beginnings of sections that may answer the question. */
  readonly nearest: boolean;
}

const NEXT_TOPICS = 3;
/** A further topic is offered if it knows this share of what was asked. */
const NEXT_COVERAGE = 0.15;
/** A section that is so surely meant is given whole. */
const SURE = 0.8;

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
  if (courtesy !== undefined) return { kind: 'courtesy', text: courtesy, nearest: false };
  const best = found.hits[0];
  if (best === undefined || !found.inScope) {
    if (found.possible.length > 0) {
      const shown = found.possible.map(({ section }) => beginning(index.section(section), origin));
      return { kind: 'none', text: [...opening, words.unsure, ...shown].join('\n\n'), nearest: true };
    }
    const refusal = modelFailure === undefined ? withoutModel(index, words, origin) : words.unknownToGuides;
    const text = [...opening, refusal, ...beginnings(index, words, origin)].join('\n\n');
    return { kind: 'none', text, nearest: false };
  }
  const section = index.section(best.section);
  const next = found.hits
    .slice(1)
    .filter(({ coverage }) => coverage >= NEXT_COVERAGE)
    .map((hit) => index.section(hit.section));
  const paragraphs = [
    ...opening,
    ...quoted(section, best.probability >= SURE, found, words, origin),
    `${words.source}${citation(section, origin)}`,
    ...topics(words.next, next, origin),
  ];
  return { kind: 'section', text: paragraphs.join('\n\n'), nearest: false };
}

/** @param whole Nothing is left out. */
function quoted(section: Section, whole: boolean, found: Retrieval, words: Words, origin: string): string[] {
  const { text, shortened } = excerpt(
    section.body,
    found.speaksOf,
    whole ? Number.POSITIVE_INFINITY : undefined,
  );
  const foreign = section.language !== found.language;
  return [
    `**${sectionName(section)}**${words.quoted}`,
    ...(foreign ? [words.otherLanguage] : []),
    withAbsoluteLinks(text, section, origin),
    ...(shortened ? [words.shortened] : []),
  ];
}

/** A section's name, linked, and what it says first. */
function beginning(section: Section, origin: string): string {
  const text = withAbsoluteLinks(firstSentences(section.body), section, origin);
  return `**${citation(section, origin)}**${text === '' ? '' : `\n\n${text}`}`;
}

/** That no model is connected, with a link to the section that tells how one is. */
function withoutModel(index: KnowledgeIndex, words: Words, origin: string): string {
  const how = words.aboutModels;
  const noModel =
    how === undefined ? words.noModel : `[${words.noModel}](${sectionUrl(index.section(how), origin)})`;
  return words.unknown.replace('%s', () => noModel);
}

/** One line of topics to begin with. */
function beginnings(index: KnowledgeIndex, words: Words, origin: string): string[] {
  if (words.introductions.length === 0) return [];
  const links = words.introductions.map((number) => topic(index.section(number), origin));
  return [`${words.askable}${links.join(' · ')}`];
}

function topics(title: string, sections: readonly Section[], origin: string): string[] {
  if (sections.length === 0) return [];
  const list = sections.slice(0, NEXT_TOPICS).map((section) => `- ${topic(section, origin)}`);
  return [`${title}\n\n${list.join('\n')}`];
}
