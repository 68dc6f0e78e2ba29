/** The gateway's table of contents: what every request passes, the routes, and what happens when none or all fails. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { guardHost } from './auth/guard-host.ts';
import type { AppEnv } from './env.ts';
import { errorResponse } from './errors.ts';
import { canonicalPath } from './path.ts';
import { unreadableBody } from './request/chat-request.ts';
import { requireSettings, stamp } from './request/stamp.ts';
import { unknownUrl } from './request/unknown-url.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { health } from './routes/health.ts';

const app = new Hono<AppEnv>({ getPath: (request) => canonicalPath(request.url) });

app.use(stamp);
app.use(guardHost);
app.route('/', health);
app.use(requireSettings);
app.route('/', chatCompletions);

app.notFound((c) => errorResponse(unknownUrl(c.req.method, c.req.path)));
app.onError((error) => errorResponse(error instanceof HTTPException ? unreadableBody() : error));

export default app;
