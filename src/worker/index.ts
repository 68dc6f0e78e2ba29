/** The gateway's table of contents: what every request passes, the routes, and what happens when none or all fails. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { preflight } from './auth/cors.ts';
import type { AppEnv } from './env.ts';
import { errorResponse } from './errors.ts';
import { canonicalPath } from './path.ts';
import { admit } from './request/admit.ts';
import { unreadableBody } from './request/chat-request.ts';
import { stamp } from './request/stamp.ts';
import { unknownUrl } from './request/unknown-url.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { deepHealth, health } from './routes/health.ts';
import { models } from './routes/models.ts';
import { relay } from './routes/relay.ts';
import { session } from './routes/session.ts';

const app = new Hono<AppEnv>({ getPath: (request) => canonicalPath(request.url) });

app.use(stamp);
app.route('/', health);
app.use(admit);
app.route('/', deepHealth);
app.route('/', session);
app.options('/v1/*', preflight);
app.route('/', chatCompletions);
app.route('/', models);
app.route('/', relay);

app.notFound((c) => errorResponse(unknownUrl(c.req.method, c.req.path)));
app.onError((error) => errorResponse(error instanceof HTTPException ? unreadableBody() : error));

export default app;
