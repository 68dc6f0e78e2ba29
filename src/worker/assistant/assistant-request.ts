/** What the assistant is given, by whichever route. */
import type { ResponseOptions } from '../upstream/answer.ts';
import type { ClientRequest } from '../upstream/completion-call.ts';

/** A chat request to the assistant. */
export interface AssistantRequest {
  /** The request's JSON text. */
  readonly body: string;
  /** The request on whose behalf a model would be called. */
  readonly client: ClientRequest;
  readonly options: ResponseOptions;
  /** Where this gateway's pages are, such as `https://nexcode.example.com`. */
  readonly pages: string;
}
