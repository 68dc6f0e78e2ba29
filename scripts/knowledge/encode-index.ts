/** Writes the knowledge index: BM25F impacts per term, the sections' text and the thesaurus, in one binary file. */
import { createHash } from 'node:crypto';
import {
  HEADER_WORDS,
  MAGIC,
  MASS_UNIT,
  SECTION_WORDS,
  SectionWord,
  Word,
} from '../../src/worker/assistant/knowledge/index-format.ts';
import {
  compareBytes,
  type KnowledgeIndex,
  openIndex,
} from '../../src/worker/assistant/knowledge/knowledge-index.ts';
import { lex, type Token, termsOf, withoutParentheses } from '../../src/worker/assistant/knowledge/lex.ts';
import { type Concept, readQuestion } from '../../src/worker/assistant/knowledge/question.ts';
import { massOf } from '../../src/worker/assistant/knowledge/search.ts';
import type { SourceSection } from './read-knowledge.ts';
import type { Thesaurus } from './thesaurus.ts';
import { WORDS } from './words.ts';

/**
 * BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework", 2009, section 3.6): term frequencies are
 * weighted and length-normalised per field, summed, and then saturated once.
 */
const FIELDS = {
  heading: { weight: 4, b: 0.5 },
  asked: { weight: 3, b: 0 },
  above: { weight: 0.6, b: 0.3 },
  prose: { weight: 1, b: 0.75 },
  code: { weight: 0.6, b: 0.75 },
} as const;
type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as Field[];
/** How soon more of the same word stops counting. */
const SATURATION = 2;

const encoder = new TextEncoder();

/** The bytes that `openIndex` reads. The same input always gives the same bytes. */
export function encodeIndex(
  sections: readonly SourceSection[],
  thesaurus: Thesaurus,
): Uint8Array<ArrayBuffer> {
  const entries = [
    ...encodePostings(sections),
    ...encodeSections(sections),
    ...encodeThesaurus(thesaurus),
    ...encodeWords(),
  ];
  // What a question asks is told by the same reader that reads those of people; it needs the index of all else.
  const withoutQuestions = finish([...entries, ...encodeQuestions([])]);
  return finish([
    ...entries,
    ...encodeQuestions(readQuestions(sections, openIndex(withoutQuestions.buffer))),
  ]);
}

function finish(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const file = layOut(entries);
  const header = new Uint32Array(file.buffer, 0, HEADER_WORDS);
  header[Word.magic] = MAGIC;
  header[Word.size] = file.byteLength;
  header[Word.digest] = createHash('sha256').update(file).digest().readUInt32LE(0);
  return file;
}

/** A word of the header, and either the number it holds or the table it points at. */
type Entry = readonly [word: number, content: number | ArrayBufferView];

function layOut(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const aligned = (length: number) => (length + 3) & ~3;
  const tables = entries.filter(
    (entry): entry is readonly [number, ArrayBufferView] => typeof entry[1] !== 'number',
  );
  const length = tables.reduce((sum, [, table]) => sum + aligned(table.byteLength), HEADER_WORDS * 4);
  const file = new Uint8Array(length);
  const header = new Uint32Array(file.buffer, 0, HEADER_WORDS);
  for (const [word, content] of entries) if (typeof content === 'number') header[word] = content;
  let at = HEADER_WORDS * 4;
  for (const [word, table] of tables) {
    header[word] = at;
    file.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at);
    at += aligned(table.byteLength);
  }
  return file;
}

function encodePostings(sections: readonly SourceSection[]): Entry[] {
  const counted = sections.map(countTerms);
  const averages = Object.fromEntries(
    FIELD_NAMES.map((field) => [
      field,
      Math.max(
        1,
        counted.reduce((sum, { lengths }) => sum + lengths[field], 0) / Math.max(1, counted.length),
      ),
    ]),
  );
  const postings = new Map<string, { section: number; impact: number }[]>();
  for (const [section, { lengths, frequencies }] of counted.entries()) {
    for (const [term, inFields] of frequencies) {
      let weighted = 0;
      for (const field of FIELD_NAMES) {
        const { weight, b } = FIELDS[field];
        const norm = 1 - b + (b * lengths[field]) / (averages[field] ?? 1);
        weighted += (weight * (inFields[field] ?? 0)) / norm;
      }
      const impact = Math.max(1, Math.round((255 * weighted) / (weighted + SATURATION)));
      const list = postings.get(term) ?? [];
      list.push({ section, impact });
      postings.set(term, list);
    }
  }
  const sorted = sortByBytes([...postings.keys()]);
  const lists = sorted.map((term) => postings.get(term) ?? []);
  const flat = lists.flat();
  return [
    [Word.terms, sorted.length],
    ...encodeStrings(sorted, Word.termOffsets, Word.termBytes),
    [Word.postingOffsets, offsetsOf(lists)],
    [Word.postingSections, Uint16Array.from(flat, ({ section }) => section)],
    [Word.postingImpacts, Uint8Array.from(flat, ({ impact }) => impact)],
  ];
}

function countTerms(section: SourceSection) {
  const texts: Record<Field, string> = {
    heading: section.heading,
    asked: [section.asked, ...section.questions].join('\n'),
    above: [...section.above, section.file].join(' '),
    prose: section.prose,
    code: section.code,
  };
  const lengths: Record<Field, number> = { heading: 0, asked: 0, above: 0, prose: 0, code: 0 };
  const frequencies = new Map<string, Partial<Record<Field, number>>>();
  for (const field of FIELD_NAMES) {
    const tokens = lex(texts[field]);
    for (const [at, token] of tokens.entries()) {
      const terms = [...termsOf(token), ...(field === 'heading' ? joined(token, tokens[at + 1]) : [])];
      lengths[field] += token.kind === 'cjk' ? terms.length : 1;
      for (const term of terms) {
        const counts = frequencies.get(term) ?? {};
        counts[field] = (counts[field] ?? 0) + 1;
        frequencies.set(term, counts);
      }
    }
  }
  return { lengths, frequencies };
}

