/** What a success is, as its first bytes say: a label may be wrong. */
import { beginningKind } from '../http/beginning.ts';
import { hasChoices } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';
import { unusableAnswer } from '../http/upstream-failure.ts';
import type { BodyStart, StartLimits } from '../stream/body-start.ts';
import type { AnswerKind } from './answer-kind.ts';

/**
 * How far an answer is looked into, and how long its first bytes are waited for before its label is believed: an upstream
 * whose label is wrong sends its whole answer with the head, and a whole answer that says nothing of choices within this
 * much is no error either.
 */
export const LABEL_LOOK: StartLimits = { bytes: 16 * 1024, ms: 50 };

/** Whether the beginning of a text tells enough: what it is, and of a whole answer that it is no error. */
export function isTold(text: string, wantsStream: boolean): boolean {
  const beginning = beginningKind(text);
  return beginning === 'json' && !wantsStream ? hasChoices(text) : beginning !== undefined;
}

/** Whether what is no object is JSON all the same: lists, texts and numbers pass, words do not. */
function mayBeJson({ text, kind }: BodyStart): boolean {
  return kind === 'whole' ? parseJson(text) !== undefined : /^\s*(?:[[\d"-]|$)/.test(text);
}

/**
 * The kind of a success by its first bytes; the label counts where they do not tell.
 * @param setting the one that names the upstream's address.
 * @throws {GatewayError} 502 for what is neither JSON nor an event stream.
 */
export function kindByBytes(
  label: Exclude<AnswerKind, 'error'>,
  start: BodyStart,
  wantsStream: boolean,
  setting: string,
): Exclude<AnswerKind, 'error' | 'inspect'> {
  const beginning = beginningKind(start.text);
  if (beginning === 'events') return wantsStream ? 'events' : 'aggregate';
  if (beginning === 'json') return wantsStream ? 'expand' : 'passthrough';
  if (beginning === 'page') throw unusableAnswer('a web page', setting);
  if (label !== 'inspect' && (label !== 'passthrough' || mayBeJson(start))) return label;
  throw unusableAnswer(
    beginning === undefined && start.kind === 'whole'
      ? 'nothing'
      : 'something that is neither JSON nor an event stream',
    setting,
  );
}
