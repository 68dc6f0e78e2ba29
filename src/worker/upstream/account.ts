/** Keeps account of a call from its beginning to its end: nothing, the debug log, or a ledger. */
import type { TokenUsage } from '../completions/usage.ts';
import type { Target } from '../config/upstream.ts';
import { GatewayError, type MayHaveCost } from '../http/errors.ts';
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
  /** The path below `/v1`, such as `chat/completions`. */
  readonly endpoint: string;
  /** What goes upstream, but for what is filled in; undefined for a body that streams past. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** The type under which the body was sent; unsaid, JSON. */
  readonly contentType?: string;
  /** How many calls like this one the request is divided into, and how many bytes longer one of them may be. */
  readonly parts?: number;
  readonly extraBytes?: number;
}

/** How a call, or one attempt of it, ended. */
export interface Closing {
  readonly end: CallEnd;
  /** Tokens as the upstream reported them. */
  readonly usage: TokenUsage | undefined;
  /** How many events a stream had; absent for one whole answer. */
  readonly events?: number;
  /** Bytes of content and reasoning that were seen, where somebody counted. */
  readonly contentBytes?: number;
  /** The status of the upstream's answer. */
  readonly http?: number;
  /** What a call without an answer may have cost: unsaid, the whole answer. */
  readonly mayHaveCost?: MayHaveCost;
  /** Where the call went. */
  readonly target?: Target;
  /** Another attempt that was made last, where this one is not it. */
  readonly also?: Closing | undefined;
}

/** A refusal of the account itself: no other target, and no quotation, takes the place of the answer. */
export class AccountRefusal extends GatewayError {
  constructor(of: GatewayError) {
    const { message, type, param, code } = of.fields;
    super({
      from: 'error',
      status: of.status,
      code,
      message,
      type,
      param,
      headers: of.headers,
      cause: of.cause,
    });
  }
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
  /** Whether the call is booked: its body is read for what it may take, and what its stream says is measured. */
  readonly isBooked: boolean;
  /** Whether the request may store its answer, and use stored ones, where others may not. */
  readonly mayStore: boolean;
  /** Members to set in the request's body at a target, as JSON texts. */
  readonly fills: (target?: Target) => Readonly<Record<string, string>>;
  /** Called when the answer begins to be delivered. */
  readonly begin: () => void;
  /** Follows a stream while it runs. */
  readonly running: (ended: Promise<unknown>) => Promise<void>;
  /** Aborts when the account ends the call. */
  readonly stopped: AbortSignal | undefined;
}

const NOTHING: Readonly<Record<string, string>> = {};

/** For calls without an account. */
export const NO_ACCOUNT: Account = {
  readsUsage: false,
  open: () => undefined,
  next: () => true,
  close: () => undefined,
  isBooked: false,
  mayStore: false,
  fills: () => NOTHING,
  begin: () => undefined,
  running: () => Promise.resolve(),
  stopped: undefined,
};

/** Writes each call's end to the debug log. */
export function logAccount(log: Log): Account {
  return {
    ...NO_ACCOUNT,
    readsUsage: true,
    close({ end, usage, events }) {
      if (events !== undefined) log('stream_end', { end, events, ...counts(usage) });
      else if (end !== 'refused' && end !== 'no_answer' && end !== 'handed_over')
        log('answer_end', { end, ...counts(usage) });
    },
  };
}

function counts(usage: TokenUsage | undefined) {
  if (usage === undefined) return {};
  const { prompt_tokens, completion_tokens, total_tokens } = usage;
  return { prompt_tokens, completion_tokens, total_tokens };
}

/** The same account for somebody who follows it by methods of their own; usage is read then. */
export function followedAccount(account: Account, own: Partial<Pick<Account, 'open' | 'close'>>): Account {
  return {
    readsUsage: true,
    isBooked: account.isBooked,
    get mayStore() {
      return account.mayStore;
    },
    open: (opening) => account.open(opening),
    next: (failed, target) => account.next(failed, target),
    fills: (target) => account.fills(target),
    begin: () => account.begin(),
    running: (ended) => account.running(ended),
    stopped: account.stopped,
    close: (closing) => account.close(closing),
    ...own,
  };
}

/** The same account, with each call's end written to the debug log too. */
export function loggedAccount(account: Account, log: Log): Account {
  const logged = logAccount(log);
  return followedAccount(account, {
    close(closing) {
      logged.close(closing);
      account.close(closing);
    },
  });
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
  readonly isBooked: boolean;
  readonly begin = NO_ACCOUNT.begin;
  get mayStore(): boolean {
    return this.#call.mayStore;
  }

  readonly stopped: AbortSignal | undefined;
  readonly #call: Account;
  readonly #target: Target;
  #isDelivered = false;
  #also: Closing | undefined;

  constructor(call: Account, target: Target) {
    this.#call = call;
    this.#target = target;
    this.readsUsage = call.readsUsage;
    this.isBooked = call.isBooked;
    this.stopped = call.stopped;
  }

  readonly fills = (): Readonly<Record<string, string>> => this.#call.fills(this.#target);

  readonly running = (ended: Promise<unknown>): Promise<void> => this.#call.running(ended);

  readonly close = (closing: Closing): void => {
    this.closing = { ...closing, target: this.#target };
    if (this.#isDelivered) this.#close(this.closing);
  };

  /**
   * The attempt's answer is the call's answer.
   * @param also how another attempt ended that was made after this one.
   */
  deliver(also?: Closing): void {
    this.#isDelivered = true;
    this.#also = also;
    this.#call.begin();
    if (this.closing !== undefined) this.#close(this.closing);
  }

  #close(closing: Closing): void {
    this.#call.close(this.#also === undefined ? closing : { ...closing, also: this.#also });
  }
}

/**
 * The account of the calls that make one answer together: they open the call's account once, and the code that puts
 * their answers together closes it.
 */
export function partsAccount(call: Account, parts: number, extraBytes: number): Account {
  let opened: Promise<void> | undefined;
  return {
    ...NO_ACCOUNT,
    isBooked: call.isBooked,
    stopped: call.stopped,
    fills: (target) => call.fills(target),
    async open(opening) {
      opened ??= Promise.resolve(call.open({ ...opening, parts, extraBytes }));
      await opened;
    },
  };
}
