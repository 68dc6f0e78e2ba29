/** `nexcode keys`: issues, lists, shows, changes and revokes keys, by the admin calls of the official client. */
import { confirm } from '@inquirer/prompts';
import type OpenAI from 'openai';
import * as z from 'zod';
import { parseJson } from '../worker/http/json/read.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, clientFor } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { keyIdFor } from './key-id.ts';
import {
  type LimitOptions,
  leftSchema,
  limitsOf,
  limitsSchema,
  shownBudget,
  shownUnits,
} from './key-limits.ts';
import { asked } from './prompt.ts';
import { printTable } from './table.ts';
import { columns, isInteractive, withoutControls } from './terminal.ts';

/** The project that stands for the server: its admin calls know this one alone. */
const PROJECT = 'default';

/** On Cloudflare's Free plan an answer can say of so many keys what is left. */
const KEYS_A_PAGE = 40;

const keySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  redacted_value: z.string().optional(),
  created_at: z.number().nullish(),
  last_used_at: z.number().nullish(),
  expires_at: z.number().nullish(),
  revoked_at: z.number().nullish(),
  limits: limitsSchema.nullish(),
  left: leftSchema.nullish(),
});

/** A key as the API shows it, never its value. */
type ShownKey = z.output<typeof keySchema>;

const issuedSchema = z.looseObject({
  api_key: z.looseObject({ id: z.string(), name: z.string(), value: z.string() }),
});

type KeyState = 'active' | 'expired' | 'revoked';

interface Json {
  readonly json?: boolean;
}

/** Issues a key. Its value alone goes to standard output, so that a script can keep it; it is never shown again. */
export async function issueKey(
  name: string,
  options: LimitOptions & Json,
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { stdout, stderr, errorStyle, words } = context;
  const body = { name, limits: limitsOf(options, words) };
  const accounts = clientFor(connection).admin.organization.projects.serviceAccounts;
  // A second attempt could make a second key.
  const answer = await accounts.create(PROJECT, body, { maxRetries: 0 }).asResponse();
  const text = await answer.text();
  const issued = issuedSchema.safeParse(parseJson(text));
  if (!issued.success) throw notOurs(connection, context);
  if (options.json) {
    stdout.write(`${text.trimEnd()}\n`);
    return;
  }
  const { id, value } = issued.data.api_key;
  stdout.write(`${withoutControls(value)}\n`);
  stderr.write(`${errorStyle('dim', words.issued(withoutControls(name), withoutControls(id)))}\n`);
}

/** Lists the keys in force, or all of them. */
export async function listKeys(
  { all, json }: Json & { readonly all?: boolean },
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { stdout, words } = context;
  const keys = await readKeys(clientFor(connection), connection, context);
  const shown = all ? keys : keys.filter((key) => stateOf(key) === 'active');
  if (json) {
    stdout.write(`${JSON.stringify({ object: 'list', data: shown }, null, 2)}\n`);
    return;
  }
  if (shown.length === 0) throw new CommandError(words.noKeys, EXIT.failed);
  const head = words.keyColumns;
  const rows = shown.map((key) => [
    key.id,
    key.name,
    ...(all ? [words.keyStates[stateOf(key)]] : []),
    key.limits?.models.join(' ') || '*',
    key.limits?.rpm ?? '',
    key.limits?.tpm ?? '',
    shownBudget(key.limits?.budget),
    leftOf(key),
    shownTime(key.last_used_at),
  ]);
  const heads = [
    head.id,
    head.name,
    ...(all ? [head.state] : []),
    head.models,
    'RPM',
    'TPM',
    head.budget,
    head.left,
    head.used,
  ];
  printTable(heads, rows, context);
}

/** Shows one key with everything that is known of it; without an id the key that the command asks with. */
export async function showKey(
  said: string | undefined,
  { json }: Json,
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const client = clientFor(connection);
  const shown =
    said === undefined
      ? await client.get<unknown>('/key')
      : await keysOf(client).retrieve(await idOf(said, client, connection, context), { project_id: PROJECT });
  printKey(shown, json, context, connection);
}

