/** The models in the settings' list. Pure. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Session } from '../login/session.ts';
import type { ListedModel } from '../models/model.ts';

/** The models of the original page. OpenAI has retired them; a server may still route the names. */
const CLASSIC = ['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo-preview'];

export interface OfferedModels {
  /** The server's own first, then what it lists. */
  readonly served: readonly string[];
  /** The classic three where the server does not list them. */
  readonly retired: readonly string[];
}

export function offeredModels(session: Session | null, listed: readonly ListedModel[]): OfferedModels {
  const served = new Set(session?.defaultModel ? [session.defaultModel] : []);
  for (const { id } of listed) if (id !== ASSISTANT_MODEL) served.add(id);
  return { served: [...served], retired: CLASSIC.filter((model) => !served.has(model)) };
}
