/** A request to the Responses API at an upstream that has it: the bytes untouched, but for what has to be settled. */

import { refuseState, unstoredMembers } from '../access/stateless.ts';
import { GatewayError } from '../http/errors.ts';
import { parseLossless } from '../http/json/lossless.ts';
import { setMembers } from '../http/json/members.ts';
import { isGiven, isRecord } from '../http/json/read.ts';
import { refusalText } from '../stream/read.ts';
import { callUpstream } from '../upstream/call.ts';
import { withFilled } from '../upstream/completion-call.ts';
import { keepsNothing, type UpstreamContext } from '../upstream/context.ts';
import { requestHeaders } from '../upstream/headers.ts';
import { relayAnyAnswer } from '../upstream/relay.ts';
import { withDropped } from '../via-chat/chat-calls.ts';
import { KnownModels } from '../via-chat/known-models.ts';
import type { BridgedCall } from '../via-chat/serve.ts';
import type { Strategy } from '../via-chat/strategy.ts';
import { openReasoning, REASONING_MARK } from './reasoning.ts';
import type { ResponsesOutline } from './schema.ts';
import { readRefusal } from './strategy.ts';

/** A request under way. */
export type ResponsesCall = BridgedCall<ResponsesOutline>;

const PATH = '/v1/responses';

/** Upstreams that have answered here, as this isolate has learned. */
const nativeUpstreams = new KnownModels();
/** An upstream that has answered once has the endpoint for all its models, as far as state goes. */
const ANY_MODEL = '*';

/** Whether an upstream has answered a request to its own endpoint. */
export function hasAnswered(base: string): boolean {
  return nativeUpstreams.has(base, ANY_MODEL, Date.now());
}

/** Serves by the upstream's own endpoint: the bytes untouched, but for the model's name at the target. */
export async function nativeResponse(call: ResponsesCall, strategy: Strategy): Promise<Response> {
  const { client, context } = call;
  const { body, filled, dropped } = nativeBody(call);
  const headers = requestHeaders(client.headers, context);
  const upstream = await callUpstream(
    {
      method: 'POST',
      path: PATH,
      query: client.query,
      headers,
      body,
      streamed: call.request.stream === true,
    },
    context,
  );
  if (upstream.status < 300) nativeUpstreams.remember(context.upstream.base, ANY_MODEL, Date.now());
  const answer = withDropped(withFilled(await relayAnyAnswer(upstream, context), filled), dropped);
  return strategy === 'native' ? namingTheCause(answer, context) : answer;
}

/** Where nothing is translated, a bare 404 would not tell that the endpoint is what is missing. */
async function namingTheCause(answer: Response, { upstream }: UpstreamContext): Promise<Response> {
  if (
    answer.status < 400 ||
    readRefusal(answer.status, await refusalText(answer.clone())) !== 'no-endpoint'
  ) {
    return answer;
  }
  await answer.body?.cancel();
  const setting =
    upstream.responsesMode === 'native'
      ? 'RESPONSES_MODE is native, so the request was not translated to chat completions: let the operator set it to auto or chat'
      : 'Let the operator set RESPONSES_MODE=chat, so that requests are translated to chat completions';
  throw new GatewayError({
    status: 404,
    code: 'endpoint_not_found',
    message: `The upstream has no ${PATH}. ${setting}, or use /v1/chat/completions.`,
  });
}

interface NativeBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly filled: readonly string[];
  readonly dropped: readonly string[];
}

/**
 * A stored prompt may name the model itself; of what else names none the operator does. Callers who share an account keep
 * nothing in it.
 * @throws {GatewayError} 400 `stateless_only`.
 */
function nativeBody({ request, model, body, scan, context }: ResponsesCall): NativeBody {
  const isHeld = keepsNothing(context);
  if (isHeld) refuseState('POST', PATH, body, scan);
  const members: Record<string, string> = { ...context.account.fills() };
  const needsModel = isGiven(request.model) || !isGiven(request.prompt);
  if (needsModel && model !== request.model) members['model'] = JSON.stringify(model);
  if (isHeld) Object.assign(members, unstoredMembers(body, scan, model, context.upstream));
  const filled = Object.keys(members);
  const input = inputWithoutOwnReasoning(body);
  if (input !== undefined) members['input'] = input;
  return {
    body: Object.keys(members).length === 0 ? body : setMembers(body, members),
    filled,
    dropped: input === undefined ? [] : ['input.reasoning'],
  };
}

/**
 * The items without reasoning that this gateway has sealed while a chat model answered: a native server refuses content
 * that it cannot decrypt. Undefined where there is none, which is told without parsing anything.
 */
function inputWithoutOwnReasoning(body: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(body);
  if (!text.includes(REASONING_MARK)) return undefined;
  let members: unknown;
  try {
    members = parseLossless(text);
  } catch {
    return undefined;
  }
  const items = isRecord(members) && Array.isArray(members['input']) ? members['input'] : [];
  const kept = items.filter(
    (item) =>
      !isRecord(item) ||
      item['type'] !== 'reasoning' ||
      openReasoning(item['encrypted_content']) === undefined,
  );
  return kept.length === items.length ? undefined : JSON.stringify(kept);
}
