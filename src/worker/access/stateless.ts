/**
 * What a payer who is held to stateless endpoints may say to them: nothing that makes the account behind the key keep
 * something, and nothing that reads what it keeps. All the server's callers of that kind share that account.
 */
import type { Settings } from '../config/settings.ts';
import type { Upstream } from '../config/upstream.ts';
import { encryptsReasoning, vendorOf } from '../config/vendors.ts';
import { GatewayError } from '../http/errors.ts';
import { parseJson } from '../http/json/read.ts';
import { type JsonScan, type Member, MemberNames } from '../http/json/scan.ts';
import type { Payer } from './decide.ts';

/**
 * Whether a payer may reach stateless endpoints alone: the page's login and the open door, where the server has a key
 * and so an account to be kept from them, and issued keys.
 */
export function isHeldToStateless(payer: Payer, { hasKey }: Settings): boolean {
  if (payer.pays !== 'server' || payer.by === 'token') return false;
  return hasKey || payer.by === 'key';
}

/** The code of these refusals. */
export const STATELESS_ONLY = 'stateless_only';

/** Whether a value keeps and reads nothing, by its text as far as that is short, and its first character. */
type IsHarmless = (literal: string, first: string) => boolean;
const SWITCH: IsHarmless = (literal) => literal === 'false' || literal === 'null';
const REFERENCE: IsHarmless = (literal) => literal === 'null';
/** A text is no reference here. */
const OBJECT_REFERENCE: IsHarmless = (_, first) => first !== '{' && first !== '[';

/** What is looked at in the bodies of one endpoint. */
interface Rule {
  readonly path: RegExp;
  /** Members of the body by which something is kept or read, with what tells the values that do neither. */
  readonly members: Readonly<Record<string, IsHarmless>>;
  /** All members that are looked at, those whose inside may name a file included. */
  readonly names: MemberNames;
}

/** @param inside members that are looked into, beside `messages`, `input`, `prompt` and `tools`, which always are. */
function rule(path: RegExp, members: Rule['members'], inside: readonly string[] = []): Rule {
  return { path, members, names: new MemberNames([...Object.keys(members), ...inside]) };
}

const RULES: readonly Rule[] = [
  rule(
    /^\/v1\/responses$/,
    {
      store: SWITCH,
      background: SWITCH,
      previous_response_id: REFERENCE,
      conversation: REFERENCE,
      prompt: OBJECT_REFERENCE,
    },
    ['model', 'include'],
  ),
  rule(/^\/v1\/responses\/(?:compact|input_tokens)$/, {
    previous_response_id: REFERENCE,
    conversation: REFERENCE,
    prompt: OBJECT_REFERENCE,
  }),
  rule(/^\/v1\/(?:chat\/)?completions$/, { store: SWITCH }),
  // https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/code-execution-tool
  rule(/^\/v1\/messages(?:\/count_tokens)?$/, { container: REFERENCE }),
  // https://docs.mistral.ai/api/endpoint/ocr
  rule(/^\/v1\/ocr$/, {}, ['model', 'document']),
  rule(/^\/v1\/images\/.+$/, {}, ['model', 'image', 'images', 'mask']),
];

/** The rule for an endpoint that has one. @param path a canonical path. */
function ruleOf(method: string, path: string): Rule | undefined {
  return method === 'POST' ? RULES.find((known) => known.path.test(path)) : undefined;
}

/** The members to scan a body for; undefined where the endpoint can keep nothing. */
export function lookedAt(method: string, path: string): MemberNames | undefined {
  return ruleOf(method, path)?.names;
}

/**
 * Refuses a body by which something would be kept, or kept things read.
 * @param scan made with the endpoint's members. Every occurrence of a name counts: readers differ in which one they take.
 * @throws {GatewayError} 400 `stateless_only` that names the parameter.
 */
export function refuseState(method: string, path: string, bytes: Uint8Array, scan: JsonScan): void {
  const refusal = refusalOfState(method, path, bytes, scan);
  if (refusal !== undefined) throw refusal;
}

