/** Where a request names its model (body or query), and the same place with another name in it. Pure. */
import { concat } from '../http/bytes.ts';
import { setMembers } from '../http/json/members.ts';
import { outlineText } from '../http/json/outline.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { type JsonScan, MemberNames, scanJson } from '../http/json/scan.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { boundaryOf, formField } from '../http/multipart.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A model that a body names, and the body with another name in its place. */
export interface NamedModel {
  readonly model: string;
  readonly renamed: (model: string) => Bytes;
}

/** Members of a realtime session's JSON that may hold the one that names its model, at any depth. */
const HOLDING = ['session', 'audio', 'input', 'transcription', 'input_audio_transcription'] as const;

/** The members that name a model in JSON, or hold one that does. */
const NAMING = new MemberNames(['model', ...HOLDING]);
const NOTHING: ReadonlySet<string> = new Set();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const OPEN_BRACE = 0x7b;

/** The model that a JSON body names at its top, if it names one. @param scan made with `model` among its members. */
function modelIn(body: Bytes, scan: JsonScan): string | undefined {
  const members = parseJson(outlineText(body, scan, NOTHING));
  const model = isRecord(members) ? members['model'] : undefined;
  return typeof model === 'string' && model !== '' ? model : undefined;
}

/**
 * The model that a body names: `model` of JSON or of the session in it, whatever type it is sent under, or such a field of a
 * form.
 * @returns undefined where it names none, `unreadable` for what is no JSON or no form although its type says so.
 */
export function modelInBody(bytes: Bytes, contentType: string): NamedModel | undefined | 'unreadable' {
  const type = mediaType(contentType);
  if (type === 'multipart/form-data') return modelInForm(bytes, boundaryOf(contentType));
  if (bytes.length === 0) return undefined;
  const isJsonLabel = isJson(type);
  if (isJsonLabel || beginsObject(bytes)) {
    const named = modelInJson(bytes);
    return named === 'unreadable' && !isJsonLabel ? undefined : named;
  }
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const query = `?${decoder.decode(bytes)}`;
  const model = modelInQuery(query);
  if (model === undefined) return undefined;
  return { model, renamed: (name) => bytesOf(withModelInQuery(query, name).slice(1)) };
}

function modelInJson(bytes: Bytes): NamedModel | undefined | 'unreadable' {
  const scan = scanJson(bytes, NAMING);
  if (scan.kind !== 'json') return 'unreadable';
  const model = modelIn(bytes, scan);
  if (model !== undefined)
    return { model, renamed: (name) => setMembers(bytes, { model: JSON.stringify(name) }) };
  for (const holding of HOLDING) {
    const at = scan.members.findLast(({ name }) => name === holding);
    if (at === undefined || bytes[at.start] !== OPEN_BRACE) continue;
    const inner = modelInJson(bytes.slice(at.start, at.end));
    if (inner === undefined || inner === 'unreadable') continue;
    return {
      model: inner.model,
      renamed: (name) => setMembers(bytes, { [holding]: decoder.decode(inner.renamed(name)) }),
    };
  }
  return undefined;
}

function modelInForm(bytes: Bytes, boundary: string | undefined): NamedModel | undefined | 'unreadable' {
  if (boundary === undefined) return 'unreadable';
  const field = formField(bytes, boundary, 'model');
  if (field === 'malformed') return 'unreadable';
  const spliced = (at: { readonly start: number; readonly end: number }, value: Uint8Array) =>
    concat([bytes.subarray(0, at.start), value, bytes.subarray(at.end)]);
  if (field !== undefined) {
    const model = decoder.decode(bytes.subarray(field.start, field.end));
    return model === '' ? undefined : { model, renamed: (name) => spliced(field, bytesOf(name)) };
  }
  const session = formField(bytes, boundary, 'session');
  if (session === undefined || session === 'malformed') return undefined;
  const inner = modelInJson(bytes.slice(session.start, session.end));
  if (inner === undefined || inner === 'unreadable') return undefined;
  return { model: inner.model, renamed: (name) => spliced(session, inner.renamed(name)) };
}

/** The model that a query (`?model=gpt-realtime&...`) names. */
export function modelInQuery(query: string): string | undefined {
  return query.includes('model') ? new URLSearchParams(query).get('model') || undefined : undefined;
}

/** The model that a path (`/v1/models/ft:gpt-4.1:x`) names. */
export function modelInPath(path: string): string | undefined {
  return path.startsWith(MODELS_PATH)
    ? decodeURIComponent(path.slice(MODELS_PATH.length)) || undefined
    : undefined;
}

/** The path of another model. */
export function pathOfModel(model: string): string {
  return MODELS_PATH + encodeURIComponent(model);
}

const MODELS_PATH = '/v1/models/';

/** The same query with another model; nothing else in it changes. */
export function withModelInQuery(query: string, model: string): string {
  const pairs = query.slice(1).split('&');
  const renamed = pairs.map((pair) =>
    new URLSearchParams(pair).has('model') ? `model=${encodeURIComponent(model)}` : pair,
  );
  return `?${renamed.join('&')}`;
}

/** What may stand before a JSON text: white space, and the three bytes of a BOM. */
const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/** Whether a body begins as a JSON object does. */
export function beginsObject(bytes: Uint8Array): boolean {
  return bytes.find((byte) => !BEFORE.has(byte)) === OPEN_BRACE;
}

function bytesOf(text: string): Bytes {
  return new Uint8Array(encoder.encode(text));
}
