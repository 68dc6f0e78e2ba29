/** Answers that the server records: where they are, and how they are read and stopped. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { ownFetch } from './own-fetch.ts';
import type { ChatRequest } from './request.ts';

/** The name of an answer that is recorded; null for any other. */
export function streamName(headers: Headers): string | null {
  const name = headers.get(ANSWER_HEADERS.stream);
  return name?.startsWith('st_') ? name : null;
}

/** Reads a recorded answer from a byte on. */
export function readStream(
  name: string,
  from: number,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Response> {
  return ownFetch(`/v1/streams/${name}?ids=false&starting_after=${from}`, {
    headers: credentials(request),
    signal,
  });
}

/** Stops a recorded answer for all who read it. The page may be going away. */
export function stopStream(name: string, request: ChatRequest): void {
  ownFetch(`/v1/streams/${name}`, { method: 'DELETE', headers: credentials(request), keepalive: true }).catch(
    () => {},
  );
}

function credentials({ headers: { authorization } }: ChatRequest): Record<string, string> {
  return authorization === undefined ? {} : { authorization };
}
