/** The models that a server lists. Pure. */
import { list, record, text } from '../api/json.ts';

/** An entry of `GET /v1/models`, with whatever its vendor tells beside its name. */
export type ListedModel = Readonly<Record<string, unknown>> & { readonly id: string };

/** The entries of a list that have a name. */
export function readModels(answer: unknown): readonly ListedModel[] {
  return list(record(answer)['data'])
    .map((entry) => ({ ...record(entry), id: text(record(entry)['id']) }))
    .filter(({ id }) => id !== '');
}
