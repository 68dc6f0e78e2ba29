/** What a request's body says that matters for limits and prices: counts and numbers, out of one scan of its bytes. */
import { isGiven, isRecord } from '../http/json/read.ts';
import { MemberNames, scanJson } from '../http/json/scan.ts';
import { mediaType } from '../http/media-type.ts';
import { boundaryOf, formFields } from '../http/multipart.ts';
import { countIn, Members } from './body-members.ts';
import type { CallCounts, Extra } from './call-facts.ts';
import { completes, takesTokens } from './estimate.ts';

/** What a request says: the counts of its call, and what it sets itself. */
export interface RequestFacts {
  readonly counts: CallCounts;
  /** Limits of the answer that the request sets, by the member's name: Infinity for no usable number. */
  readonly limits: ReadonlyMap<string, number>;
  readonly includesUsage: boolean;
  /** The request's `stream_options`, to which the usage is added. */
  readonly streamOptions: Readonly<Record<string, unknown>>;
}

const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;
/** Point to a history that the body does not hold. */
const REFERENCES = ['previous_response_id', 'conversation'] as const;
const NAMES = new MemberNames([
  ...LIMITS,
  ...REFERENCES,
  'n',
  'best_of',
  'stream',
  'stream_options',
  'service_tier',
  'web_search_options',
  'audio',
  'modalities',
  'prediction',
  'prompt',
  'input',
]);

/** Tools that the caller runs itself cost nothing extra. */
const OWN_TOOLS: ReadonlySet<string> = new Set(['function', 'custom']);
const PLAIN_TIERS: ReadonlySet<unknown> = new Set(['default', 'flex']);

const OPEN_BRACE = 0x7b;

const decoder = new TextDecoder();

/**
 * Reads a body.
 * @param body undefined for one that streams past: nothing is known of it then.
 * @param contentType a form is read as one; whatever else is JSON counts as that, for there are upstreams that do not
 * look at the type.
 */
export function readFacts(
  endpoint: string,
  body: Uint8Array<ArrayBuffer> | undefined,
  contentType = 'application/json',
): RequestFacts {
  if (body === undefined) return unreadFacts(endpoint, 0);
  if (mediaType(contentType) === 'multipart/form-data') {
    return endpoint.startsWith('images/')
      ? formFacts(endpoint, body, contentType)
      : unreadFacts(endpoint, body.length);
  }
  const scan = scanJson(body, NAMES);
  if (scan.kind !== 'json') return unreadFacts(endpoint, body.length);
  const { items, promptIsTokens, images, audio, files, toolTypes } = scan;
  const members = new Members(body, scan);
  const streamOptions = members.last('stream_options');
  const onlyReads = takesTokens(endpoint) && !completes(endpoint);
  const texts = onlyReads ? items.input : promptIsTokens ? 1 : items.prompt;
  const counts: CallCounts = {
    endpoint,
    bytes: body.length - images.bytes,
    items: items.messages + items.input + items.tools,
    images: images.count,
    isOpaque:
      audio.count + files.count > 0 ||
      REFERENCES.some((name) => isGiven(members.last(name))) ||
      (endpoint === 'responses' && members.begins('prompt') === OPEN_BRACE),
    prompts: Math.max(1, texts),
    choices: Math.max(1, ...members.numbers('n'), ...members.numbers('best_of')),
    stream: members.last('stream') === true,
    extras: extrasOf(members, toolTypes),
    isUnread: false,
    pictures: Math.max(1, ...members.numbers('n')),
    characters: endpoint === 'audio/speech' ? members.length('input') : 0,
  };
  return {
    counts,
    limits: new Map(
      LIMITS.flatMap((name) => {
        const given = members.all(name).filter(isGiven);
        return given.length === 0 ? [] : [[name, Math.max(...given.map(limitOf))] as const];
      }),
    ),
    includesUsage: isRecord(streamOptions) && streamOptions['include_usage'] === true,
    streamOptions: isRecord(streamOptions) ? streamOptions : {},
  };
}

/** The counts of the calls that one request is divided into: together they say no more than this. */
export function multiplied(counts: CallCounts, parts: number, extraBytes: number): CallCounts {
  if (parts === 1) return counts;
  return {
    ...counts,
    bytes: (counts.bytes + extraBytes) * parts,
    items: counts.items * parts,
    images: counts.images * parts,
    prompts: counts.prompts * parts,
  };
}

function extrasOf(members: Members, toolTypes: readonly string[]): readonly Extra[] {
  const extras: Extra[] = [];
  for (const tier of members.all('service_tier')) {
    if (isGiven(tier) && !PLAIN_TIERS.has(tier))
      extras.push({ kind: 'tier', name: String(tier).slice(0, 32) });
  }
  for (const type of toolTypes) if (!OWN_TOOLS.has(type)) extras.push({ kind: 'tool', name: type });
  if (members.all('web_search_options').some(isGiven)) {
    extras.push({ kind: 'tool', name: 'web_search_options' });
  }
  const speaks = members
    .all('modalities')
    .some((value) => !Array.isArray(value) || value.some((each) => each !== 'text'));
  if (speaks || members.all('audio').some(isGiven)) extras.push({ kind: 'audio', name: 'output' });
  if (members.all('prediction').some(isGiven)) extras.push({ kind: 'prediction', name: 'content' });
  return extras;
}

function limitOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : Number.POSITIVE_INFINITY;
}

/** What a form asks for: how many pictures. */
function formFacts(endpoint: string, body: Uint8Array<ArrayBuffer>, contentType: string): RequestFacts {
  const unread = unreadFacts(endpoint, body.length);
  const boundary = boundaryOf(contentType);
  const fields = boundary === undefined ? 'malformed' : formFields(body, boundary, 'n');
  if (fields === 'malformed') return unread;
  const asked = fields.flatMap(({ start, end }) => countIn(decoder.decode(body.subarray(start, end))));
  return { ...unread, counts: { ...unread.counts, isUnread: false, pictures: Math.max(1, ...asked) } };
}

function unreadFacts(endpoint: string, bytes: number): RequestFacts {
  const counts: CallCounts = {
    endpoint,
    bytes,
    items: 0,
    images: 0,
    isOpaque: true,
    prompts: 1,
    choices: 1,
    stream: false,
    extras: [],
    isUnread: true,
    pictures: 1,
    characters: bytes,
  };
  return { counts, limits: new Map(), includesUsage: false, streamOptions: {} };
}
