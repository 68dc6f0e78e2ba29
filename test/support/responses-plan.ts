/** Translations of responses for tests of the rules. */
import { GatewayError } from '../../src/worker/http/errors.ts';
import { planResponse, type ResponsesPlan } from '../../src/worker/responses-via-chat/plan.ts';
import { responsesRequestSchema } from '../../src/worker/responses-via-chat/schema.ts';
import { streamResponse } from '../../src/worker/responses-via-chat/stream.ts';
import { ResponseTranslator } from '../../src/worker/responses-via-chat/translator.ts';
import { calling } from './chat-calls.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the upstream of these tests is, unless a test says otherwise. */
const UPSTREAM = { isReasoningModel: false, reasoningBack: 'auto', systemAnywhere: false } as const;

/** The plan for a request: model `m` and input `hi` unless the members say otherwise. */
export function planFor(
  members: Json = {},
  upstream: Partial<Parameters<typeof planResponse>[2]> = {},
): ResponsesPlan {
  const text = JSON.stringify({ model: 'm', input: 'hi', ...members });
  return planResponse(responsesRequestSchema.parse(JSON.parse(text)), text, { ...UPSTREAM, ...upstream });
}

/** The chat request for a request. */
export function chatFor(
  members: Json = {},
  upstream?: Parameters<typeof planFor>[1],
): Record<string, unknown> {
  return JSON.parse(planFor(members, upstream).body);
}

/** The refusal of a request. */
export function refusalOf(members: Json): GatewayError {
  try {
    planFor(members);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('The request was not refused.');
}

/** A translator of an answer to a request. */
export function translatorFor(members: Json = {}): ResponseTranslator {
  const plan = planFor(members);
  const head = { id: 'resp_nx0', createdAt: 1_790_000_000, model: plan.model, request: plan.echo };
  return new ResponseTranslator(plan, head, []);
}

/** What a client gets of a streamed request whose chat call is answered with this body, as text. */
export async function streamedFor(body: ReadableStream<Uint8Array>, members: Json = {}): Promise<string> {
  const answer = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const translator = translatorFor({ stream: true, ...members });
  return (
    await streamResponse(
      '{}',
      translator,
      calling(async () => answer),
    )
  ).text();
}
