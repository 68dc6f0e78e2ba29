/** Asks every client for every behaviour, direct and through the gateway. */
import type { Upstream } from '../../test/support/upstream.ts';
import { inTime } from '../in-time.ts';
import type { Behaviour } from './behaviour.ts';
import type { Client } from './clients.ts';
import type { Pair } from './compare.ts';
import type { Api, Form } from './form.ts';
import type { Job, Outcome } from './outcome.ts';

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

/** Calls under way at one time. */
const AT_ONCE = 12;

const APIS: readonly Api[] = ['chat', 'responses', 'text'];

/** One call to be made twice. */
export interface Case {
  readonly behaviour: Behaviour;
  readonly form: Form;
  readonly client: Client;
}

/** Every case: each behaviour in each form that it is about, with each client that can ask so. */
export function casesOf(behaviours: readonly Behaviour[], clients: readonly Client[]): readonly Case[] {
  return behaviours.flatMap((behaviour) =>
    APIS.filter((api) => behaviour.apis?.includes(api) ?? true).flatMap((api) =>
      [false, true]
        .filter((streamed) => (behaviour.streamed ?? streamed) === streamed)
        .flatMap((streamed) =>
          clients
            .filter(({ apis, streamedOnly = false }) => apis.includes(api) && (streamed || !streamedOnly))
            .map((client) => ({ behaviour, form: { api, streamed }, client })),
        ),
    ),
  );
}

/** The two ends that calls go to. */
export interface Ends {
  readonly upstream: Upstream;
  readonly gatewayBase: string;
  /** A base at which nobody listens; the gateway knows it by the models `dead-*`. */
  readonly deadBase: string;
}

/** Runs the cases, several at a time, and tells each pair. */
export async function run(cases: readonly Case[], ends: Ends, tell: (pair: Pair) => void): Promise<void> {
  const scripts = new Map<string, ReturnType<Behaviour['script']>>();
  const asked = new Map<string, number>();
  ends.upstream.always((exchange) => {
    const model = modelOf(exchange.request.path, exchange.request.body);
    asked.set(model, (asked.get(model) ?? 0) + 1);
    const script = scripts.get(model);
    if (script === undefined) throw new Error(`Nobody asks for ${model}.`);
    return script(exchange);
  });
  const meet = async ({ behaviour, form, client }: Case, number: number): Promise<Pair> => {
    const script = behaviour.script(form);
    const job = (base: string, model: string): Job => ({
      client: client.name,
      ...form,
      base,
      model,
      retries: behaviour.retries ?? 0,
      timeoutMs: behaviour.timeoutMs ?? PATIENCE_MS,
      offersTool: behaviour.offersTool ?? false,
    });
    const ask = async (base: string, side: 'd' | 't'): Promise<readonly [Outcome, number, Job]> => {
      const model = `${behaviour.refused ? 'dead-' : ''}b${number}-${side}`;
      scripts.set(model, script);
      const made = job(base, model);
      const outcome = await inTime(
        client.ask(made),
        2 * PATIENCE_MS,
        `${client.name} never came back: ${behaviour.name}`,
      );
      scripts.delete(model);
      return [outcome, asked.get(model) ?? 0, made];
    };
    const [direct, askedDirect, made] = await ask(
      behaviour.refused ? ends.deadBase : ends.upstream.base,
      'd',
    );
    const [through, askedThrough] = await ask(ends.gatewayBase, 't');
    return { behaviour, job: made, direct, through, askedDirect, askedThrough };
  };
  const queue = cases.entries();
  const worker = async () => {
    for (const [number, one] of queue) tell(await meet(one, number));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The model that a request names, in its body or, where it was sent elsewhere, in its address. */
function modelOf(path: string, body: Buffer): string {
  const named = new URL(path, 'http://upstream').searchParams.get('model');
  return named ?? String(JSON.parse(body.toString())['model']);
}
