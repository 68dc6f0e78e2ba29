/**
 * The knowledge index as bytes: the layout that scripts/knowledge/encode-index.ts writes and knowledge-index.ts reads
 * where it lies. All numbers are little-endian; every table begins at a multiple of four bytes.
 *
 * A header of `HEADER_WORDS` 32-bit words (see `Word`), then the tables it points at.
 */
export const MAGIC = 0x314b584e; // "NXK1"

/** Words of the header: counts and the byte offsets of the tables. */
export const Word = {
  magic: 0,
  /** Length of the whole file in bytes. */
  size: 1,
  /** First half of a digest of the content, for `system_fingerprint`. */
  digest: 2,
  terms: 3,
  /** `terms + 1` 32-bit offsets into the term bytes; terms are sorted by their UTF-8 bytes. */
  termOffsets: 4,
  termBytes: 5,
  /** `terms + 1` 32-bit indexes into the postings. */
  postingOffsets: 6,
  /** 16-bit section numbers, ascending within a term. */
  postingSections: 7,
  /** One byte per posting: how strongly the section is about the term, 255 at most. */
  postingImpacts: 8,
  sections: 9,
  /** `SECTION_WORDS` 32-bit words per section, see `SectionWord`. */
  sectionTable: 10,
  /** UTF-8 of all strings of sections. */
  text: 11,
  phrases: 12,
  /** `phrases + 1` 32-bit offsets into the phrase bytes; phrases are sorted by their UTF-8 bytes. */
  phraseOffsets: 13,
  phraseBytes: 14,
  /** 32-bit start of a phrase's groups within the group table, `phrases + 1` of them. */
  phraseGroupOffsets: 15,
  /** 16-bit group numbers. */
  phraseGroups: 16,
  groups: 17,
  /** `groups + 1` 32-bit offsets into the member table. */
  groupOffsets: 18,
  /** 16-bit phrase numbers: the members of each group. */
  groupMembers: 19,
  /** Length in bytes of the assistant's phrases. */
  wordsLength: 20,
  /** UTF-8 of their JSON: an object of `Words` by language. */
  words: 21,
  /** Single questions, headings among them: in which words people ask for a section. */
  questions: 22,
  /** The 16-bit section number of each question. */
  questionSections: 23,
  /** How much each question asks: 16-bit, `MASS_UNIT` is 1. */
  questionMasses: 24,
  /** `questions + 1` 32-bit indexes into the question terms. */
  questionOffsets: 25,
  /** 32-bit term numbers. */
  questionTerms: 26,
} as const;
export const HEADER_WORDS = 27;

/** What a mass of 1 is written as. */
export const MASS_UNIT = 256;

/** Words of a section: offsets into the text, each string ending where the next begins. */
export const SectionWord = {
  file: 0,
  anchor: 1,
  title: 2,
  heading: 3,
  body: 4,
  end: 5,
  /** 0 English, 1 Chinese. */
  language: 6,
  /** 1 if the section is served as part of a page, 0 if it is the operator's own. */
  served: 7,
  /** The number of the same section in the other language, or its own number. */
  twin: 8,
} as const;
export const SECTION_WORDS = 9;

/**
 * Groups of the thesaurus that are no synonyms: words without a topic, those that lean on what was said, everyday ones,
 * and those of programming at large.
 */
export const STOP_GROUP = 0;
export const LEAN_GROUP = 1;
export const GENERAL_GROUP = 2;
export const BROAD_GROUP = 3;
export const FIRST_SYNONYM_GROUP = 4;
