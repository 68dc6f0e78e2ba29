/** Questions to the assistant, and its answers as they are read. */
import type { Gateway } from './gateway.ts';

/** A user's message. */
export const user = (content: string) => ({ role: 'user' as const, content });

/** A chat request to the assistant. */
export const ask = (gateway: Gateway, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  fetch(`${gateway.base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'nexcode', ...body }),
  });

/** One question as a request. */
export const question = (content: string) => ({ messages: [user(content)] });

/** The body as JSON of whatever form. */
export async function read(answer: Response) {
  return JSON.parse(await answer.text());
}

/** Text, whether it ended, and the error of a streamed answer. */
export function readStream(text: string) {
  const datas = text.split('\n\n').flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? []);
  const chunks = datas.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data));
  return {
    text: chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join(''),
    finish: chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).find((reason) => reason),
    done: datas.at(-1) === '[DONE]',
    error: chunks.find((chunk) => chunk.error)?.error,
    chunks,
  };
}
