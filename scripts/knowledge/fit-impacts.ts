/**
 * Fits how strongly each feature speaks for each topic, so that the questions that are kept find their own: multinomial
 * logistic regression over the features that a topic has at all, by stochastic gradient descent from impacts that
 * BM25F gives. A part of each question is left out at every turn, so that no single word is relied on.
 */
import { lehmer } from './random.ts';

/** The features of a question in numbers, and the topic that it asks for. */
export interface Sample {
  readonly topic: number;
  readonly features: Uint32Array;
  /** How much each feature asks; their squares add up to 1. */
  readonly values: Float32Array;
  /** How much the sample counts. */
  readonly weight: number;
}

/** For each feature its topics and their impacts, one after the other. */
export interface Impacts {
  /** Where the topics of each feature begin, and where those of the last end. */
  readonly offsets: Uint32Array;
  readonly topics: Uint16Array;
  /** Changed in place. */
  readonly impacts: Float32Array;
}

const ROUNDS = 5;
/** The first round is far from where it goes. */
const FIRST_COUNTED = 1;
const STEP = 3;
const LEFT_OUT = 0.3;
const SEED = 20_261_126;

/** Fits `impacts` in place; the same input always gives the same result. */
export function fitImpacts(samples: readonly Sample[], table: Impacts, topicCount: number): void {
  const random = lehmer(SEED);
  const order = Uint32Array.from(samples, (_, at) => at);
  const scores = new Float64Array(topicCount);
  const seen = new Uint8Array(topicCount);
  // The mean of what the rounds end with stands for many questions that nobody has asked yet better than the last.
  const sums = new Float32Array(table.impacts.length);
  for (let round = 0; round < ROUNDS; round++) {
    shuffle(order, random);
    for (const at of order) {
      const sample = samples[at];
      if (sample !== undefined) descend(sample, table, STEP, { scores, seen, random });
    }
    if (round >= FIRST_COUNTED) {
      for (const [at, impact] of table.impacts.entries()) sums[at] = (sums[at] ?? 0) + impact;
    }
  }
  table.impacts.set(sums.map((sum) => sum / (ROUNDS - FIRST_COUNTED)));
}

interface Scratch {
  readonly scores: Float64Array;
  readonly seen: Uint8Array;
  readonly random: () => number;
}

/** One step down the gradient of the sample's log loss. */
function descend(sample: Sample, table: Impacts, step: number, { scores, seen, random }: Scratch): void {
  const { offsets, topics, impacts } = table;
  const kept: number[] = [];
  for (let at = 0; at < sample.features.length; at++) if (random() >= LEFT_OUT) kept.push(at);
  const touched: number[] = [];
  for (const at of kept) {
    const feature = sample.features[at] ?? 0;
    const value = sample.values[at] ?? 0;
    const end = offsets[feature + 1] ?? 0;
    for (let posting = offsets[feature] ?? 0; posting < end; posting++) {
      const topic = topics[posting] ?? 0;
      if (seen[topic] === 0) {
        seen[topic] = 1;
        scores[topic] = 0;
        touched.push(topic);
      }
      scores[topic] = (scores[topic] ?? 0) + value * (impacts[posting] ?? 0);
    }
  }
  let most = 0;
  for (const topic of touched) most = Math.max(most, scores[topic] ?? 0);
  let total = (seen.length - touched.length) * Math.exp(-most);
  for (const topic of touched) {
    const odds = Math.exp((scores[topic] ?? 0) - most);
    scores[topic] = odds;
    total += odds;
  }
  for (const topic of touched) {
    scores[topic] = (scores[topic] ?? 0) / total - (topic === sample.topic ? 1 : 0);
    seen[topic] = 0;
  }
  const pace = step * sample.weight;
  for (const at of kept) {
    const feature = sample.features[at] ?? 0;
    const change = pace * (sample.values[at] ?? 0);
    const end = offsets[feature + 1] ?? 0;
    for (let posting = offsets[feature] ?? 0; posting < end; posting++) {
      impacts[posting] = (impacts[posting] ?? 0) - change * (scores[topics[posting] ?? 0] ?? 0);
    }
  }
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const kept = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = kept;
  }
}
