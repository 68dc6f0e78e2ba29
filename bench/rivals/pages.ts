/** What the page of figures says of other gateways, in both languages. */
import type { BehaviourId } from '../../stress/faults/behaviours.ts';
import type { Seen } from '../../stress/faults/others.ts';
import { tableOf } from '../markdown.ts';
import { contenderName, type Language } from '../words.ts';
import type { Measured } from './measure.ts';
import type { Rival } from './rival.ts';

/** The questions, in their order. Yes is good for each. */
const QUESTIONS: Readonly<Record<BehaviourId, Readonly<Record<Language, string>>>> = {
  ended: {
    en: 'A stream that ends without its end marker: is the client told?',
    zh: '流在结束标记之前就结束：客户端能得知吗？',
  },
  broken: {
    en: 'A stream whose connection closes in the middle: is the client told?',
    zh: '流的连接中途关闭：客户端能得知吗？',
  },
  reset: {
    en: 'A stream whose connection is reset: is the client told?',
    zh: '流的连接被重置：客户端能得知吗？',
  },
  short: {
    en: 'A plain answer that is shorter than announced: is the client told?',
    zh: '普通回答比声明的短：客户端能得知吗？',
  },
  leaves_stream: {
    en: 'The client leaves in the middle of a stream: is the upstream stopped?',
    zh: '客户端在流的中途离开：上游会停止吗？',
  },
  leaves_waiting: {
    en: 'The client leaves (by a reset) before the first byte: is the upstream let go within 3 s?',
    zh: '客户端在首字节之前离开（重置连接）：3 秒内会放开上游吗？',
  },
  number: {
    en: 'An integer of 19 digits (`seed`): does it reach the upstream as it was sent?',
    zh: '19 位整数（`seed`）：能原样到达上游吗？',
  },
  unknown: {
    en: 'A parameter that the gateway does not know: does it reach the upstream?',
    zh: '网关不认识的参数：能到达上游吗？',
  },
  request: {
    en: 'The whole request body: does it reach the upstream byte for byte?',
    zh: '整个请求体：能逐字节原样到达上游吗？',
  },
  answer: {
    en: 'A plain answer: does it reach the client byte for byte?',
    zh: '普通回答：能逐字节原样到达客户端吗？',
  },
  stream: {
    en: 'A stream: does it reach the client byte for byte?',
    zh: '流：能逐字节原样到达客户端吗？',
  },
};

const WORDS = {
  en: { what: 'What happens', yes: 'yes', no: '**no**', unseen: '–' },
  zh: { what: '情形', yes: '是', no: '**否**', unseen: '–' },
} as const;

/** Everything that a run came to about other gateways. */
export interface Others extends Measured {
  readonly rivals: readonly Rival[];
  readonly seen: readonly Seen[];
}

/** A table with a line for each question and a column for each gateway that started. */
export function behaviourTable(all: readonly Seen[], language: Language): string {
  const { what, yes, no, unseen } = WORDS[language];
  const shown = all.flatMap(({ contender, behaviours }) =>
    behaviours === undefined ? [] : [{ contender, behaviours }],
  );
  const names = shown.map(({ contender }) => contenderName(contender, language));
  const rows = (Object.keys(QUESTIONS) as BehaviourId[]).map((id) => {
    const cells = shown.map(({ behaviours }) => {
      const seen = behaviours[id];
      if (seen === undefined) return unseen;
      return seen ? yes : no;
    });
    return [QUESTIONS[id][language], ...cells];
  });
  return tableOf([what, ...names], rows, ':---:');
}
