/** What can be measured: a process, and how it is asked. */

/** The token that most measured requests carry; the contenders that check it know it. */
export const TOKEN = 'the-token-of-the-measurements';

/** A process that is measured. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** How a contender is asked. */
export interface Form {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The members of the body beside `stream`; `padding` makes it longer. */
  readonly body: (padding: string) => Readonly<Record<string, unknown>>;
  /** Whether each event carries this call's mark and the end is there, where streams are not those of chat. */
  readonly isOwnStream?: (text: string, mark: string, events: number) => boolean;
}

/** One thing to measure. */
export interface Contender {
  readonly name: string;
  readonly start: (upstream: string) => Promise<Running>;
  readonly form: Form;
  /**
   * Whether it is asked for streams. The assistant's own answers are whole at once, and how a caller is known changes
   * nothing in a stream.
   */
  readonly streams: boolean;
}

/** What is asked, whatever the endpoint. */
export const QUESTION = 'A question of ordinary length. '.repeat(20);

/** A chat request as a client would send it; what makes it longer is a picture. */
function chatBody(padding: string): Record<string, unknown> {
  const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${padding}` } };
  const content = padding === '' ? QUESTION : [{ type: 'text', text: QUESTION }, picture];
  return { model: 'gpt-test', messages: [{ role: 'user', content }] };
}

/** The form of an ordinary chat call. */
export function chatForm(headers: Readonly<Record<string, string>> = {}): Form {
  return {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: chatBody,
  };
}
