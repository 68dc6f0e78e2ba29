/** The gateway's table of contents: what every request passes, the routes, and what happens when none or all fails. */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { AppEnv } from './env.ts';
import { errorResponse } from './http/errors.ts';
import { unreadableBody } from './http/invalid-body.ts';
import { canonicalPath } from './http/path.ts';
import { admit } from './middleware/admit.ts';
import { preflight } from './middleware/cors.ts';
import { unknownUrl } from './middleware/refuse.ts';
import { stamp } from './middleware/stamp.ts';
import { heedStop } from './middleware/stopping.ts';
import { takeOver } from './middleware/take-over.ts';
import { RecordingObject } from './resume/stream-object.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { deepHealth, health } from './routes/health.ts';
import { keys } from './routes/keys.ts';
import { metrics } from './routes/metrics.ts';
import { models } from './routes/models.ts';
import { relay } from './routes/relay.ts';
import { responses } from './routes/responses.ts';
import { serviceAccounts } from './routes/service-accounts.ts';
import { session } from './routes/session.ts';
import { streams } from './routes/streams.ts';
import { usage } from './routes/usage.ts';

const app = new Hono<AppEnv>({ getPath: (request) => canonicalPath(request.url) });

app.use(stamp);
app.use(heedStop);
app.route('/', health);
app.use(admit);
app.route('/', deepHealth);
app.route('/', session);
app.route('/', metrics);
app.options('/v1/*', preflight);
// A base URL that ends in /v1 and a path that begins with it: the upstream's own words would not name the cause.
app.all('/v1/v1/*', (c) => errorResponse(unknownUrl(c.req.method, c.req.path)));
app.route('/', chatCompletions);
app.route('/', completions);
app.route('/', responses);
app.route('/', models);
app.route('/', keys);
app.route('/', serviceAccounts);
app.route('/', usage);
app.route('/', streams);
app.route('/', relay);

app.notFound((c) => errorResponse(unknownUrl(c.req.method, c.req.path)));
app.onError(renderError);

/** Serves a call where its answer is recorded. Who pays, and that it may be asked, was settled before. */
const recorded = new Hono<AppEnv>({ getPath: (request) => canonicalPath(request.url) })
  .use(stamp)
  .use(heedStop)
  .use(takeOver)
  .route('/', chatCompletions)
  .route('/', responses)
  .onError(renderError);

function renderError(error: Error, c: Context<AppEnv>): Response {
  c.error = error instanceof HTTPException ? unreadableBody() : error;
  return errorResponse(c.error);
}

export default app;

// The runtime finds the Durable Objects' classes here.

export { BooksObject } from './ledger/books-object.ts';
export { KeyObject } from './ledger/key-object.ts';

/** The streams of one owner and slot. */
export class StreamObject extends RecordingObject {
  protected override async serve(request: Request): Promise<Response> {
    return recorded.fetch(request, this.env, this);
  }
}
