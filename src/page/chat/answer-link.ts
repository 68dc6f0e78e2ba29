/** Links to an answer that is being recorded, for another device with the same login. Pure. */

/** What such a link says. */
export interface AnswerLink {
  /** Where the server records the answer. */
  readonly stream: string;
  readonly model: string;
  /** The question's beginning: the server keeps answers alone. */
  readonly question: string;
}

/** Begins the fragment, which no browser sends to a server. */
export const ANSWER_ADDRESS = '#/a/';

const LONGEST_QUESTION = 500;
const LONGEST_MODEL = 200;

/** The link. @param origin that of the page. */
export function answerLink(origin: string, { stream, model, question }: AnswerLink): string {
  const said = new URLSearchParams({ model, q: [...question].slice(0, LONGEST_QUESTION).join('') });
  return `${origin}/${ANSWER_ADDRESS}${stream}?${said}`;
}

/** Reads a link's fragment; null where it is none. */
export function readAnswerLink(hash: string): AnswerLink | null {
  const [, stream, query = ''] = /^#\/a\/(st_[0-9a-f]{34})(?:\?(.*))?$/.exec(hash) ?? [];
  if (stream === undefined) return null;
  const said = new URLSearchParams(query);
  return {
    stream,
    model: (said.get('model') ?? '').slice(0, LONGEST_MODEL),
    question: (said.get('q') ?? '').replace(/[^\P{Cc}\n\t]/gu, ''),
  };
}
