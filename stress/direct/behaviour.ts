/** What an upstream does with one call. */
import type { Script } from '../../test/support/upstream.ts';
import { type Api, type Form, type Recorded, saying, send } from './form.ts';

export type Family =
  | 'success'
  | 'error'
  | 'label'
  | 'framing'
  | 'stream'
  | 'tool'
  | 'usage'
  | 'connection'
  | 'encoding'
  | 'redirect';

export interface Behaviour {
  readonly family: Family;
  readonly name: string;
  /** The APIs that it is about; all where it says nothing. */
  readonly apis?: readonly Api[];
  /** Whether it is about streams alone, or whole answers alone; both where it says nothing. */
  readonly streamed?: boolean;
  readonly script: (form: Form) => Script;
  /** How often the clients ask again; never where it says nothing. */
  readonly retries?: number;
  /** How long the clients wait for an answer, in milliseconds; for behaviours that never end. */
  readonly timeoutMs?: number;
  /** No server is there at all. */
  readonly refused?: boolean;
  /** The answer never comes whole; or whole, and what is broken is the connection behind its end. */
  readonly broken?: true | 'behind the end';
  /** No client could make anything of it. */
  readonly unusable?: true;
  /** Words of the upstream that its reader must get, in an answer whose form no client reads. */
  readonly words?: string;
  /** The client sends a tool with its question. */
  readonly offersTool?: boolean;
}

export type More = Omit<Behaviour, 'family' | 'name' | 'script'>;

type Made = Recorded | Script;

/** Makes the behaviours of one family from answers. */
export function family(of: Family, common: More = {}) {
  return (name: string, answer: (form: Form) => Made | Promise<Made>, more: More = {}): Behaviour => ({
    family: of,
    name,
    ...common,
    ...more,
    script: (form) => async (exchange) => {
      const made = await answer(form);
      await (typeof made === 'function' ? made : send(made))(exchange);
    },
  });
}

/** Fails a model's first request, and gives the good answer to each later one. */
export const once = (fails: Script) => {
  const asked = new Set<string>();
  return changed((good) => (exchange) => {
    const { model } = JSON.parse(exchange.request.body.toString());
    const first = !asked.has(model);
    asked.add(model);
    return (first ? fails : send(good))(exchange);
  });
};

/** The good answer, changed. */
export const changed =
  (change: (good: Recorded, form: Form) => Made) =>
  async (form: Form): Promise<Made> =>
    change(await saying(form), form);
