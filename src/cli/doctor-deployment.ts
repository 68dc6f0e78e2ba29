/** Whether a wrangler.toml declares what the Worker needs: compared with the one of this version. Pure. */
import * as z from 'zod';
import type { DoctorWords } from './doctor-words.ts';
import { type Finding, fault, good, warning } from './finding.ts';

const named = z.array(z.looseObject({ name: z.string() })).default([]);

/** What is compared of a configuration; the rest is the operator's. */
const configSchema = z.looseObject({
  compatibility_date: z.union([z.string(), z.date()]).optional(),
  compatibility_flags: z.array(z.string()).default([]),
  assets: z.looseObject({ run_worker_first: z.array(z.string()).default([]) }).optional(),
  ratelimits: named,
  durable_objects: z.looseObject({ bindings: named }).optional(),
  observability: z
    .looseObject({
      enabled: z.boolean().optional(),
      logs: z.looseObject({ invocation_logs: z.boolean().optional() }).optional(),
    })
    .optional(),
  vars: z.record(z.string(), z.unknown()).default({}),
});

/** The most that Cloudflare takes as one variable (https://developers.cloudflare.com/workers/platform/limits/). */
export const CLOUDFLARE_VARIABLE_BYTES = 5 * 1024;

/** @param reference the configuration of this version. */
export function deploymentFindings(
  said: unknown,
  reference: unknown,
  words: DoctorWords,
): readonly Finding[] {
  const [config, own] = [configSchema.safeParse(said), configSchema.parse(reference)];
  if (!config.success) return [fault(words.malformed('wrangler.toml', undefined))];
  const has = config.data;
  const bindings = ({ ratelimits, durable_objects: objects }: typeof own) =>
    [...ratelimits, ...(objects?.bindings ?? [])].map(({ name }) => name);
  const [date, tested] = [dayOf(has.compatibility_date), dayOf(own.compatibility_date)];
  const paths = missing(own.assets?.run_worker_first, has.assets?.run_worker_first);
  const logs = has.observability;
  const findings = [
    ...missing(bindings(own), bindings(has)).map((name) => fault(words.noBinding(name))),
    ...(paths.length === 0 ? [] : [fault(words.noFirst(paths.join(', ')))]),
    ...(date < tested ? [warning(date === '' ? words.noDate(tested) : words.oldDate(date, tested))] : []),
    ...(date > tested ? [] : missing(own.compatibility_flags, has.compatibility_flags)).map((flag) =>
      warning(words.noFlag(flag)),
    ),
    ...(logs?.enabled === true && logs.logs?.invocation_logs !== false
      ? [warning(words.invocationLogs)]
      : []),
    ...Object.entries(has.vars).flatMap(([name, value]) => {
      const { length } = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
      return length > CLOUDFLARE_VARIABLE_BYTES
        ? [fault(words.largeVariable(name, Math.ceil(length / 1024)))]
        : [];
    }),
  ];
  return findings.length === 0 ? [good(words.deployable)] : findings;
}

function missing(wanted: readonly string[] = [], there: readonly string[] = []): string[] {
  return wanted.filter((each) => !there.includes(each));
}

function dayOf(date: string | Date | undefined): string {
  return date instanceof Date ? date.toISOString().slice(0, 10) : (date ?? '');
}
