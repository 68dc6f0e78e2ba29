/** The gateway's own answers are those of the OpenAPI document: nothing is missing there, nothing is promised that never comes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { projectDocument } from '../../scripts/openapi/write-openapi.ts';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { chatCompletion, chatStream, respond, stream, usageChunk } from '../support/answers.ts';
import type { GatewaySettings } from '../support/gateway.ts';
import { asOperator, type Issued, issue, PROJECT, settled, startKeyed } from '../support/keys.ts';
import { ended, RECORDING, RESUMABLE } from '../support/streams.ts';
import {
  API_TOKEN,
  bearer,
  CHAT_BODY,
  JSON_TYPE,
  OPEN,
  type Surface,
  startSurface,
} from '../support/surface.ts';

type Node = Readonly<Record<string, unknown>>;
const jsonNode = z.record(z.string(), z.unknown());
const form = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), jsonNode) })),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), jsonNode) }),
});

let document: z.output<typeof form>;
let surface: Surface;
beforeAll(async () => {
  document = form.parse(await projectDocument(PROJECT_ROOT));
  surface = await startKeyed({ ...RECORDING, LEDGER: 'true' });
});
afterAll(() => surface[Symbol.asyncDispose]());

/** Members of each schema that some answer had, by their paths. */
const seen = new Map<string, Set<string>>();
/** The schemas by the operation whose answers they describe. */
const schemas = new Map<string, Node>();

/** The schema of an operation's JSON answer, whole. */
function schemaOf(method: string, path: string, status: number): Node {
  const answer = document.paths[path]?.[method]?.responses[status];
  const content = jsonNode.parse(answer?.['content']);
  const { schema } = jsonNode.parse(
    content['application/json'] ?? content['application/json; charset=utf-8'],
  );
  return jsonNode.parse(whole(schema));
}

/** The same without references. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return whole(document.components.schemas[String(value.$ref).split('/').at(-1) ?? '']);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, whole(member)]));
}

/** The paths of all members that a schema describes. */
function membersOf(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, items, anyOf } = schema as { properties?: Node; items?: unknown; anyOf?: unknown[] };
  const own = Object.entries(properties ?? {}).flatMap(([name, member]) => [
    `${at}.${name}`,
    ...membersOf(member, `${at}.${name}`),
  ]);
  return [...own, ...membersOf(items, at), ...(anyOf ?? []).flatMap((each) => membersOf(each, at))];
}

