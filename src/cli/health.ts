/** `nexcode health`: the gateway's own report. */
import { APIConnectionError } from 'openai';
import * as z from 'zod';
import { parseJson } from '../worker/http/json/read.ts';
import { type Connection, serverUrl } from './connection.ts';
import type { CommandContext } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { columns, withoutControls } from './terminal.ts';

const LIMIT_MS = 10_000;

const reportSchema = z.looseObject({ status: z.string(), version: z.string() });
const errorSchema = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** Prints the report; throws CommandError where the server says that it cannot serve. */
export async function showHealth(
  { deep, json }: { readonly deep?: boolean; readonly json?: boolean },
  { stdout, style, words }: CommandContext,
  connection: Connection,
): Promise<void> {
  const { apiKey } = connection;
  const answer = await fetch(`${serverUrl(connection)}/health${deep ? '?deep=1' : ''}`, {
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch((error: unknown) => {
    throw new APIConnectionError({ cause: error instanceof Error ? error : new Error(String(error)) });
  });
  const text = await answer.text();
  const report = reportSchema.safeParse(parseJson(text));
  if (!report.success) {
    const refusal = errorSchema.safeParse(parseJson(text));
    if (!refusal.success) throw new CommandError(words.notOurs(serverUrl(connection)), EXIT.failed);
    const { message } = refusal.data.error;
    throw answer.status === 401 || answer.status === 403
      ? new CommandError(words.refused(message), EXIT.credentials)
      : new CommandError(message, EXIT.failed);
  }
  if (json) stdout.write(`${text.trimEnd()}\n`);
  else {
    const rows = Object.entries(report.data).map(([name, value]) => [
      style('dim', name),
      withoutControls(typeof value === 'string' ? value : JSON.stringify(value)),
    ]);
    stdout.write(`${columns(rows)}\n`);
  }
  if (!answer.ok) throw new CommandError(words.unhealthy, EXIT.failed);
}
