/** An account that also tells a call's trace when the call opens and how it ends. */
import type { CallTrace } from '../telemetry/call-trace.ts';
import { type Account, followedAccount } from './account.ts';

/** The same account; usage is read, since the trace tells it. */
export function tracedAccount(account: Account, trace: CallTrace): Account {
  return followedAccount(account, {
    async open(opening) {
      trace.opened(opening.endpoint, opening.model);
      try {
        await account.open(opening);
      } catch (error) {
        trace.refused();
        throw error;
      }
    },
    close(closing) {
      account.close(closing);
      trace.closed(closing.end, closing.usage);
    },
  });
}
