/** What is known of a recorded stream by its endpoint: how its end is told, and how an error is said in it. */
import type { ErrorFields } from '../http/errors.ts';
import type { StreamState } from '../stream/watch.ts';
import { ChatStreamState } from '../stream/watch-chat.ts';
import { NamedStreamState } from '../stream/watch-named.ts';

/** Follows a stream of an endpoint. @param endpoint its path. */
export function streamState(endpoint: string): StreamState {
  return endpoint.endsWith('completions') ? new ChatStreamState(1) : new NamedStreamState();
}

/** An error behind bytes that may end in the middle of a line. */
export function errorWords(error: ErrorFields, state: StreamState): string {
  return `\n\n${state.errorEvent(error)}`;
}
