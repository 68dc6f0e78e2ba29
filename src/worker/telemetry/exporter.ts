/** Sends spans and metrics behind the answers: bounded, never waited for, and what could not be sent is counted. */
import type { Telemetry } from '../config/telemetry.ts';
import { VERSION } from '../config/version.ts';
import { Metrics } from './metrics.ts';
import { metricsJson, tracesJson } from './otlp.ts';
import type { Attributes, Span } from './span.ts';
import { randomId } from './trace-context.ts';

/** The most spans that wait or are under way, and the most of one body; both are the specification's defaults. */
const MOST_WAITING = 2048;
const MOST_SENT = 512;

/** Drops are told at most this often. */
const TOLD_MS = 60_000;

/** Longer than this nobody waits to send what was collected: whoever did is gone. */
const LONGEST_WAIT_MS = 10_000;

/** What was measured by this isolate. */
export const metrics = new Metrics();

/** Plain data alone: a promise of one request may not be awaited by another. */
let waiting: Span[] = [];
let underWay = 0;
let collectingSince: number | undefined;
let toldAt = Number.NEGATIVE_INFINITY;
let toldCount = 0;
let startedMs = 0;
let instance: string | undefined;

/** The attributes of this server, with an id of this isolate: its counts are its own. */
export function resourceOf({ resource }: Telemetry): Attributes {
  // Made late: a Worker may not ask for random bytes before its first request.
  instance ??= randomId(8);
  return { 'service.instance.id': instance, 'service.version': VERSION, ...resource };
}

/** Takes the spans of a call that has ended, and sends them soon together with those of others. */
export function exportSpans(
  spans: readonly Span[],
  telemetry: Telemetry,
  waitUntil: (promise: Promise<unknown>) => void,
): void {
  const nowMs = Date.now();
  if (startedMs === 0) startedMs = nowMs;
  if (telemetry.tracesUrl !== undefined) {
    const room = Math.max(0, MOST_WAITING - waiting.length - underWay);
    waiting.push(...spans.slice(0, room));
    if (spans.length > room) drop('traces', spans.length - room, 'queue_full');
  }
  if (telemetry.tracesUrl === undefined && telemetry.metricsUrl === undefined) return;
  if (collectingSince !== undefined && nowMs - collectingSince < telemetry.delayMs + LONGEST_WAIT_MS) return;
  collectingSince = nowMs;
  waitUntil(sendLater(telemetry));
}

async function sendLater(telemetry: Telemetry): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, telemetry.delayMs));
  collectingSince = undefined;
  const spans = waiting;
  waiting = [];
  underWay += spans.length;
  const { tracesUrl, metricsUrl } = telemetry;
  for (let at = 0; at < spans.length && tracesUrl !== undefined; at += MOST_SENT) {
    const batch = spans.slice(at, at + MOST_SENT);
    const failure = await post(tracesUrl, tracesJson(batch, resourceOf(telemetry)), telemetry);
    underWay -= batch.length;
    if (failure !== undefined) drop('traces', batch.length, failure);
  }
  if (metricsUrl === undefined) return;
  const body = metricsJson(metrics, resourceOf(telemetry), startedMs, Date.now());
  const failure = await post(metricsUrl, body, telemetry);
  if (failure !== undefined) drop('metrics', 1, failure);
}

/** Why a body did not arrive; undefined where it did. Never throws. */
async function post(
  url: string,
  body: string,
  { headers, timeoutMs }: Telemetry,
): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `status_${answer.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection';
  }
}

/** Counts what was lost, and writes a line a minute at most, whatever DEBUG says: nothing else would tell. */
function drop(signal: keyof Metrics['dropped'], count: number, reason: string): void {
  metrics.dropped[signal] += count;
  const nowMs = Date.now();
  if (nowMs - toldAt < TOLD_MS) return;
  toldAt = nowMs;
  const { traces, metrics: exports } = metrics.dropped;
  const since = traces + exports - toldCount;
  toldCount = traces + exports;
  console.warn(
    JSON.stringify({ step: 'telemetry_dropped', signal, reason, since, traces, metrics: exports }),
  );
}
