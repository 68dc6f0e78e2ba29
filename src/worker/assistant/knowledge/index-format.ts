/**
 * The knowledge index as bytes: the layout that scripts/knowledge/encode-index.ts writes and knowledge-index.ts reads
 * where it lies. All numbers are little-endian; every table begins at a multiple of four bytes. A varint has seven bits
 * a byte, the lowest first, and the highest bit set in all bytes but the last.
 *
 * A header of `HEADER_WORDS` 32-bit words (see `Word`), then the tables it points at.
 */
export const MAGIC = 0x334b584e; // "NXK3"

/** Words of the header: counts and the byte offsets of the tables. */
export const Word = {
  magic: 0,
  /** Length of the whole file in bytes. */
  size: 1,
  /** First half of a digest of the content, for `system_fingerprint`. */
  digest: 2,
  /** How many strings there are: features of texts and phrases of the thesaurus, sorted by their UTF-8 bytes. */
  strings: 3,
  /** `BLOCK_WORDS` 32-bit words per block of `BLOCK` strings, see `BlockWord`. */
  blocks: 4,
  /**
   * Per string: how many bytes it shares with the one before it in its block, how many follow (one byte each), and
   * those that follow.
   */
  stringBytes: 5,
  /** Per string, as varints: its postings, its groups of the thesaurus, and the number of each group. */
  counts: 6,
  /** One byte per posting: how many topics after the one before it (from -1 on) within a string. */
  postingTopics: 7,
  /** One signed byte per posting: how strongly the string speaks for the topic, in `IMPACT_UNIT`, or `FAR`. */
  postingImpacts: 8,
  /** A topic is a section, or a section and the same in the other language. */
  topics: 9,
  /** Two 16-bit section numbers per topic, English and Chinese; the same twice where there is but one. */
  topicSections: 10,
  documents: 11,
  /** `DOCUMENT_WORDS` 32-bit words per document, see `DocumentWord`. */
  documentTable: 12,
  sections: 13,
  /** `SECTION_WORDS` 32-bit words per section, see `SectionWord`. */
  sectionTable: 14,
  /** UTF-8 of all strings of documents, then of sections: anchor, heading and body of each in turn. */
  text: 15,
  /** Length in bytes of the assistant's phrases. */
  wordsLength: 16,
  /** UTF-8 of their JSON: an object of `Words` by language. */
  words: 17,
} as const;
export const HEADER_WORDS = 18;

/** How many strings a block has; the first of each is written whole. */
export const BLOCK = 64;
/** Where a block begins: offsets within the tables of strings and of counts, and the number of its first posting. */
export const BlockWord = { string: 0, counts: 1, posting: 2 } as const;
export const BLOCK_WORDS = 3;

/** In logits: a coarser unit packs better, and from 2 on the ranking suffers. */
export const IMPACT_UNIT = 1.5;
export const MOST_IMPACT = 15;
/** The impact of what is no posting, but a step on the way to a topic that is further than a byte can say. */
export const FAR = -128;
export const MOST_STEP = 255;

/** Words of a document: offsets into the text, each string ending where the next begins. */
export const DocumentWord = {
  file: 0,
  title: 1,
  end: 2,
  /** 0 English, 1 Chinese. */
  language: 3,
  /** 1 if its sections are served as a page, 0 if it is the operator's own. */
  served: 4,
} as const;
export const DOCUMENT_WORDS = 5;

/**
 * Words of a section: its document, what was found out about it, and the lengths in bytes of its strings, which pack better
 * than offsets. An anchor that follows from its heading is DERIVED_ANCHOR.
 */
export const SectionWord = { document: 0, traits: 1, anchor: 2, heading: 3, body: 4 } as const;
export const SECTION_WORDS = 5;

/** Traits of a section: eight bits of a hash of what its heading is about, see `wordsMark`, and bits of their own. */
export const WORDS_MARK = 0xff;
/** Its body shows a command that deletes or overwrites. */
export const DESTRUCTIVE = 0x100;

/** Groups of the thesaurus that are no synonyms: words without a topic, and those that lean on what was said. */
export const STOP_GROUP = 0;
export const LEAN_GROUP = 1;
export const FIRST_SYNONYM_GROUP = 2;
