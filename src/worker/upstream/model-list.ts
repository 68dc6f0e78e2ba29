/** One reader of an upstream's list of models, whatever form it has. */
import { isErrorUnderSuccess } from '../http/foreign-error.ts';
import { readLossless } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { readText } from '../stream/read.ts';
import type { Received } from './received.ts';

/** What a list may hold, in bytes: OpenRouter's, the longest known, has less than 1 MB. */
const LIST_LIMIT_BYTES = 16 * 1024 * 1024;

/** A list of models: its entries with all their members, and what stands beside them. */
export interface ModelList {
  readonly models: readonly Readonly<Record<string, unknown>>[];
  /** The members of the list itself, without its entries. */
  readonly head: Readonly<Record<string, unknown>>;
}

/** What an upstream's answer to a question for its models came to. */
export type ModelListAnswer =
  | { readonly kind: 'list'; readonly list: ModelList }
  /** The upstream has no such list, or is in no state to give one. `isApi`: it said so as an API does. */
  | { readonly kind: 'none'; readonly isApi: boolean }
  /** The upstream refuses the caller: a wrong key, no permission, too many requests. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'cut' }
  /** Something else than a list, such as a web page. */
  | { readonly kind: 'unusable' };

/** Only these say something to the caller; any other error means that there is no list here. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** Reads the answer to `GET /v1/models`. The body of a refusal is left unread, of what is no list it is let go. */
export async function readModelList(answer: Pick<Received, 'status' | 'body'>): Promise<ModelListAnswer> {
  if (REFUSALS.has(answer.status)) return { kind: 'refused' };
  if (answer.status >= 400) {
    // A web server's page under a wrong address is no sign of an API without a list.
    const { text } = await readText(answer.body, LIST_LIMIT_BYTES);
    const isApi = answer.status >= 500 || readLossless(text) !== undefined;
    return { kind: 'none', isApi };
  }
  const { kind, text } = await readText(answer.body, LIST_LIMIT_BYTES);
  if (kind === 'cut') return { kind: 'cut' };
  const said = kind === 'whole' ? readLossless(text) : undefined;
  if (isErrorUnderSuccess(said)) return { kind: 'none', isApi: true };
  const list = modelListOf(said);
  return list === undefined ? { kind: 'unusable' } : { kind: 'list', list };
}

/** Members under which servers put their list, the likeliest first. */
const LISTS = [
  'data',
  'models',
  'result',
  'results',
  'items',
  'list',
  'model_list',
  'modelSummaries',
] as const;

/** Members under which a list names a model, the likeliest first. */
const NAMES = ['id', 'name', 'model', 'model_id', 'modelId', 'model_name', 'slug', 'key'] as const;

/**
 * The list in a JSON value: OpenAI's object, a bare array (Together), an object that names its entries otherwise
 * (Ollama, Cohere, Gemini, Bedrock), wraps them once more or keeps them by name, or one model; `null`, and a list that
 * leaves its entries out, is an empty one. Undefined for a value that is no list.
 */
function modelListOf(value: unknown, isWrapped = false): ModelList | undefined {
  if (Array.isArray(value)) return { models: entriesOf(value), head: {} };
  if (!isRecord(value) || isErrorUnderSuccess(value)) return undefined;
  if (value['object'] === 'model') return { models: entriesOf([value]), head: {} };
  const { data: _, models: __, ...head } = value;
  let empty = value['object'] === 'list' || value['data'] === null || value['models'] === null;
  for (const name of LISTS) {
    const inner = value[name];
    const list = isRecord(inner) && isWrapped ? undefined : (modelListOf(inner, true) ?? listByName(inner));
    if (list !== undefined && list.models.length > 0) return { models: list.models, head };
    empty ||= list !== undefined;
  }
  return empty ? { models: [], head } : undefined;
}

/** A list that is an object with a member for each model. */
function listByName(value: unknown): ModelList | undefined {
  if (!isRecord(value) || !Object.values(value).every(isRecord)) return undefined;
  return {
    models: entriesOf(
      Object.entries(value).map(([name, entry]) => ({ name, ...(isRecord(entry) && entry) })),
    ),
    head: {},
  };
}

/** Each entry under an `id`: some lists call it otherwise, and some hold names alone. */
function entriesOf(entries: readonly unknown[]): Readonly<Record<string, unknown>>[] {
  return entries.flatMap((entry) => {
    if (typeof entry === 'string' && entry !== '') return [{ id: entry, object: 'model' }];
    if (!isRecord(entry)) return [];
    const id = NAMES.map((name) => entry[name]).find((name) => typeof name === 'string' && name !== '');
    if (id === undefined) return [];
    return [entry['id'] === id ? entry : { ...entry, id, object: 'model' }];
  });
}
