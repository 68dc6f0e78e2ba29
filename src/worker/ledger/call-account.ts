/** The account of one request: an admission before it, its hold while it runs, one row at its end. */
import type { KeyPayer, Payer } from '../access/decide.ts';
import type { Settings } from '../config/settings.ts';
import { type Target, targetName } from '../config/upstream.ts';
import type { GatewayError } from '../http/errors.ts';
import { within } from '../stream/within.ts';
import type { Account, Closing, OpeningCall } from '../upstream/account.ts';
import type { CallFacts } from './call-facts.ts';
import { begunCall } from './call-row.ts';
import { chargeOf, NO_CHARGE, statusOf, sumOfCharges } from './charge.ts';
import type { Bound } from './estimate.ts';
import { fillsAt } from './fills.ts';
import type { Admitted, Balance, Charge, Refused, Settlement } from './key-service.ts';
import { multiplied, type RequestFacts, readFacts } from './read-facts.ts';
import { keyServiceUnavailable, refusalOf } from './refusals.ts';
import { listRunning } from './running-calls.ts';
import { keyService, payerName, spreadName } from './services.ts';
import { settleSoon } from './settle-soon.ts';
import { callId } from './store.ts';
import { targetFacts } from './target-facts.ts';

/** An object that does not answer within this time is down. */
const RESERVE_MS = 5000;

/** What an account needs of its request. */
export interface AccountOptions {
  readonly payer: Exclude<Payer, { readonly pays: 'client' }>;
  readonly env: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly requestId: string;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  /** Takes what is left of an issued key's limits. */
  readonly onBalance: (balance: Balance) => void;
  /** Takes a row that no object could be given. */
  readonly onLost: (settlement: Settlement) => void;
}

/** One request's account with an issued key, or with the ledger alone. */
export class CallAccount implements Account {
  readonly readsUsage = true;
  readonly isBooked = true;
  readonly #options: AccountOptions;
  readonly #at = Date.now();
  readonly #startedAt = performance.now();
  readonly #id: string;
  readonly #object: string;
  readonly #stopped = new AbortController();
  /** Takes the call off the list of those that can be ended. */
  #unlist = () => {};
  /** Settles when the call is booked, or was never admitted. */
  readonly #done = Promise.withResolvers<void>();
  #targets: readonly Target[] = [];
  #facts: RequestFacts | undefined;
  #call: CallFacts | undefined;
  #admitted: Admitted | undefined;
  #isOpen = false;
  #isClosed = false;
  #attempts = 1;
  /** What the attempts before the last one came to. */
  #earlier: Charge = NO_CHARGE;
  #begunMs: number | null = null;

  constructor(options: AccountOptions) {
    const { payer, requestId } = options;
    this.#options = options;
    this.#id = callId(this.#at, requestId.replace(/^req_/, ''));
    this.#object = payer.by === 'key' ? payerName(payer.id) : spreadName(payer.by, this.#id);
  }

