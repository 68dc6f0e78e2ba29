/** Which models are offered, in which groups and order. Pure. */
import { ALIAS_OWNER, ASSISTANT_MODEL } from '../../shared/contract.ts';
import { text } from '../api/json.ts';
import { canChat } from './abilities.ts';
import type { ListedModel } from './model.ts';

export interface ModelGroup {
  /** `upstream` is named by `name`, the others in the reader's language. */
  readonly kind: 'pinned' | 'recent' | 'aliases' | 'upstream' | 'no-chat';
  /** The upstream's name; empty where nothing tells. */
  readonly name: string;
  readonly models: readonly ListedModel[];
}

export interface OfferOptions {
  readonly models: readonly ListedModel[];
  /** The server's default, which may be missing from its list. */
  readonly standard: string;
  readonly pinned: readonly string[];
  readonly recent: readonly string[];
  /** What the reader typed; models that do not chat are found by it alone. */
  readonly words: string;
}

/** Whether an entry is a name of the operator's for other models (MODELS). */
export function isAlias(model: ListedModel): boolean {
  return model['owned_by'] === ALIAS_OWNER;
}

/** Where a model comes from: the upstream that the server names, else what stands before the slash in its name. */
export function upstreamOf(model: ListedModel): string {
  const slash = model.id.indexOf('/');
  return text(model['upstream']) || (slash > 0 ? model.id.slice(0, slash) : '');
}

/** The models that hold every word of what was typed, each once, under the first group that has it. */
export function offeredGroups({
  models,
  standard,
  pinned,
  recent,
  words,
}: OfferOptions): readonly ModelGroup[] {
  const known = new Map(models.map((model) => [model.id, model]));
  if (standard && !known.has(standard)) known.set(standard, { id: standard });
  known.delete(ASSISTANT_MODEL);
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const left = new Map(
    [...known].filter(([id, model]) => {
      const said = `${id} ${upstreamOf(model)}`.toLocaleLowerCase();
      return wanted.every((word) => said.includes(word));
    }),
  );
  const take = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const model = left.get(id);
      left.delete(id);
      return model ? [model] : [];
    });
  const first: readonly ModelGroup[] = [
    { kind: 'pinned', name: '', models: take(pinned) },
    { kind: 'recent', name: '', models: take([...recent.slice(0, 3), standard]) },
  ];
  const rest = [...left.values()];
  const chat = rest.filter(canChat);
  const byUpstream = Map.groupBy(
    chat.filter((model) => !isAlias(model)),
    upstreamOf,
  );
  return [
    ...first,
    { kind: 'aliases' as const, name: '', models: byName(chat.filter(isAlias)) },
    ...[...byUpstream]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, found]): ModelGroup => ({ kind: 'upstream', name, models: byName(found) })),
    {
      kind: 'no-chat' as const,
      name: '',
      models: wanted.length > 0 ? byName(rest.filter((model) => !canChat(model))) : [],
    },
  ].filter((group) => group.models.length > 0);
}

function byName(models: readonly ListedModel[]): readonly ListedModel[] {
  return models.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** How many models chosen lately are remembered. */
const RECENT = 8;

export function withRecent(recent: readonly string[], model: string): readonly string[] {
  return [model, ...recent.filter((other) => other !== model)].slice(0, RECENT);
}

export function withPinned(pinned: readonly string[], model: string): readonly string[] {
  return pinned.includes(model) ? pinned.filter((other) => other !== model) : [...pinned, model];
}
