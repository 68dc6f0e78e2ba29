/** Reads the knowledge index where it lies: typed views over the module's bytes, nothing is unpacked beforehand. */

import { HEADER_WORDS, MAGIC, SECTION_WORDS, SectionWord, Word } from './index-format.ts';
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

/** The postings of a term: parallel views of section numbers and impacts (0-255). */
export interface Postings {
  /** The place of the term among all terms in order. */
  readonly number: number;
  readonly sections: Uint16Array;
  readonly impacts: Uint8Array;
}

/** The questions that sections answer, as parallel views. */
export interface KnownQuestions {
  readonly count: number;
  /** The section of each question. */
  readonly sections: Uint16Array;
  /** The weights of its words, their rarity included, in `MASS_UNIT`. */
  readonly masses: Uint16Array;
  /** Where the terms of each begin, and where those of the last end. */
  readonly offsets: Uint32Array;
  /** Numbers of terms. */
  readonly terms: Uint32Array;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** An opened index. Building one costs a few views and no copy. */
export interface KnowledgeIndex {
  readonly sectionCount: number;
  /** Eight hexadecimal digits that change with the content. */
  readonly digest: string;
  section(number: number): Section;
  language(number: number): Language;
  /** The number of the same section in the other language, or the number itself. */
  twin(number: number): number;
  /** The term's postings, or undefined where no section has it. */
  postings(term: string): Postings | undefined;
  readonly termCount: number;
  /** Questions in whose words people ask for sections, headings among them. */
  readonly questions: KnownQuestions;
  /** The heading of a section. */
  heading(section: number): string;
  /** All indexed terms that begin with `prefix`, in order of their bytes. */
  termsFrom(prefix: string): Iterable<string>;
  /** The thesaurus groups that hold a phrase (see `phraseKey`). */
  groupsOf(phrase: string): Uint16Array;
  /** The phrases of a group. */
  membersOf(group: number): string[];
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

  const terms = sortedStrings(
    bytes.subarray(word(Word.termBytes)),
    words(Word.termOffsets, word(Word.terms) + 1),
  );
  const postingOffsets = words(Word.postingOffsets, word(Word.terms) + 1);
  const postingCount = postingOffsets[word(Word.terms)] ?? 0;
  const postingSections = new Uint16Array(buffer, word(Word.postingSections), postingCount);
  const postingImpacts = bytes.subarray(word(Word.postingImpacts), word(Word.postingImpacts) + postingCount);

  const sectionCount = word(Word.sections);
  const sectionTable = words(Word.sectionTable, sectionCount * SECTION_WORDS);
  const field = (number: number, at: number) => sectionTable[number * SECTION_WORDS + at] ?? 0;
  const string = (number: number, at: number) =>
    decoder.decode(
      bytes.subarray(word(Word.text) + field(number, at), word(Word.text) + field(number, at + 1)),
    );
  const language = (number: number): Language => (field(number, SectionWord.language) === 1 ? 'zh' : 'en');

  const questionCount = word(Word.questions);
  const questionSections = new Uint16Array(buffer, word(Word.questionSections), questionCount);
  const questionMasses = new Uint16Array(buffer, word(Word.questionMasses), questionCount);
  const questionOffsets = words(Word.questionOffsets, questionCount + 1);
  const questionTerms = words(Word.questionTerms, questionOffsets[questionCount] ?? 0);

  const phrases = sortedStrings(
    bytes.subarray(word(Word.phraseBytes)),
    words(Word.phraseOffsets, word(Word.phrases) + 1),
  );
  const phraseGroupOffsets = words(Word.phraseGroupOffsets, word(Word.phrases) + 1);
  const phraseGroups = new Uint16Array(buffer, word(Word.phraseGroups), phraseGroupOffsets.at(-1) ?? 0);
  const groupOffsets = words(Word.groupOffsets, word(Word.groups) + 1);
  const groupMembers = new Uint16Array(buffer, word(Word.groupMembers), groupOffsets.at(-1) ?? 0);
  let own: Record<Language, Words> | undefined;

  return {
    sectionCount,
    digest: word(Word.digest).toString(16).padStart(8, '0'),
    language,
    twin: (number) => field(number, SectionWord.twin),
    section: (number) => ({
      file: string(number, SectionWord.file),
      anchor: string(number, SectionWord.anchor),
      title: string(number, SectionWord.title),
      heading: string(number, SectionWord.heading),
      body: string(number, SectionWord.body),
      language: language(number),
      served: field(number, SectionWord.served) === 1,
    }),
    postings(term) {
      const at = terms.find(encoder.encode(term));
      if (at < 0) return undefined;
      const from = postingOffsets[at];
      const to = postingOffsets[at + 1];
      return {
        number: at,
        sections: postingSections.subarray(from, to),
        impacts: postingImpacts.subarray(from, to),
      };
    },
    termCount: terms.count,
    questions: {
      count: questionCount,
      sections: questionSections,
      masses: questionMasses,
      offsets: questionOffsets,
      terms: questionTerms,
    },
    heading: (section) => string(section, SectionWord.heading),
    *termsFrom(prefix) {
      for (let at = terms.lowerBound(encoder.encode(prefix)); at < terms.count; at++) {
        const term = terms.at(at);
        if (!term.startsWith(prefix)) return;
        yield term;
      }
    },
    groupsOf(phrase) {
      const at = phrases.find(encoder.encode(phrase));
      return at < 0
        ? phraseGroups.subarray(0, 0)
        : phraseGroups.subarray(phraseGroupOffsets[at], phraseGroupOffsets[at + 1]);
    },
    membersOf: (group) =>
      Array.from(groupMembers.subarray(groupOffsets[group], groupOffsets[group + 1]), (at) => phrases.at(at)),
    words(language) {
      const all: Record<Language, Words> =
        own ?? JSON.parse(decoder.decode(new Uint8Array(buffer, word(Word.words), word(Word.wordsLength))));
      own = all;
      return all[language];
    },
  };
}

/** Strings sorted by their UTF-8 bytes, searched by halving without decoding or copying them. */
function sortedStrings(bytes: Uint8Array, offsets: Uint32Array) {
  const count = offsets.length - 1;
  const compareAt = (at: number, wanted: Uint8Array): number => {
    const from = offsets[at] ?? 0;
    const length = (offsets[at + 1] ?? 0) - from;
    const shorter = Math.min(length, wanted.length);
    for (let each = 0; each < shorter; each++) {
      const difference = (bytes[from + each] ?? 0) - (wanted[each] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  };
  const lowerBound = (wanted: Uint8Array): number => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAt(middle, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    count,
    lowerBound,
    at: (at: number) => decoder.decode(bytes.subarray(offsets[at], offsets[at + 1])),
    find(wanted: Uint8Array): number {
      const at = lowerBound(wanted);
      return at < count && compareAt(at, wanted) === 0 ? at : -1;
    },
  };
}

/** Below zero, zero or above zero, as the first array sorts before, with or after the second. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
