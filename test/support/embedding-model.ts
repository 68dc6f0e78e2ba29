/** An embedding model behind the fake upstream: numbers, or base64 where the request asks for it, as OpenAI answers. */
import { respond } from './answers.ts';
import type { Script } from './upstream.ts';

/** The numbers of the input at this place. They are exact as 32-bit floats. */
export function embeddingOf(index: number): number[] {
  return [0.5, -1.25, index];
}

/** Answers with an embedding for each input. */
export const embeds: Script = (exchange) => {
  const request = JSON.parse(exchange.request.body.toString());
  const inputs: readonly string[] = [request.input].flat();
  const encode = (numbers: number[]) =>
    request.encoding_format === 'base64'
      ? Buffer.from(Float32Array.from(numbers).buffer).toString('base64')
      : numbers;
  return respond(
    JSON.stringify({
      object: 'list',
      data: inputs.map((_, index) => ({ object: 'embedding', index, embedding: encode(embeddingOf(index)) })),
      model: request.model,
      usage: { prompt_tokens: 2, total_tokens: 2 },
    }),
  )(exchange);
};