/** The paths of all members that an answer has. */
function membersIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => membersIn(each, at));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${at}.${name}`,
    ...membersIn(member, `${at}.${name}`),
  ]);
}

/** Checks an answer against the document, in which no member may be missing. */
function hold(method: string, path: string, answer: { readonly status: number; json(): unknown }): void {
  const schema = schemaOf(method, path, answer.status);
  const name = `${method} ${path}`;
  schemas.set(name, schema);
  const read = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer.json());
  expect(read.success ? '' : `${name} ${answer.status}: ${z.prettifyError(read.error)}`).toBe('');
  seen.set(name, new Set([...(seen.get(name) ?? []), ...membersIn(answer.json())]));
}

async function healthOf(settings: GatewaySettings): Promise<void> {
  await using other = await startSurface(settings);
  hold('get', '/health', await other.ask('/health'));
}

test('what the gateway says of itself, of keys, usage, costs and streams is what the document says', async () => {
  hold('get', '/health', await surface.ask('/health'));
  hold('get', '/health', await asOperator(surface, '/health?deep=1'));
  surface.upstream.reply(respond('{}', 401));
  const unwell = await asOperator(surface, '/health?deep=1');
  expect(unwell.status).toBe(503);
  hold('get', '/health', unwell);
  await healthOf({ ...OPEN, API_TOKEN: 'short' });
  await healthOf({ ...OPEN, API_TOKEN: '', REQUIRE_AUTH: 'true' });
  await healthOf({ ...OPEN, PORT_OF_NOTHING: '1', MAX_TOKENS: 'many' });
  hold('get', '/session', await surface.ask('/session'));

  const accounts = `${PROJECT}/service_accounts`;
  const make = (body: object) => asOperator(surface, accounts, { body: JSON.stringify(body) });
  const made = await make({
    name: 'one',
    limits: { rpm: 5, tpm: 100_000, budget: { usd: 1 }, expires_in_seconds: 60 },
  });
  hold('post', accounts, made);
  hold('post', accounts, await make({ name: 'alone', create_service_account_only: true }));
  const { id } = made.json() as { id: string };
  hold('get', accounts, await asOperator(surface, accounts));
  hold('get', `${accounts}/{id}`, await asOperator(surface, `${accounts}/${id}`));
  hold(
    'post',
    `${accounts}/{id}`,
    await asOperator(surface, `${accounts}/${id}`, { body: '{"name":"two"}' }),
  );
  const further = await asOperator(surface, `${accounts}/${id}/api_keys`, { body: '{}' });
  hold('post', `${accounts}/{id}/api_keys`, further);

  const rich = await issue(surface, { budget: { usd: 1 } });
  const key = await issue(surface, { rpm: 50, tpm: 100_000, budget: { tokens: 50_000, period: 'day' } });
  await call(key);
  for (const { value } of [rich, key]) {
    hold('get', '/v1/key', await surface.ask('/v1/key', { headers: bearer(value) }));
  }
  hold('get', '/v1/key', await asOperator(surface, '/v1/key'));
  const keys = `${PROJECT}/api_keys`;
  hold('get', keys, await asOperator(surface, keys));
  for (const { id: each } of [rich, key]) {
    hold('get', `${keys}/{id}`, await asOperator(surface, `${keys}/${each}`));
    const renamed = await asOperator(surface, `${keys}/${each}`, { body: '{"name":"three"}' });
    hold('post', `${keys}/{id}`, renamed);
  }

  const span = `start_time=${Math.floor(Date.now() / 86_400_000) * 86_400}&group_by=model&group_by=api_key_id`;
  const usage = '/v1/organization/usage/';
  for (const kind of ['completions', 'embeddings', 'images', 'audio_speeches', 'audio_transcriptions']) {
    const answer = await asOperator(surface, `${usage}${kind}?${span}&group_by=project_id&group_by=batch`);
    const { data } = answer.json() as { data: { results: unknown[] }[] };
    expect(data.flatMap(({ results }) => results).length, kind).toBeGreaterThan(0);
    hold('get', `${usage}{kind}`, answer);
  }
  hold('get', '/v1/organization/costs', await asOperator(surface, `/v1/organization/costs?${span}&limit=1`));
  hold('get', '/v1/usage/summary', await asOperator(surface, `/v1/usage/summary?${span.split('&')[0]}`));
  hold('get', '/v1/usage/export', await asOperator(surface, '/v1/usage/export?format=json'));
  hold('post', '/v1/usage/reprice', await asOperator(surface, '/v1/usage/reprice', { body: '{}' }));

  surface.upstream.reply(stream([...chatStream().slice(0, -1), usageChunk(), '[DONE]']));
  const body = JSON.stringify({
    model: 'gpt-test',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const opened = await surface.ask('/v1/chat/completions', {
    headers: { ...bearer(API_TOKEN), ...JSON_TYPE, ...RESUMABLE },
    body,
  });
  const name = opened.head.header('x-nexcode-stream') ?? '';
  await ended(surface.url, name, bearer(API_TOKEN));
  hold('get', '/v1/streams/{id}', await asOperator(surface, `/v1/streams/${name}?stream=false`));
  hold('delete', '/v1/streams/{id}', await asOperator(surface, `/v1/streams/${name}`, { method: 'DELETE' }));

  hold('delete', `${keys}/{id}`, await asOperator(surface, `${keys}/${key.id}`, { method: 'DELETE' }));
  hold('delete', `${accounts}/{id}`, await asOperator(surface, `${accounts}/${id}`, { method: 'DELETE' }));

  // A vendor's cost in the usage stands there only where a vendor says it.
  const rare = ['.usage.cached_tokens', '.usage.cost_usd'];
  for (const [operation, schema] of schemas) {
    // An error may stand in the place of an answer under the same status.
    const members = membersOf(schema).filter((member) => !member.startsWith('.error'));
    const never = members.filter((member) => seen.get(operation)?.has(member) !== true);
    expect(
      never.filter((member) => !rare.includes(member)),
      operation,
    ).toEqual([]);
  }
}, 60_000);

/** A call of each kind that usage knows: by a key, and by the token. */
async function call(key: Issued): Promise<void> {
  const chat = { headers: { ...bearer(key.value), ...JSON_TYPE }, body: CHAT_BODY };
  surface.upstream.reply(respond(chatCompletion()));
  expect((await surface.ask('/v1/chat/completions', chat)).status).toBe(200);
  await settled(surface, key);
  const others = {
    embeddings: '{"model":"text-embedding-3","input":"hi"}',
    'images/generations': '{"model":"gpt-image","prompt":"hi"}',
    'audio/speech': '{"model":"gpt-tts","input":"hi","voice":"alloy"}',
    'audio/transcriptions': '{"model":"gpt-voice"}',
  };
  for (const [path, body] of Object.entries(others)) {
    surface.upstream.reply(
      respond('{"object":"list","data":[],"usage":{"prompt_tokens":3,"total_tokens":3}}'),
    );
    expect((await asOperator(surface, `/v1/${path}`, { body })).status, path).toBe(200);
  }
}
