/** What a running server says of itself, by three questions that cost nothing, and one that costs a few tokens. */

import * as z from 'zod';
import { isLoopback } from '../launcher/address.ts';
import { PROJECT_VERSION } from '../launcher/project.ts';
import { isRecord, parseJson } from '../worker/http/json/read.ts';
import { type Connection, serverUrl } from './connection.ts';
import type { DoctorWords } from './doctor-words.ts';
import { type Finding, fault, good, note, warning } from './finding.ts';

const LIMIT_MS = 15_000;

/** The longest wait for a model's answer. */
const ANSWER_MS = 60_000;

/** Enough for a word, and for a model that thinks before it says one. */
const ANSWER_TOKENS = 32;

const said = z.array(z.looseObject({ name: z.string(), message: z.string() })).default([]);
const reportSchema = z.looseObject({
  status: z.string(),
  version: z.string(),
  model: z.string().optional(),
  problems: said,
  warnings: said,
});
const deepSchema = z.looseObject({
  upstreams: z.array(
    z.looseObject({ name: z.string(), reachable: z.boolean(), message: z.string().nullish() }),
  ),
  ledger: z.looseObject({ reachable: z.boolean(), lost_rows: z.number().default(0) }).optional(),
});
const listSchema = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const completionSchema = z.looseObject({
  model: z.string().default(''),
  choices: z.array(z.looseObject({ finish_reason: z.string() })).min(1),
});

/** How a server is looked at. */
export interface ServerLook {
  readonly connection: Connection;
  /** Nobody said where a server is: that there is none at the usual place is no fault. */
  readonly isGuessed: boolean;
  /** Sends one request to the model. */
  readonly ask: boolean;
}

/** Looks. Never throws for what a server does. */
export async function serverFindings(
  { connection, isGuessed, ask }: ServerLook,
  words: DoctorWords,
): Promise<readonly Finding[]> {
  const url = serverUrl(connection);
  const health = await question(`${url}/health`, connection);
  if ('reason' in health) return [(isGuessed ? note : fault)(words.noServer(url, health.reason))];
  const report = reportSchema.safeParse(health.json);
  if (!report.success) return [fault(words.notOurs(url, health.status))];
  const { version, problems, warnings, model } = report.data;
  const { hostname, protocol } = new URL(url);
  const isPlain =
    protocol === 'http:' && connection.apiKey !== undefined && !isLoopback(hostname.replace(/^\[|\]$/g, ''));
  const findings = [
    good(words.lives(url, version)),
    ...(version === PROJECT_VERSION ? [] : [warning(words.otherVersion(version, PROJECT_VERSION))]),
    ...(isPlain ? [warning(words.plainHttp(url))] : []),
    ...problems.map(({ name, message }) => fault(words.serverSetting(`${name} ${message}`))),
    ...warnings.map(({ name, message }) => warning(words.serverWarning(`${name} ${message}`))),
  ];
  if (problems.length > 0) return findings;
  const deep = await deepFindings(url, connection, words);
  const models = await modelFindings(connection, model, words);
  const asked = ask ? [await answerFinding(connection, words)] : [note(words.notAsked)];
  return [...findings, ...deep, ...models, ...asked];
}

async function deepFindings(
  url: string,
  connection: Connection,
  words: DoctorWords,
): Promise<readonly Finding[]> {
  const answer = await question(`${url}/health?deep=1`, connection);
  if ('reason' in answer) return [fault(words.failedAt('/health?deep=1', answer.reason))];
  const report = deepSchema.safeParse(answer.json);
  if (!report.success) {
    const isRefused = answer.status === 401 && connection.apiKey !== undefined;
    return [isRefused ? fault(words.keyRefused(messageIn(answer))) : note(words.noDeep)];
  }
  const { upstreams, ledger } = report.data;
  return [
    ...upstreams.map(({ name, reachable, message }) =>
      reachable ? good(words.upstreamGood(name)) : fault(words.upstreamBad(name, message ?? '')),
    ),
    ...(ledger === undefined ? [] : [ledger.reachable ? good(words.ledgerGood) : fault(words.ledgerBad)]),
    ...(ledger !== undefined && ledger.lost_rows > 0 ? [warning(words.lostRows(ledger.lost_rows))] : []),
  ];
}

async function modelFindings(
  connection: Connection,
  model: string | undefined,
  words: DoctorWords,
): Promise<readonly Finding[]> {
  const answer = await question(`${connection.baseUrl}/models`, connection);
  if ('reason' in answer) return [fault(words.failedAt('/v1/models', answer.reason))];
  const list = listSchema.safeParse(answer.json);
  if (!list.success) return [fault(words.failedAt('/v1/models', messageIn(answer)))];
  const names = list.data.data.map(({ id }) => id);
  if (names.length === 0) return [warning(words.noModels)];
  // Where the assistant stands alone in the list, the upstream has told none of its models.
  const isTold = names.length > 1;
  const isListed = model === undefined || names.includes(model);
  return [
    good(words.models(names.length)),
    ...(isTold && !isListed ? [warning(words.modelUnlisted(model))] : []),
  ];
}

async function answerFinding(connection: Connection, words: DoctorWords): Promise<Finding> {
  const startedAt = performance.now();
  const { model } = connection;
  const body = {
    ...(model !== undefined && { model }),
    messages: [{ role: 'user', content: 'Say ok.' }],
    max_tokens: ANSWER_TOKENS,
  };
  const answer = await question(`${connection.baseUrl}/chat/completions`, connection, body);
  if ('reason' in answer) return fault(words.unanswered(answer.reason));
  const completion = completionSchema.safeParse(answer.json);
  return completion.success
    ? good(words.answered(completion.data.model, Math.round(performance.now() - startedAt)))
    : fault(words.unanswered(messageIn(answer)));
}

interface Told {
  readonly status: number;
  readonly json: unknown;
}

/** The answer, or why there is none. */
async function question(
  url: string,
  { apiKey }: Connection,
  body?: object,
): Promise<Told | { readonly reason: string }> {
  try {
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(body === undefined ? LIMIT_MS : ANSWER_MS),
    });
    return { status: answer.status, json: parseJson(await answer.text()) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** The system's own word for it, such as ECONNREFUSED: it says more than `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

function messageIn({ status, json }: Told): string {
  const error = isRecord(json) ? json['error'] : undefined;
  const message = isRecord(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : `status ${status}`;
}