/** "Open WebUI" is also looked for as "openwebui". */
function joined(token: Token, next: Token | undefined): string[] {
  return token.kind === 'word' && next?.kind === 'word' ? [`${token.joined}${next.joined}`] : [];
}

function encodeSections(sections: readonly SourceSection[]): Entry[] {
  const texts: Uint8Array[] = [];
  const table = new Uint32Array(sections.length * SECTION_WORDS);
  let length = 0;
  const put = (text: string): number => {
    const bytes = encoder.encode(text);
    const at = length;
    texts.push(bytes);
    length += bytes.length;
    return at;
  };
  for (const [number, section] of sections.entries()) {
    const row = table.subarray(number * SECTION_WORDS, (number + 1) * SECTION_WORDS);
    row[SectionWord.file] = put(section.file);
    row[SectionWord.anchor] = put(section.anchor);
    row[SectionWord.title] = put(section.title);
    row[SectionWord.heading] = put(section.heading);
    row[SectionWord.body] = put(section.body);
    row[SectionWord.end] = length;
    row[SectionWord.language] = section.language === 'zh' ? 1 : 0;
    row[SectionWord.served] = section.served ? 1 : 0;
    row[SectionWord.twin] = section.twin;
  }
  return [
    [Word.sections, sections.length],
    [Word.sectionTable, table],
    [Word.text, Buffer.concat(texts)],
  ];
}

/** A question as it is written: its section, how much it asks, and the numbers of its terms. */
interface WrittenQuestion {
  readonly section: number;
  readonly mass: number;
  readonly terms: readonly number[];
}

function readQuestions(sections: readonly SourceSection[], index: KnowledgeIndex): WrittenQuestion[] {
  // The same few words stand in thousands of questions.
  const masses = new Map<string, number>();
  const massOnce = (concept: Concept) => {
    const key = `${concept.weight} ${concept.alternatives[0]?.terms.join(' ')}`;
    const known = masses.get(key) ?? massOf(index, concept);
    masses.set(key, known);
    return known;
  };
  return sections.flatMap(({ heading, questions }, section) =>
    [...new Set([heading, withoutParentheses(heading), ...questions])].flatMap((text) => {
      const concepts = readQuestion(index, text).concepts.filter(({ isWord }) => isWord);
      const terms = new Set(
        concepts
          .flatMap(({ alternatives }) => alternatives[0]?.terms ?? [])
          .flatMap((term) => index.postings(term)?.number ?? []),
      );
      if (terms.size === 0) return [];
      const mass = concepts.reduce((sum, concept) => sum + massOnce(concept), 0);
      return [{ section, mass, terms: [...terms].sort((a, b) => a - b) }];
    }),
  );
}

function encodeQuestions(questions: readonly WrittenQuestion[]): Entry[] {
  return [
    [Word.questions, questions.length],
    [Word.questionSections, Uint16Array.from(questions, ({ section }) => section)],
    [
      Word.questionMasses,
      Uint16Array.from(questions, ({ mass }) => Math.min(0xffff, Math.round(mass * MASS_UNIT))),
    ],
    [Word.questionOffsets, offsetsOf(questions.map(({ terms }) => terms))],
    [Word.questionTerms, Uint32Array.from(questions.flatMap(({ terms }) => terms))],
  ];
}

function encodeThesaurus(thesaurus: Thesaurus): Entry[] {
  const phrases = sortByBytes([...new Set(thesaurus.flat())]);
  const numbers = new Map(phrases.map((phrase, at) => [phrase, at]));
  const groupsOf = phrases.map((): number[] => []);
  const members = thesaurus.map((group, at) =>
    group.map((phrase) => {
      const number = numbers.get(phrase) ?? 0;
      groupsOf[number]?.push(at);
      return number;
    }),
  );
  return [
    [Word.phrases, phrases.length],
    ...encodeStrings(phrases, Word.phraseOffsets, Word.phraseBytes),
    [Word.phraseGroupOffsets, offsetsOf(groupsOf)],
    [Word.phraseGroups, Uint16Array.from(groupsOf.flat())],
    [Word.groups, thesaurus.length],
    [Word.groupOffsets, offsetsOf(members)],
    [Word.groupMembers, Uint16Array.from(members.flat())],
  ];
}

function encodeWords(): Entry[] {
  const bytes = encoder.encode(JSON.stringify(WORDS));
  return [
    [Word.wordsLength, bytes.length],
    [Word.words, bytes],
  ];
}

function encodeStrings(strings: readonly string[], offsets: number, bytes: number): Entry[] {
  const encoded = strings.map((text) => encoder.encode(text));
  return [
    [offsets, offsetsOf(encoded)],
    [bytes, Buffer.concat(encoded)],
  ];
}

/** Where each list begins when all stand one after the other, and where the last one ends. */
function offsetsOf(lists: readonly { readonly length: number }[]): Uint32Array {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) offsets[at + 1] = (offsets[at] ?? 0) + list.length;
  return offsets;
}

function sortByBytes(strings: readonly string[]): string[] {
  return strings
    .map((text) => ({ text, bytes: encoder.encode(text) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ text }) => text);
}