  async open(opening: OpeningCall): Promise<void> {
    const { payer, settings, env, waitUntil } = this.#options;
    const facts = readFacts(opening.endpoint, opening.body, opening.contentType);
    const call: CallFacts = {
      ...multiplied(facts.counts, opening.parts ?? 1, opening.extraBytes ?? 0),
      model: opening.model,
      targets: opening.targets.map((target) =>
        targetFacts(facts, target, settings.prices, settings.maxTokens),
      ),
    };
    this.#facts = facts;
    this.#call = call;
    this.#targets = opening.targets;
    // A client that leaves ends an invocation for which nothing waits, and the call would never be booked.
    waitUntil(this.#done.promise);
    if (payer.by === 'key') {
      await this.#reserve(call, payer).catch((refusal: unknown) => {
        this.#done.resolve();
        throw refusal;
      });
    } else {
      // Nobody waits for it: the row is written whole at the end where this fails.
      waitUntil(
        keyService(env, this.#object)
          .announce(begunCall(this.#id, this.#at, call))
          .catch(() => undefined),
      );
    }
    this.#isOpen = true;
  }

  async #reserve(call: CallFacts, { digest }: KeyPayer): Promise<void> {
    const { env, onBalance, waitUntil } = this.#options;
    let answer: Admitted | Refused | 'late';
    try {
      const asked = keyService(env, this.#object).reserve({ id: this.#id, at: this.#at, digest, call });
      // A timer that is not ended costs less than one that is.
      answer = await Promise.race([asked, scheduler.wait(RESERVE_MS).then(() => 'late' as const)]);
      const giveBack = () => this.#giveBack();
      // It may be admitted yet: its hold is given back, and one that comes later holds nothing.
      if (answer === 'late') waitUntil(asked.then(giveBack, giveBack));
    } catch (cause) {
      throw this.#unanswered(cause);
    }
    if (answer === 'late') throw this.#unanswered(undefined);
    if (answer.balance !== null) onBalance(answer.balance);
    if (answer.kind === 'refused') throw refusalOf(answer);
    this.#admitted = answer;
    const stop = Promise.withResolvers<void>();
    stop.promise.then(() => this.#stopped.abort());
    this.#unlist = listRunning(this.#object, stop.resolve);
  }

  /** The refusal of a call about which its object has said nothing. */
  #unanswered(cause: unknown): GatewayError {
    this.#giveBack();
    return keyServiceUnavailable(cause);
  }

  #giveBack(): void {
    this.#settle({ end: 'no_answer', usage: undefined, mayHaveCost: 'nothing' });
  }

  get mayStore(): boolean {
    return this.#admitted?.limits.stateful === true;
  }

  fills(target?: Target): Readonly<Record<string, string>> {
    const [facts, admitted] = [this.#facts, this.#admitted];
    if (facts === undefined || admitted === undefined || target === undefined) return {};
    return fillsAt(target, facts, admitted.limits, admitted.bounds[this.#targets.indexOf(target)]);
  }

  async next(failed: Closing, target: Target): Promise<boolean> {
    const charge = this.#chargeOf(failed);
    this.#earlier = sumOfCharges(this.#earlier, charge);
    if (this.#stopped.signal.aborted) return false;
    const bound = this.#admitted?.bounds[this.#targets.indexOf(target)];
    const mayTry = bound === undefined || (await this.#holdNext(charge, bound));
    if (mayTry) this.#attempts += 1;
    return mayTry;
  }

  async #holdNext(failed: Charge, bound: Bound): Promise<boolean> {
    try {
      const asked = keyService(this.#options.env, this.#object).next({ id: this.#id, failed, bound });
      return await within(asked, RESERVE_MS, false);
    } catch {
      return false;
    }
  }

  begin(): void {
    this.#begunMs = performance.now() - this.#startedAt;
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Keeps the hold of a running stream: three times within its term. */
  async running(ended: Promise<unknown>): Promise<void> {
    if (this.#admitted === undefined) return;
    const { env, settings } = this.#options;
    const termMs = (settings.holdSeconds * 1000) / 3;
    while ((await within(ended, termMs, 'late' as const)) === 'late') {
      try {
        if (await keyService(env, this.#object).extend(this.#id)) this.#stopped.abort();
      } catch {
        // The next one may arrive; if none does, the call is booked at its hold, and corrected by its settlement.
      }
    }
  }

  close(closing: Closing): void {
    if (!this.#isOpen || this.#isClosed) return;
    this.#isClosed = true;
    this.#unlist();
    this.#settle(closing);
    this.#done.resolve();
  }

  #settle(closing: Closing): void {
    const { env, waitUntil, onLost } = this.#options;
    const call = this.#call;
    if (call === undefined) return;
    const ended = Date.now();
    const target = closing.target ?? this.#targets[0];
    const own = this.#chargeOf(closing);
    const charge = closing.also === undefined ? own : sumOfCharges(own, this.#chargeOf(closing.also));
    const settlement: Settlement = {
      ...charge,
      earlier: this.#earlier,
      id: this.#id,
      at: this.#at,
      model: call.model,
      target: target === undefined ? '' : targetName(target),
      endpoint: call.endpoint,
      status: statusOf(closing),
      ended,
      ttft: closing.events === undefined || this.#begunMs === null ? null : Math.round(this.#begunMs),
      http: closing.http ?? null,
      attempts: this.#attempts,
      calls: call.prompts,
    };
    settleSoon(settlement, { env, payer: this.#object, waitUntil, onLost });
  }

  #chargeOf(closing: Closing): Charge {
    const call = this.#call;
    const target = closing.target ?? this.#targets[0];
    const position = target === undefined ? -1 : this.#targets.indexOf(target);
    const facts = call?.targets[position];
    if (call === undefined || facts === undefined || target === undefined) {
      return chargeOf(closing, undefined);
    }
    const charge = chargeOf(closing, {
      call,
      target: facts,
      model: target.model,
      bound: this.#admitted?.bounds[position],
      holds: this.#admitted?.limits.holds ?? 'typical',
    });
    // Where a price is known in part only, a key with money is booked at what it held.
    const isMoney = this.#admitted?.limits.budget?.unit === 'usd';
    return charge.cost === null && isMoney
      ? { ...charge, cost: this.#admitted?.bounds[position]?.cost ?? null }
      : charge;
  }
}
