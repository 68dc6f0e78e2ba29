/** The models that the gateway itself knows of. */
import { isRecord } from '../http/json/read.ts';
import type { Settings } from './settings.ts';

/** The built-in assistant's name as a model. */
export const ASSISTANT_MODEL = 'nexcode';

/** What an upstream's list may hold, in bytes: OpenRouter's, the longest known, has less than 1 MB. */
export const LIST_LIMIT_BYTES = 16 * 1024 * 1024;

/** One entry of a model list (https://platform.openai.com/docs/api-reference/models/object). */
export interface Model {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since 1970. */
  readonly created: number;
  readonly owned_by: string;
}

/** The day of the first release, as good a date as any for models whose own is not known here. */
export const CREATED_S = Date.UTC(2026, 10, 22) / 1000;

/** The assistant as an entry of a list. */
export const ASSISTANT: Model = {
  id: ASSISTANT_MODEL,
  object: 'model',
  created: CREATED_S,
  owned_by: 'nexcode',
};

/** The assistant, and the model that requests without one get. */
export function ownModels(settings: Settings): readonly Model[] {
  return [ASSISTANT, { id: settings.model, object: 'model', created: CREATED_S, owned_by: 'upstream' }];
}

/** An upstream's list with the assistant before it; undefined for a value that is no list. */
export function withOwnModels(list: unknown, own: readonly Model[]): Record<string, unknown> | undefined {
  if (!isRecord(list) || !Array.isArray(list['data'])) return undefined;
  const listed: readonly unknown[] = list['data'];
  const assistant = own.filter(
    ({ id, owned_by }) =>
      owned_by === 'nexcode' && !listed.some((model) => isRecord(model) && model['id'] === id),
  );
  return { ...list, data: [...assistant, ...listed] };
}