/** The same refusal, for whoever may yet be allowed to; undefined where nothing is kept or read. */
export function refusalOfState(
  method: string,
  path: string,
  bytes: Uint8Array,
  scan: JsonScan,
): GatewayError | undefined {
  const known = ruleOf(method, path);
  if (known === undefined) return undefined;
  for (const member of scan.members) {
    const isHarmless = Object.hasOwn(known.members, member.name) ? known.members[member.name] : undefined;
    const first = String.fromCharCode(bytes[member.start] ?? 0);
    if (isHarmless?.(literalOf(bytes, member), first) === false) return stateRefused(member.name);
  }
  return scan.stored === undefined ? undefined : stateRefused(scan.stored.member, scan.stored.name);
}

/**
 * Refuses a response that is to be stored. All else that has to do with state is refused where it would have an effect.
 * @throws {GatewayError} 400 `stateless_only`.
 */
export function refuseStoring(bytes: Uint8Array, scan: JsonScan): void {
  const members = scan.members.filter(({ name }) => name === 'store');
  refuseState('POST', '/v1/responses', bytes, { ...scan, members, stored: undefined });
}

const REASONING = 'reasoning.encrypted_content';
const decoder = new TextDecoder();

/**
 * The members to set, as JSON texts, so that an endpoint that stores its answers stores this one not: `store`, and for
 * a reasoning model `include`, without which a conversation that is not stored loses its reasoning. None where the
 * request says `store: false` itself, or where the vendor stores nothing.
 */
export function unstoredMembers(
  bytes: Uint8Array,
  scan: JsonScan,
  model: string | undefined,
  upstream: Upstream,
): Record<string, string> {
  const stores = scan.members.filter(({ name }) => name === 'store');
  const isSaid = stores.length > 0 && stores.every((store) => literalOf(bytes, store) === 'false');
  if (isSaid || vendorOf(upstream.base)?.storesNothing) return {};
  const include = model !== undefined && encryptsReasoning(model) ? includeOf(bytes, scan) : undefined;
  return include === undefined ? { store: 'false' } : { store: 'false', include };
}

/** `include` with the encrypted reasoning in it; undefined where it is there, or where the upstream must judge what is. */
function includeOf(bytes: Uint8Array, { members }: JsonScan): string | undefined {
  const said = members.findLast(({ name }) => name === 'include');
  const list = said === undefined ? null : parseJson(decoder.decode(bytes.subarray(said.start, said.end)));
  if (list === null) return JSON.stringify([REASONING]);
  if (!Array.isArray(list) || list.includes(REASONING)) return undefined;
  return JSON.stringify([...list, REASONING]);
}

function literalOf(bytes: Uint8Array, { start, end }: Member): string {
  return end - start > 5 ? '' : decoder.decode(bytes.subarray(start, end));
}

/** What would happen, by the member or the kind of item that asks for it. */
const REASONS: Readonly<Record<string, string>> = {
  store: 'would store the answer',
  background: 'would store the answer until it is fetched',
  previous_response_id: 'continues a stored answer',
  conversation: 'continues a stored conversation',
  container: 'works in a container that is kept',
  prompt: 'uses a stored prompt',
  file_id: 'uses a stored file',
  item_reference: 'refers to an item of a stored answer',
};

/** What to do instead, likewise. */
const CURES: Readonly<Record<string, string>> = {
  store: 'Leave it out, or say false',
  background: 'Leave it out, or say false',
  file_id: 'Send the content itself (file_data, or a data URL)',
  prompt: 'Send its text as "instructions" and "input"',
};

function stateRefused(param: string, name = param): GatewayError {
  const reason = REASONS[name] ?? 'works on files and containers of the account';
  const what = name === param ? `'${param}'` : `'${name}' in '${param}'`;
  const isTool = REASONS[name] === undefined;
  const cure = CURES[name] ?? (isTool ? 'Leave that tool out' : 'Send the whole conversation in "input"');
  return new GatewayError({
    status: 400,
    code: STATELESS_ONLY,
    param,
    message: `${what} ${reason} in the account behind the server's key, which all its callers share: that is open only to the server token (API_TOKEN) or to a key of your own. ${cure}, or send one of these as "Authorization: Bearer".`,
  });
}
