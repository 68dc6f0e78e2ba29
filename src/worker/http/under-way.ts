/**
 * The requests under way in this isolate, and how they end when the server stops. The runtime lets no request wait for
 * a promise that another request made: each has resolvers of its own here.
 */

/** One request, from its arrival until its answer has been written. */
export interface RequestUnderWay {
  /** Resolves when the time of a stopping server is over; never rejects. */
  readonly outOfTime: Promise<void>;
  /** The request is under way until this has settled too. */
  readonly holdFor: (work: Promise<unknown>) => void;
}

/** All of them. */
export class RequestsUnderWay {
  /** No further request may begin. */
  isStopping = false;
  readonly #endTime = new Set<() => void>();
  readonly #idleWaiters = new Set<() => void>();

  /** Begins a request, which is under way until `work` and whatever it holds for have settled. */
  begin(work: (request: RequestUnderWay) => Promise<void>): Promise<void> {
    const { promise: outOfTime, resolve } = Promise.withResolvers<void>();
    let open = 0;
    const holdFor = (held: Promise<unknown>): void => {
      open += 1;
      const settled = () => {
        open -= 1;
        if (open === 0) this.#leave(resolve);
      };
      held.then(settled, settled);
    };
    this.#endTime.add(resolve);
    const done = work({ outOfTime, holdFor });
    holdFor(done);
    return done;
  }

  /** Resolves when no request is under way. */
  idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#endTime.size === 0) resolve();
    else this.#idleWaiters.add(resolve);
    return promise;
  }

  /** Ends the time of every request. */
  endTime(): void {
    for (const end of this.#endTime) end();
  }

  #leave(request: () => void): void {
    this.#endTime.delete(request);
    if (this.#endTime.size > 0) return;
    for (const wake of this.#idleWaiters) wake();
    this.#idleWaiters.clear();
  }
}
