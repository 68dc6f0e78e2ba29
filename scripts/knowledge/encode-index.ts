/** Writes the knowledge index: what speaks for each topic, the sections' text and the thesaurus, in one binary file. */
import { createHash } from 'node:crypto';
import { anchorOf, DERIVED_ANCHOR } from '../../src/worker/assistant/knowledge/anchor.ts';
import { type Groups, headingWords, wordsMark } from '../../src/worker/assistant/knowledge/features.ts';
import {
  BLOCK,
  DESTRUCTIVE,
  DOCUMENT_WORDS,
  DocumentWord,
  FAR,
  HEADER_WORDS,
  IMPACT_UNIT,
  MAGIC,
  MOST_IMPACT,
  MOST_STEP,
  SECTION_WORDS,
  SectionWord,
  Word,
} from '../../src/worker/assistant/knowledge/index-format.ts';
import { type KnowledgeIndex, openIndex } from '../../src/worker/assistant/knowledge/knowledge-index.ts';
import { rarity } from '../../src/worker/assistant/knowledge/question.ts';
import { retrieve } from '../../src/worker/assistant/knowledge/retrieve.ts';
import { compareBytes } from '../../src/worker/assistant/knowledge/string-table.ts';
import type { Words } from '../../src/worker/assistant/knowledge/words.ts';
import { countFeatures, type Field, isAsked, type ReadText, textsOf } from './count-features.ts';
import { fitImpacts, type Impacts, type Sample } from './fit-impacts.ts';
import type { SourceSection } from './read-knowledge.ts';
import type { Thesaurus } from './thesaurus.ts';
import { WORDS, type WrittenWords } from './words.ts';

/** A feature that says less about a topic that whole questions are known for, in logits, is not worth its bytes. */
const LEAST_IMPACT = 1.1;

/** Commands that delete or overwrite. */
const DESTRUCTIVE_COMMAND =
  /\b(?:rm -\w*[rf]|wrangler (?:delete|rollback)|reset --hard|push --force|drop (?:table|database)|docker \w+ (?:rm|prune))\b/i;

/** How much a question of a field counts as an example. */
const EXAMPLE_WEIGHTS: Partial<Record<Field, number>> = { heading: 2, asked: 1 };

const encoder = new TextEncoder();

/**
 * The bytes that `openIndex` reads. The same input always gives the same bytes.
 *
 * @param elsewhere Questions that no section is asked: what they are about is told apart.
 */
export function encodeIndex(
  sections: readonly SourceSection[],
  thesaurus: Thesaurus,
  elsewhere: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const topics = topicsOf(sections);
  const groups = groupsByPhrase(thesaurus);
  const groupsOf = (phrase: string) => groups.get(phrase) ?? [];
  const { keys, texts, table } = countFeatures(
    textsOf(sections, (section) => topics.of[section] ?? 0, elsewhere, topics.sections.length),
    groupsOf,
    topics.sections.length,
  );
  fitImpacts(samplesOf(texts, table, topics.sections.length), table, topics.sections.length + 1);
  const askedFor = new Set(texts.filter(({ hasQuestions }) => hasQuestions).map(({ topic }) => topic));
  const entries: Entry[] = [
    ...encodeStrings(keys, table, groups, askedFor),
    [Word.topics, topics.sections.length],
    [Word.topicSections, Uint16Array.from(topics.sections.flat())],
    ...encodeSections(sections, groupsOf),
  ];
  // The sections that the assistant's phrases lead to are found as any question's are.
  const draft = openIndex(finish(entries).buffer);
  return finish([...entries, ...encodeWords(draft)]);
}

/** The sections of each topic, English first, and the topic of each section. */
function topicsOf(sections: readonly SourceSection[]) {
  const of: number[] = [];
  const pairs: (readonly [number, number])[] = [];
  for (const [number, { twin, language }] of sections.entries()) {
    const isPaired = twin < number && sections[twin]?.twin === number;
    of.push(isPaired ? (of[twin] ?? 0) : pairs.length);
    if (!isPaired) pairs.push(language === 'zh' ? [twin, number] : [number, twin]);
  }
  return { of, sections: pairs };
}

function groupsByPhrase(thesaurus: Thesaurus): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [group, phrases] of thesaurus.entries()) {
    for (const phrase of phrases) groups.set(phrase, [...(groups.get(phrase) ?? []), group]);
  }
  return groups;
}

