/** The handler of an endpoint that upstreams may lack: the assistant's model through chat, any other at its targets. */
import type { Context } from 'hono';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import { ownOrigin } from '../access/origin.ts';
import { answerQuestion } from '../assistant/answer.ts';
import { modelOf } from '../completions/defaults.ts';
import type { AppEnv } from '../env.ts';
import { serveModel } from '../routing/serve-model.ts';
import type { ChatService } from '../via-chat/chat-calls.ts';
import type { BridgedCall } from '../via-chat/serve.ts';
import { upstreamContext } from './upstream-context.ts';

/** What is the endpoint's own. */
export interface BridgedEndpoint<Request> {
  /** The path below `/v1`. */
  readonly endpoint: string;
  /** Serves at one target, natively or translated. */
  readonly serve: (call: BridgedCall<Request>) => Promise<Response>;
  /** Serves by a chat service, whatever the target has. */
  readonly serveByChat: (call: BridgedCall<Request>, chat: ChatService) => Promise<Response>;
}

/**
 * Serves a request whose body was read and checked.
 * @throws {GatewayError} what `serveModel` and the endpoint's own two functions throw.
 */
export async function serveBridged<Request extends { readonly model?: string | null | undefined }>(
  c: Context<AppEnv>,
  request: Request,
  { endpoint, serve, serveByChat }: BridgedEndpoint<Request>,
): Promise<Response> {
  const context = upstreamContext(c);
  const client = { headers: c.get('headers'), query: c.get('query') };
  const body = c.get('body');
  const scan = c.get('scan');
  const asked = modelOf(request, context.settings);
  if (asked === ASSISTANT_MODEL) {
    const pages = ownOrigin(c.req.raw);
    return serveByChat(
      { request, model: ASSISTANT_MODEL, body, scan, client, context },
      (text, by, options, each) => answerQuestion({ body: text, client: by, options, pages }, each),
    );
  }
  return serveModel(
    asked,
    context,
    (model, at) => serve({ request, model, body, scan, client, context: at }),
    { endpoint, body },
  );
}
