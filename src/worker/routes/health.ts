/** `GET /health`: whether the gateway lives and what it is set up to do. Names and switches only, never a value. */
import { Hono } from 'hono';
import { type AppEnv, settingsResult } from '../env.ts';
import { methodNotAllowed } from '../request/method-not-allowed.ts';
import { isMisconfigured, OPENAI_BASE } from '../settings.ts';
import { VERSION } from '../version.ts';

/** Answers 200 while requests can be served, 500 when the settings must be mended first. */
export const health = new Hono<AppEnv>()
  .get('/health', (c) => {
    const result = settingsResult(c.env);
    if (!result.ok) {
      return c.json({ status: 'misconfigured', version: VERSION, problems: result.problems }, 500);
    }
    const { settings } = result;
    const misconfigured = isMisconfigured(settings);
    return c.json(
      {
        status: misconfigured ? 'misconfigured' : 'ok',
        version: VERSION,
        model: settings.model,
        upstream: settings.base === OPENAI_BASE ? 'openai' : 'custom',
        server_key: settings.key !== undefined,
        api_token: settings.apiToken !== undefined,
        require_auth: settings.requireAuth,
        client_keys: settings.allowClientKeys,
        problems: misconfigured
          ? [{ name: 'API_TOKEN', message: 'is not set, but a token is demanded (REQUIRE_AUTH)' }]
          : [],
      },
      misconfigured ? 500 : 200,
    );
  })
  .all('/health', methodNotAllowed('GET', 'HEAD'));