/** What is asked, as the worker will weigh it. */
function samplesOf(texts: readonly ReadText[], { offsets }: Impacts, topicCount: number): Sample[] {
  return texts.flatMap(({ topic, field, features }) => {
    if (!isAsked(field) || features.length === 0) return [];
    const masses = features.map(({ number, weight }) => {
      const holders = (offsets[number + 1] ?? 0) - (offsets[number] ?? 0);
      return weight * rarity({ topicCount }, holders);
    });
    const norm = Math.hypot(...masses);
    return [
      {
        topic,
        features: Uint32Array.from(features, ({ number }) => number),
        values: Float32Array.from(masses, (mass) => mass / norm),
        weight: EXAMPLE_WEIGHTS[field] ?? 1,
      },
    ];
  });
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

/** The features with their postings, and the phrases of the thesaurus with their groups, in one order. */
function encodeStrings(
  keys: readonly string[],
  { offsets, topics, impacts }: Impacts,
  groups: ReadonlyMap<string, readonly number[]>,
  askedFor: ReadonlySet<number>,
): Entry[] {
  const numbers = new Map(keys.map((key, number) => [key, number]));
  const sorted = [...new Set([...keys, ...groups.keys()])]
    .map((text) => ({ text, bytes: encoder.encode(text) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes));
  const blocks: number[] = [];
  const streams = { strings: new Bytes(), counts: new Bytes(), steps: new Bytes(), impacts: new Bytes() };
  let before: Uint8Array = new Uint8Array();
  for (const [at, { text, bytes }] of sorted.entries()) {
    if (at % BLOCK === 0) {
      blocks.push(...[streams.strings, streams.counts, streams.impacts].map(({ length }) => length));
      before = new Uint8Array();
    }
    const shared = sharedBytes(before, bytes);
    streams.strings.push(shared, bytes.length - shared, ...bytes.subarray(shared));
    before = bytes;
    const number = numbers.get(text);
    const [from, to] = number === undefined ? [0, 0] : [offsets[number] ?? 0, offsets[number + 1] ?? 0];
    const kept = Array.from({ length: to - from }, (_, each) => from + each).filter(
      (posting) => Math.abs(impacts[posting] ?? 0) >= LEAST_IMPACT || !askedFor.has(topics[posting] ?? 0),
    );
    const inGroups = groups.get(text) ?? [];
    const first = streams.impacts.length;
    let topic = -1;
    for (const posting of kept) {
      let step = (topics[posting] ?? 0) - topic;
      for (; step > MOST_STEP; step -= MOST_STEP) {
        streams.steps.push(MOST_STEP);
        streams.impacts.push(FAR & 0xff);
      }
      streams.steps.push(step);
      topic = topics[posting] ?? 0;
      const exact = (impacts[posting] ?? 0) / IMPACT_UNIT;
      // What speaks for a topic at all still does when it is rounded.
      const impact = exact > 0 ? Math.max(1, Math.round(exact)) : Math.round(exact);
      streams.impacts.push(Math.max(-MOST_IMPACT, Math.min(MOST_IMPACT, impact)) & 0xff);
    }
    const count = streams.impacts.length - first;
    for (const value of [count, inGroups.length, ...inGroups]) streams.counts.pushVarint(value);
  }
  return [
    [Word.strings, sorted.length],
    [Word.blocks, Uint32Array.from(blocks)],
    [Word.stringBytes, streams.strings.written()],
    [Word.counts, streams.counts.written()],
    [Word.postingTopics, streams.steps.written()],
    [Word.postingImpacts, streams.impacts.written()],
  ];
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
  return shared;
}

/** Bytes that are written one after the other. */
class Bytes {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  push(...bytes: number[]): void {
    this.#bytes.push(...bytes);
  }

  pushVarint(value: number): void {
    let left = value;
    for (; left > 0x7f; left >>>= 7) this.#bytes.push((left & 0x7f) | 0x80);
    this.#bytes.push(left);
  }

  written(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function encodeSections(sections: readonly SourceSection[], groupsOf: Groups): Entry[] {
  const texts: Uint8Array[] = [];
  let length = 0;
  /** The length of what was written. */
  const put = (text: string): number => {
    const bytes = encoder.encode(text);
    texts.push(bytes);
    length += bytes.length;
    return bytes.length;
  };
  const documents = new Map(sections.map((section) => [`${section.language} ${section.file}`, section]));
  const numbers = new Map([...documents.keys()].map((name, number) => [name, number]));
  const documentTable = new Uint32Array(documents.size * DOCUMENT_WORDS);
  for (const [number, document] of [...documents.values()].entries()) {
    const row = documentTable.subarray(number * DOCUMENT_WORDS, (number + 1) * DOCUMENT_WORDS);
    row[DocumentWord.file] = length;
    row[DocumentWord.title] = length + put(document.file);
    row[DocumentWord.end] = length + put(document.title);
    row[DocumentWord.language] = document.language === 'zh' ? 1 : 0;
    row[DocumentWord.served] = document.served ? 1 : 0;
  }
  const table = new Uint32Array(sections.length * SECTION_WORDS);
  for (const [number, section] of sections.entries()) {
    const row = table.subarray(number * SECTION_WORDS, (number + 1) * SECTION_WORDS);
    row[SectionWord.document] = numbers.get(`${section.language} ${section.file}`) ?? 0;
    row[SectionWord.traits] =
      wordsMark(headingWords(section.heading, groupsOf)) |
      (DESTRUCTIVE_COMMAND.test(section.body) ? DESTRUCTIVE : 0);
    row[SectionWord.anchor] = put(
      section.anchor === anchorOf(section.heading) ? DERIVED_ANCHOR : section.anchor,
    );
    row[SectionWord.heading] = put(section.heading);
    row[SectionWord.body] = put(section.body);
  }
  return [
    [Word.documents, documents.size],
    [Word.documentTable, documentTable],
    [Word.sections, sections.length],
    [Word.sectionTable, table],
    [Word.text, Buffer.concat(texts)],
  ];
}

function encodeWords(index: KnowledgeIndex): Entry[] {
  const bytes = encoder.encode(
    JSON.stringify({ en: withSections(index, WORDS.en), zh: withSections(index, WORDS.zh) }),
  );
  return [
    [Word.wordsLength, bytes.length],
    [Word.words, bytes],
  ];
}

/** The phrases with the sections that their questions are answered by. */
function withSections(index: KnowledgeIndex, { introductions, aboutModels, ...words }: WrittenWords): Words {
  const sectionsOf = (questions: readonly string[]) =>
    questions.flatMap((question) => retrieve(index, [question]).hits[0]?.section ?? []);
  const [how] = sectionsOf([aboutModels]);
  return {
    ...words,
    introductions: [...new Set(sectionsOf(introductions))],
    ...(how === undefined ? {} : { aboutModels: how }),
  };
}
