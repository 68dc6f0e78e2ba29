/** What each topic says and is asked for: features counted by where they stand, and the strengths they begin with. */
import {
  type FeatureKind,
  type Groups,
  readFeatures,
} from '../../src/worker/assistant/knowledge/features.ts';
import { lex, withoutParentheses } from '../../src/worker/assistant/knowledge/lex.ts';
import type { Impacts } from './fit-impacts.ts';
import type { SourceSection } from './read-knowledge.ts';

/**
 * BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework", 2009, section 3.6): frequencies are weighted and
 * length-normalised per field, summed, and then saturated once.
 */
const FIELDS = {
  heading: { weight: 4, b: 0.5 },
  asked: { weight: 3, b: 0 },
  above: { weight: 0.3, b: 0.3 },
  prose: { weight: 0.5, b: 0.75 },
  code: { weight: 0.3, b: 0.75 },
} as const;
export type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as Field[];
/** What a section without whole questions says counts so much more. */
const UNASKED = 6;
/** How soon more of the same feature stops counting. */
const SATURATION = 6;
/** What a strength of 1 counts in logits. */
const FIRST_SCALE = 8;
/** Questions about everything else have little in common. */
const ELSEWHERE_SHARE = 0.5;
/** Pairs of words are kept if so many questions have them. */
const LEAST_PAIRS = 3;
/** Neighbouring characters of which one says nothing are a word where several questions have them. */
const LEAST_BORDERS = 2;
/** A word that so many topics mention says little about one that whole questions are known for. */
const MOST_MENTIONS = 2;
/** Longer strings are no words. */
const LONGEST_KEY = 200;

/** A text of a topic, or of everything else. */
export interface Text {
  readonly topic: number;
  readonly field: Field;
  readonly text: string;
  /** Whether it belongs to a section that has whole questions. */
  readonly hasQuestions: boolean;
}

/** What the sections say, their topics, and what is asked about everything else. */
export function textsOf(
  sections: readonly SourceSection[],
  topicOf: (section: number) => number,
  elsewhere: readonly string[],
  topicCount: number,
): Text[] {
  return [
    ...sections.flatMap((section, number) => {
      const hasQuestions = section.questions.length > 0;
      const of = (field: Field, text: string): Text => ({
        topic: topicOf(number),
        field,
        text,
        hasQuestions,
      });
      const plain = withoutParentheses(section.heading);
      return [
        of('heading', section.heading),
        ...(plain === section.heading ? [] : [of('heading', plain)]),
        ...namesIn(section.heading).map((name) => of('heading', name)),
        ...section.asked.split(';').map((text) => of('asked', text)),
        ...section.questions.map((text) => of('asked', text)),
        of('above', [...section.above, section.file].join(' ')),
        of('prose', section.prose),
        of('code', section.code),
      ];
    }),
    ...elsewhere.map((text): Text => ({ topic: topicCount, field: 'asked', text, hasQuestions: true })),
  ];
}

/** The names that a heading adds in parentheses, and what it quotes. */
function namesIn(heading: string): string[] {
  const added = [...heading.matchAll(/[(（]([^)）]*)[)）]/g)].flatMap(([, names = '']) =>
    names.split(/[,，、]/),
  );
  const quoted = [...heading.matchAll(/["“]([^"”]*)["”]/g)].map(([, text = '']) => text);
  return [...added, ...quoted];
}

/** A text by its features. */
export interface ReadText {
  readonly topic: number;
  readonly field: Field;
  readonly hasQuestions: boolean;
  readonly features: readonly {
    readonly number: number;
    readonly weight: number;
  }[];
}

export interface Counted {
  /** By their numbers. */
  readonly keys: readonly string[];
  readonly texts: readonly ReadText[];
  readonly table: Impacts;
}

/** Whether it is what people ask with, and not what they are answered with. */
export function isAsked(field: Field): boolean {
  return field === 'heading' || field === 'asked';
}

/** Reads all texts. `topicCount` is the number of the topic that stands for everything else. */
export function countFeatures(texts: readonly Text[], groupsOf: Groups, topicCount: number): Counted {
  const read = texts.map((text) => ({ ...text, features: readFeatures(lex(text.text), groupsOf).features }));
  const asked = new Map<string, number>();
  for (const { field, features } of read) {
    if (!isAsked(field)) continue;
    for (const { key } of features) asked.set(key, (asked.get(key) ?? 0) + 1);
  }
  const mentions = new Map<string, Set<number>>();
  for (const { topic, features } of read) {
    for (const { key } of features) {
      const topics = mentions.get(key) ?? new Set();
      mentions.set(key, topics.add(topic));
    }
  }
  const isKept = ({ field, hasQuestions }: Text, key: string, kind: FeatureKind) => {
    if (Buffer.byteLength(key) > LONGEST_KEY) return false;
    if (kind === 'pair') return isAsked(field) && (asked.get(key) ?? 0) >= LEAST_PAIRS;
    if (kind === 'border' && hasQuestions && (asked.get(key) ?? 0) < LEAST_BORDERS) return false;
    if (isAsked(field) || !hasQuestions) return true;
    // Neighbouring characters of a long text are mostly no words; whole questions tell which are.
    const isWord = asked.has(key) || !/\p{sc=Han}/u.test(key);
    return isWord && (mentions.get(key)?.size ?? 0) <= MOST_MENTIONS;
  };
  const numbers = new Map<string, number>();
  const numbered = read.map((text) => ({
    topic: text.topic,
    field: text.field,
    hasQuestions: text.hasQuestions,
    features: text.features
      .filter(({ key, kind }) => isKept(text, key, kind))
      .map(({ key, weight }) => {
        const number = numbers.get(key) ?? numbers.size;
        numbers.set(key, number);
        return { number, weight };
      }),
  }));
  return {
    keys: [...numbers.keys()],
    texts: numbered,
    table: firstImpacts(numbered, numbers.size, topicCount),
  };
}

function firstImpacts(texts: readonly ReadText[], featureCount: number, topicCount: number): Impacts {
  const lengths = new Map(FIELD_NAMES.map((field) => [field, new Float64Array(topicCount + 1)]));
  for (const { topic, field, features } of texts) {
    const list = lengths.get(field);
    if (list !== undefined) list[topic] = (list[topic] ?? 0) + features.length;
  }
  const averages = new Map(
    [...lengths].map(([field, list]) => [
      field,
      Math.max(1, list.reduce((sum, length) => sum + length, 0) / list.length),
    ]),
  );
  const weights: Map<number, number>[] = Array.from({ length: featureCount }, () => new Map());
  for (const { topic, field, hasQuestions, features } of texts) {
    const { weight, b } = FIELDS[field];
    const norm = 1 - b + (b * (lengths.get(field)?.[topic] ?? 0)) / (averages.get(field) ?? 1);
    const share = isAsked(field) || hasQuestions ? 1 : UNASKED;
    for (const { number } of features) {
      const topics = weights[number];
      topics?.set(topic, (topics.get(topic) ?? 0) + (share * weight) / norm);
    }
  }
  const lists = weights.map((topics) => [...topics].sort(([a], [b]) => a - b));
  const offsets = new Uint32Array(featureCount + 1);
  for (const [at, list] of lists.entries()) offsets[at + 1] = (offsets[at] ?? 0) + list.length;
  const flat = lists.flat();
  return {
    offsets,
    topics: Uint16Array.from(flat, ([topic]) => topic),
    impacts: Float32Array.from(flat, ([topic, weight]) => {
      const share = topic === topicCount ? ELSEWHERE_SHARE : 1;
      return (share * FIRST_SCALE * weight) / (weight + SATURATION);
    }),
  };
}
