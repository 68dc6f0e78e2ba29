/** An account that also tells a call's trace when the call opens and how it ends. */
import type { CallTrace } from '../telemetry/call-trace.ts';
import type { Account } from './account.ts';

/** The same account; usage is read, since the trace tells it. */
export function tracedAccount(account: Account, trace: CallTrace): Account {
  return {
    readsUsage: true,
    isBooked: account.isBooked,
    get mayStore() {
      return account.mayStore;
    },
    async open(opening) {
      trace.opened(opening.endpoint, opening.model);
      try {
        await account.open(opening);
      } catch (error) {
        trace.refused();
        throw error;
      }
    },
    next: (failed, target) => account.next(failed, target),
    fills: (target) => account.fills(target),
    begin: () => account.begin(),
    running: (ended) => account.running(ended),
    stopped: account.stopped,
    close(closing) {
      account.close(closing);
      trace.closed(closing.end, closing.usage);
    },
  };
}
