/** The models that the gateway itself knows of. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Settings } from './settings.ts';

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
