/** Reads the knowledge index where it lies: typed views over the module's bytes, no text is unpacked beforehand. */

import { anchorOf, DERIVED_ANCHOR } from './anchor.ts';
import {
  DESTRUCTIVE,
  DOCUMENT_WORDS,
  DocumentWord,
  HEADER_WORDS,
  MAGIC,
  SECTION_WORDS,
  SectionWord,
  WORDS_MARK,
  Word,
} from './index-format.ts';
import { type Postings, StringTable } from './string-table.ts';
import type { Words } from './words.ts';

export type Language = 'en' | 'zh';

/** One section of a guide or of the operator's own Markdown, decoded when it is asked for. */
export interface Section {
  /** The file's path below its folder, without `.md`: `en/api`, `team/handbook`. */
  readonly file: string;
  /** The heading's anchor on the page; empty for the text before a document's first section. */
  readonly anchor: string;
  /** The document's title. */
  readonly title: string;
  readonly heading: string;
  /** The section's Markdown without its heading. */
  readonly body: string;
  readonly language: Language;
  /** Whether it has a page of its own under `/docs`. */
  readonly served: boolean;
}

const decoder = new TextDecoder();
/** A question asks for the same string several times, and most questions have words in common. */
const MOST_REMEMBERED = 300;

/** An opened index. Opening one costs a few views and a sum over its sections, and no copy. */
export interface KnowledgeIndex {
  readonly sectionCount: number;
  readonly topicCount: number;
  /** Eight hexadecimal digits that change with the content. */
  readonly digest: string;
  section(number: number): Section;
  language(number: number): Language;
  /** The heading of a section. */
  heading(section: number): string;
  /** The section of a topic for who reads a language: in it, or in the other where there is none. */
  sectionOf(topic: number, language: Language): number;
  /** Whether a section shows a command that deletes or overwrites. */
  isDestructive(section: number): boolean;
  /** What `wordsMark` says of the words that its heading is about, parentheses left out. */
  headingMark(section: number): number;
  /** The postings of a feature, or undefined where no topic has it. The topic `topicCount` is everything else. */
  postings(feature: string): Postings | undefined;
  /** All indexed words of ASCII letters that begin with `letter` and have so many letters, in order of their bytes. */
  wordsFrom(letter: string, shortest: number, longest: number): Iterable<string>;
  /** The thesaurus groups that hold a phrase (see `phraseKey`). */
  groupsOf(phrase: string): readonly number[];
  /** Whether a feature or a phrase of the thesaurus begins so. */
  begins(text: string): boolean;
  /** What the assistant itself says in a language. */
  words(language: Language): Words;
}

/**
 * Opens the bytes that the build wrote.
 *
 * @throws {Error} if the bytes are not such an index, or cut.
 */
export function openIndex(buffer: ArrayBuffer): KnowledgeIndex {
  const bytes = new Uint8Array(buffer);
  const header = bytes.byteLength < HEADER_WORDS * 4 ? undefined : new Uint32Array(buffer, 0, HEADER_WORDS);
  if (header === undefined || header[Word.magic] !== MAGIC || header[Word.size] !== bytes.byteLength) {
    throw new Error('The knowledge index is damaged: build it again with `npm run build`.');
  }
  const word = (at: number) => header[at] ?? 0;
  const words = (at: number, length: number) => new Uint32Array(buffer, word(at), length);

  const sectionCount = word(Word.sections);
  const sectionTable = words(Word.sectionTable, sectionCount * SECTION_WORDS);
  const documentTable = words(Word.documentTable, word(Word.documents) * DOCUMENT_WORDS);
  const topicSections = new Uint16Array(buffer, word(Word.topicSections), word(Word.topics) * 2);
  const field = (number: number, at: number) => sectionTable[number * SECTION_WORDS + at] ?? 0;
  const documentField = (number: number, at: number) =>
    documentTable[field(number, SectionWord.document) * DOCUMENT_WORDS + at] ?? 0;
  const text = (from: number, to: number) =>
    decoder.decode(bytes.subarray(word(Word.text) + from, word(Word.text) + to));
  const begins = beginnings(sectionTable, documentTable.at(DocumentWord.end - DOCUMENT_WORDS) ?? 0);
  const string = (number: number, at: number) => {
    let from = begins[number] ?? 0;
    for (let before = SectionWord.anchor; before < at; before++) from += field(number, before);
    return text(from, from + field(number, at));
  };
  const language = (number: number): Language =>
    documentField(number, DocumentWord.language) === 1 ? 'zh' : 'en';
  const heading = (number: number) => string(number, SectionWord.heading);
  const anchor = (number: number) => {
    const kept = string(number, SectionWord.anchor);
    return kept === DERIVED_ANCHOR ? anchorOf(heading(number)) : kept;
  };
  const strings = new StringTable(bytes, header);
  const entry = remembered((text) => strings.entry(text));
  let own: Record<Language, Words> | undefined;

  return {
    sectionCount,
    topicCount: word(Word.topics),
    digest: word(Word.digest).toString(16).padStart(8, '0'),
    language,
    heading,
    section: (number) => ({
      file: text(documentField(number, DocumentWord.file), documentField(number, DocumentWord.title)),
      anchor: anchor(number),
      title: text(documentField(number, DocumentWord.title), documentField(number, DocumentWord.end)),
      heading: heading(number),
      body: string(number, SectionWord.body),
      language: language(number),
      served: documentField(number, DocumentWord.served) === 1,
    }),
    isDestructive: (number) => (field(number, SectionWord.traits) & DESTRUCTIVE) !== 0,
    headingMark: (number) => field(number, SectionWord.traits) & WORDS_MARK,
    sectionOf: (topic, asker) => topicSections[topic * 2 + (asker === 'zh' ? 1 : 0)] ?? 0,
    postings: (feature) => entry(feature).postings,
    wordsFrom: (letter, shortest, longest) => strings.wordsFrom(letter, shortest, longest),
    begins: (text) => strings.begins(text),
    groupsOf: (phrase) => entry(phrase).groups,
    words(language) {
      const all: Record<Language, Words> =
        own ?? JSON.parse(decoder.decode(new Uint8Array(buffer, word(Word.words), word(Word.wordsLength))));
      own = all;
      return all[language];
    },
  };
}

/** Where each section's strings begin in the text, the first after those of the documents. */
function beginnings(sectionTable: Uint32Array, first: number): Uint32Array {
  const begins = new Uint32Array(sectionTable.length / SECTION_WORDS);
  let at = first;
  for (let number = 0; number < begins.length; number++) {
    begins[number] = at;
    const row = number * SECTION_WORDS;
    at +=
      (sectionTable[row + SectionWord.anchor] ?? 0) +
      (sectionTable[row + SectionWord.heading] ?? 0) +
      (sectionTable[row + SectionWord.body] ?? 0);
  }
  return begins;
}

/** A function that remembers its latest answers. */
function remembered<Result extends object>(ask: (text: string) => Result): (text: string) => Result {
  const answers = new Map<string, Result>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size === MOST_REMEMBERED) answers.clear();
    const answer = ask(text);
    answers.set(text, answer);
    return answer;
  };
}
