/** A script that only the gateway ends: what a test needs to see that an upstream is let go. */
import { chatChunk } from './answers.ts';
import type { Exchange } from './upstream.ts';

/** Goes on sending, as a model does (chunks of chat by itself), until the gateway closes the connection to the upstream. */
export async function sendUntilGone(
  exchange: Exchange,
  send = () => exchange.event(chatChunk({ content: 'more' })),
): Promise<void> {
  let gone = false;
  void exchange.gone.then(() => {
    gone = true;
  });
  while (!gone) {
    await send().catch(() => undefined);
    await Promise.race([exchange.gone, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
}