/** Changes the name or limits of a key; what no option names stays as it is. */
export async function setKey(
  said: string,
  options: LimitOptions & Json & { readonly name?: string },
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { words } = context;
  const limits = limitsOf(options, words);
  const { name } = options;
  if (name === undefined && Object.keys(limits).length === 0) throw new CommandError(words.nothingToSet);
  const client = clientFor(connection);
  const id = await idOf(said, client, connection, context);
  const body = { project_id: PROJECT, ...(name !== undefined && { name }), limits };
  const changed = await keysOf(client).update(id, body);
  printKey(changed, options.json, context, connection);
}

/** Revokes a key; a person is asked first. */
export async function revokeKey(
  said: string,
  { stop, yes }: { readonly stop?: boolean; readonly yes?: boolean },
  context: CommandContext,
  connection: Connection,
): Promise<void> {
  const { stdout, words } = context;
  const client = clientFor(connection);
  const id = await idOf(said, client, connection, context);
  if (!yes && isInteractive(stdout)) {
    const isMeant = await asked(confirm({ message: words.askRevoke(said), default: false }), context);
    if (!isMeant) throw new CommandError(words.notRevoked, EXIT.failed);
  }
  await keysOf(client).delete(id, { project_id: PROJECT }, stop ? { query: { stop: 'true' } } : undefined);
  stdout.write(`${words.revoked(withoutControls(id))}\n`);
}

/** Every key that there is or was. */
export async function readKeys(
  client: OpenAI,
  connection: Connection,
  context: CommandContext,
): Promise<ShownKey[]> {
  const keys: ShownKey[] = [];
  for await (const key of keysOf(client).list(PROJECT, { limit: KEYS_A_PAGE })) {
    const shown = keySchema.safeParse(key);
    if (!shown.success) throw notOurs(connection, context);
    keys.push(shown.data);
  }
  return keys;
}

async function idOf(
  said: string,
  client: OpenAI,
  connection: Connection,
  context: CommandContext,
): Promise<string> {
  return keyIdFor(said, () => readKeys(client, connection, context), context.words);
}

function keysOf(client: OpenAI): OpenAI['admin']['organization']['projects']['apiKeys'] {
  return client.admin.organization.projects.apiKeys;
}

function printKey(
  answer: unknown,
  json: boolean | undefined,
  context: CommandContext,
  connection: Connection,
): void {
  const { stdout, style, words } = context;
  if (json) {
    stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const shown = keySchema.partial({ name: true }).safeParse(answer);
  if (!shown.success) throw notOurs(connection, context);
  const { limits, left, ...key } = shown.data;
  const budget = left?.budget;
  const amount = (value: number | undefined) =>
    budget == null || value === undefined ? '' : shownUnits(value, budget.unit);
  const facts = {
    id: key.id,
    name: key.name,
    key: key.redacted_value,
    created: shownTime(key.created_at),
    used: shownTime(key.last_used_at),
    expires: shownTime(key.expires_at),
    revoked: shownTime(key.revoked_at),
    ...limits,
    models: limits?.models.join(' '),
    budget: shownBudget(limits?.budget),
    spent: amount(budget?.spent),
    held: amount(budget?.held),
    left: amount(budget?.left),
    resets: shownTime(budget?.resets_at),
  };
  const rows = Object.entries(facts).flatMap(([name, value]) =>
    value === null || value === undefined || value === ''
      ? []
      : [[style('dim', words.keyFacts[name] ?? name), withoutControls(String(value))]],
  );
  stdout.write(`${columns(rows)}\n`);
}

function stateOf({ revoked_at: revoked, expires_at: expires }: ShownKey): KeyState {
  if (revoked != null) return 'revoked';
  return expires != null && expires * 1000 <= Date.now() ? 'expired' : 'active';
}

function leftOf({ left }: ShownKey): string {
  return left?.budget == null ? '' : shownUnits(left.budget.left, left.budget.unit);
}

function shownTime(seconds: number | null | undefined): string {
  return seconds == null ? '' : new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function notOurs({ baseUrl }: Connection, { words }: CommandContext): CommandError {
  return new CommandError(words.notOurs(baseUrl), EXIT.failed);
}
