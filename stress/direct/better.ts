/** In what the gateway may differ from a direct line, and why each is better. Anything else is a fault. */
import { type Better, isEqual, type Pair } from './compare.ts';
import { TEXT } from './form.ts';
import type { Outcome } from './outcome.ts';

/** What an outcome says, for people or in its bytes. */
const said = (outcome: Outcome) =>
  outcome.kind === 'error' ? `${outcome.code} ${outcome.message}` : (outcome.text ?? '');

/** Whether the client got the good answer; the pieces of raw bytes are its text, split by events. */
const isGood = ({ job, through }: Pair) =>
  through.kind === 'value' &&
  (through.text === TEXT || (job.client === 'raw' && /^20[01]\n.*Grüß/s.test(said(through))));

/** Whether the client failed, or took nothing for an answer. */
const failsDirect = ({ job, direct }: Pair) =>
  job.client === 'raw' || direct.kind === 'error' || (direct.text ?? '') === '';

/** Whether the gateway raises an error with these words; a stream that has begun carries it in its bytes. */
const tells = ({ job, through }: Pair, pattern: RegExp) =>
  pattern.test(said(through)) && (through.kind === 'error' || (job.client === 'raw' && job.streamed));

/** Whether the upstream's own words arrive. */
const tellsWords = (pair: Pair) => {
  const { words } = pair.behaviour;
  return words !== undefined && pair.through.kind === 'error' && pair.through.message.includes(words);
};

/** Whether what was shown by then is the same. */
const keepsText = ({ direct, through }: Pair) =>
  direct.kind !== 'error' ||
  through.kind !== 'error' ||
  direct.name === 'raw' ||
  direct.text === through.text;

export const BETTER: readonly Better[] = [
  {
    name: 'a cut is told',
    reason: 'an answer that breaks off ends in an error with a code and words, never as if it were whole',
    holds: (pair) =>
      pair.behaviour.broken !== undefined &&
      tells(pair, /upstream_stream_cut|upstream broke off/) &&
      keepsText(pair),
  },
  {
    name: 'a cut answer stays cut',
    reason: 'where JSON breaks off, the client gets as little as on a direct line, by whatever name',
    holds: ({ behaviour, job, direct, through }) =>
      behaviour.broken !== undefined &&
      !job.streamed &&
      (direct.kind === 'error' || job.client === 'raw') &&
      through.kind === 'error' &&
      (through.status ?? 200) === 200,
  },
  {
    name: 'an end is an end',
    reason: 'a connection that breaks behind the last event takes nothing from an answer that is whole',
    holds: (pair) => pair.behaviour.broken === 'behind the end' && pair.job.streamed && isGood(pair),
  },
  {
    name: 'no answer is told',
    reason:
      'an upstream that gives no answer is a 502 that says "Connection error:", and clients retry it as often',
    holds: (pair) =>
      pair.behaviour.family === 'connection' &&
      pair.direct.kind === 'error' &&
      pair.direct.status === undefined &&
      pair.askedDirect === pair.askedThrough &&
      tells(pair, /Connection error/),
  },
  {
    name: 'a refusal in its own words',
    reason:
      "a refusal in another form arrives in OpenAI's, with its status and its words where clients look for them",
    holds: (pair) =>
      pair.direct.kind === 'error' &&
      pair.through.kind === 'error' &&
      (pair.through.status === pair.direct.status || pair.behaviour.broken === true) &&
      tellsWords(pair),
  },
  {
    name: 'an error under 200',
    reason: 'an error under a success status is an error with its own words, and not an empty answer',
    holds: (pair) => pair.behaviour.name.endsWith('under 200') && tellsWords(pair) && failsDirect(pair),
  },
  {
    name: 'no page for an answer',
    reason: 'what is no answer at all is an error that says what came and what to check',
    holds: (pair) => pair.behaviour.unusable === true && tells(pair, /instead of/),
  },
  {
    name: 'the form that was asked for',
    reason: 'an answer in the other form, or under a wrong label, is turned into the one that was asked for',
    holds: (pair) => pair.behaviour.family === 'label' && failsDirect(pair) && isGood(pair),
  },
  {
    name: 'no redirect',
    reason:
      "a redirect is not followed, for it could carry the caller's key elsewhere; the error names the cure",
    holds: (pair) =>
      pair.behaviour.family === 'redirect' && pair.askedThrough === 1 && tells(pair, /redirect/),
  },
  {
    name: 'places lead back here',
    reason:
      'an address that the upstream names is one of the gateway, or kept back: it would lead past the gateway',
    holds: ({ behaviour, job, direct, through }) =>
      behaviour.family === 'redirect' &&
      job.client === 'raw' &&
      withoutPlace(direct) === withoutPlace(through),
  },
  {
    name: 'unpacked',
    reason: 'a coding that the client does not know, such as br for Python, is taken off before it arrives',
    holds: (pair) => pair.behaviour.family === 'encoding' && failsDirect(pair) && isGood(pair),
  },
  {
    name: 'interim answers',
    reason:
      'an interim answer (RFC 9110, section 15.2) is passed over, also for clients that stumble over it',
    holds: (pair) => pair.behaviour.family === 'framing' && pair.direct.kind === 'error' && isGood(pair),
  },
  {
    name: 'the other API',
    reason:
      'where an upstream has no /v1/responses, its chat completions are asked; a 404 of both arrives as it is',
    holds: (pair) =>
      pair.job.api === 'responses' &&
      pair.direct.kind === 'error' &&
      pair.direct.status === 404 &&
      isEqual({ ...pair, askedThrough: pair.askedThrough - 1 }),
  },
];

/** An answer's bytes without the address that it names. */
function withoutPlace(outcome: Outcome): string {
  return said(outcome)
    .replace(/^location: .*$/m, '')
    .replace(/req_[0-9a-f]{32}/, '');
}
