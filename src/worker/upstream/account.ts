/** Keeps account of a call from its beginning to its end: nothing, the debug log, or a ledger. */
import type { TokenUsage } from '../completions/usage.ts';
import type { Target } from '../config/upstream.ts';
import type { Log } from '../http/log.ts';
import type { StreamEnd } from '../stream/watch.ts';

/**
 * How a call ended. A stream's ends, and: `refused`, the upstream answered with an error status; `no_answer`, nothing
 * usable came; `handed_over`, a native body passes unread.
 */
export type CallEnd = StreamEnd | 'refused' | 'no_answer' | 'handed_over';

/** What is known of a call before it is made. */
export interface OpeningCall {
  /** The caller's name for the model. */
  readonly model: string;
  /** The targets that the call may reach, in the order in which they are tried. */
  readonly targets: readonly Target[];
}

/** How a call, or one attempt of it, ended. */
export interface Closing {
  readonly end: CallEnd;
  /** Tokens as the upstream reported them. */
  readonly usage: TokenUsage | undefined;
  /** How many events a stream had; absent for one whole answer. */
  readonly events?: number;
}

/** One client request is one account, however many targets it tries. */
export interface Account {
  /** Whether the usage of whole JSON answers has to be read, which costs nearly as much as relaying them. */
  readonly readsUsage: boolean;
  /**
   * Called once, before the first attempt.
   * @throws {GatewayError} the refusal of a call that may not be made.
   */
  readonly open: (call: OpeningCall) => Promise<void> | void;
  /** Called before each further attempt; false where no further attempt may be made. */
  readonly next: (failed: Closing, target: Target) => Promise<boolean> | boolean;
  /** Called exactly once, when the answer has ended or none came. Never throws. */
  readonly close: (closing: Closing) => void;
}

/** For calls without an account. */
export const NO_ACCOUNT: Account = {
  readsUsage: false,
  open: () => undefined,
  next: () => true,
  close: () => undefined,
};

/** Writes each call's end to the debug log. */
export function logAccount(log: Log): Account {
  return {
    ...NO_ACCOUNT,
    readsUsage: true,
    close({ end, usage, events }) {
      if (events !== undefined) log('stream_end', { end, events, ...usage });
      else if (end !== 'refused' && end !== 'no_answer' && end !== 'handed_over')
        log('answer_end', { end, ...usage });
    },
  };
}

/**
 * The account of one attempt: it tells the call's account how the attempt ended once the attempt is delivered, and
 * never otherwise. A stream may end before or after that.
 */
export class AttemptAccount implements Account {
  readonly readsUsage: boolean;
  readonly open = NO_ACCOUNT.open;
  readonly next = NO_ACCOUNT.next;
  /** How the attempt ended, if it has. */
  closing: Closing | undefined;
  readonly #call: Account;
  #isDelivered = false;

  constructor(call: Account) {
    this.#call = call;
    this.readsUsage = call.readsUsage;
  }

  readonly close = (closing: Closing): void => {
    this.closing = closing;
    if (this.#isDelivered) this.#call.close(closing);
  };

  /** The attempt's answer is the call's answer. */
  deliver(): void {
    this.#isDelivered = true;
    if (this.closing !== undefined) this.#call.close(this.closing);
  }
}

/**
 * The account of the calls that make one answer together: they open the call's account once, and the code that puts
 * their answers together closes it.
 */
export function partsAccount(call: Account): Account {
  let isOpen = false;
  return {
    ...NO_ACCOUNT,
    open(opening) {
      if (isOpen) return undefined;
      isOpen = true;
      return call.open(opening);
    },
  };
}
