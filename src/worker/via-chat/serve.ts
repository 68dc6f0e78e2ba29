/** The two ways to serve a request whose endpoint an upstream may lack: natively, or by chat calls and a translation. */

import type * as z from 'zod/mini';
import { defaultsFor } from '../completions/defaults.ts';
import { invalidBody, unreadableBody } from '../http/invalid-body.ts';
import { setMembers } from '../http/json/members.ts';
import { parseJson } from '../http/json/read.ts';
import type { JsonScan } from '../http/json/scan.ts';
import { requireParseable } from '../http/parsed-body.ts';
import { refusalText } from '../stream/read.ts';
import type { ClientRequest } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import type { KnownModels } from './known-models.ts';
import type { NativeRefusal, Strategy } from './strategy.ts';

/** A request under way at one target. */
export interface BridgedCall<Request> {
  readonly request: Request;
  /** The model's name at the target. */
  readonly model: string;
  /** The body's bytes as they came. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What a scan found in them. */
  readonly scan: JsonScan;
  readonly client: ClientRequest;
  readonly context: UpstreamContext;
}

/** How an endpoint is served either way. */
export interface TwoWays<Plan> {
  readonly strategy: Strategy;
  /** Serves by the upstream's own endpoint. */
  readonly native: () => Promise<Response>;
  readonly readRefusal: (status: number, body: string) => NativeRefusal;
  /**
   * Plans the translation. `after` is the refusal that led to it, if one did; undefined where that refusal is the answer.
   * @throws {GatewayError} 400 for a request that chat cannot serve.
   */
  readonly plan: (after?: NativeRefusal) => Plan | undefined;
  readonly translated: (plan: Plan) => Promise<Response>;
  /** Remembers what a refusal has taught. */
  readonly known: KnownModels;
}

/**
 * Serves at one target, by the endpoint that it has or is known not to have.
 * @throws {GatewayError} 400 for a request that chat cannot serve, and what the calls throw.
 */
export async function serveTwoWays<Plan>(
  { strategy, native, readRefusal, plan, translated, known }: TwoWays<Plan>,
  { model, context }: BridgedCall<unknown>,
): Promise<Response> {
  if (strategy === 'chat') {
    const planned = plan();
    if (planned !== undefined) return translated(planned);
  }
  const answer = await native();
  if (strategy !== 'native-first' || answer.ok) return answer;

  const refusal = readRefusal(answer.status, await refusalText(answer.clone()));
  if (refusal === 'other') return answer;
  const planned = plan(refusal);
  if (planned === undefined) return answer;
  await answer.body?.cancel();
  context.log('translated', { after: refusal });
  const response = await translated(planned);
  if (refusal === 'chat-model' || response.ok) known.remember(context.upstream.base, model, Date.now());
  return response;
}

/** A request that is to be translated, checked whole. */
export interface CheckedRequest<Members> {
  readonly members: Members;
  /** The same as JSON text, with the operator's defaults in it: its number literals are the caller's. */
  readonly text: string;
  /** The members that the operator's defaults filled in. */
  readonly filled: readonly string[];
}

/**
 * Reads the whole body of a request that is to be translated.
 * @param limits the members by which this endpoint says how long the answer may be and how it is sampled.
 * @throws {GatewayError} 400 for what the schema does not take, 413 for more than can be held as objects.
 */
export function checkedRequest<Schema extends z.ZodMiniObject>(
  { model, body, scan, context }: BridgedCall<unknown>,
  limits: Parameters<typeof defaultsFor>[0],
  schema: Schema,
): CheckedRequest<z.output<Schema>> {
  requireParseable(body, scan);
  const filled = {
    ...defaultsFor(limits, model, context.payer, context.settings),
    ...context.account.fills(),
  };
  const text = decodeText(setMembers(body, filled));
  // Of a long body only the outline was checked so far.
  const members = parseJson(text);
  if (members === undefined) throw unreadableBody();
  const checked = schema.safeParse(members);
  if (!checked.success) throw invalidBody(checked.error.issues, members);
  return { members: checked.data, text, filled: Object.keys(filled) };
}

/** A translation writes the text anew, so bytes that are no text cannot be kept as they are. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw unreadableBody();
  }
}
