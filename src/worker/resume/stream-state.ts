/** What follows a recorded stream, which its endpoint alone tells. */
import type { StreamState } from '../stream/watch.ts';
import { ChatStreamState } from '../stream/watch-chat.ts';
import { NamedStreamState } from '../stream/watch-named.ts';

/** Follows a stream of an endpoint. @param endpoint its path. */
export function streamState(endpoint: string): StreamState {
  return endpoint.endsWith('completions') ? new ChatStreamState(1) : new NamedStreamState();
}
