/** `GET /metrics`: what this server has measured, for Prometheus to read. On a server of one's own alone. */
import { Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { NO_STORE } from '../http/no-store.ts';
import { identify } from '../middleware/identify.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { metrics as measured, resourceOf } from '../telemetry/exporter.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../telemetry/prometheus.ts';

export const metrics = new Hono<AppEnv>()
  .get('/metrics', identify, (c) => {
    const { payer, settings } = c.var;
    if (payer.pays !== 'server' || payer.by !== 'token') throw tokenOnly();
    const { telemetry } = settings;
    if (telemetry?.isScraped !== true || !settings.selfHosted) throw metricsAreOff();
    return c.body(prometheusText(measured, resourceOf(telemetry)), 200, {
      ...NO_STORE,
      'content-type': PROMETHEUS_TYPE,
    });
  })
  .all('/metrics', methodNotAllowed('GET', 'HEAD'));

function tokenOnly(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message:
      'Metrics are for the holder of the server token (API_TOKEN): send it as "Authorization: Bearer".',
  });
}

function metricsAreOff(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'unknown_url',
    message:
      'This server offers no metrics here. Set OTEL_METRICS_EXPORTER=prometheus for a server of your own; on Cloudflare, where every isolate counts for itself, send them to a collector (OTEL_EXPORTER_OTLP_ENDPOINT).',
  });
}
