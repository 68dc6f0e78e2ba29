/** Streams that are always the same, and long enough to be left. */
import { randomOf } from './random.ts';

const WORDS = ['alpha', '你好', '🙂 ', 'data: x\\n', 'æøå', 'x'.repeat(300)];

/** What the upstream says for a stream: always the same. */
export function contentOf(number: number): { readonly text: string; readonly tokens: number } {
  const random = randomOf(number + 1_000_000);
  const count = 20 + Math.floor(random() * 60);
  let text = '';
  for (let event = 0; event < count; event += 1) {
    const content = `${number}.${event} ${WORDS[Math.floor(random() * WORDS.length)]}`;
    text += `data: ${JSON.stringify({ id: `c${number}`, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
  }
  const usage = { prompt_tokens: 5, completion_tokens: count, total_tokens: 5 + count };
  text += `data: ${JSON.stringify({ id: `c${number}`, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`;
  text += `data: ${JSON.stringify({ id: `c${number}`, choices: [], usage })}\n\ndata: [DONE]\n\n`;
  return { text, tokens: count };
}
