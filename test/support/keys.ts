/** A gateway that issues keys, and what tests do with them. */
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { GatewaySettings } from './gateway.ts';
import type { Answer } from './http.ts';
import { API_TOKEN, type Asker, bearer, JSON_TYPE, type Surface, startSurface } from './surface.ts';

/** What the tags of these keys are made with. */
export const KEYS_SECRET = 'keys-secret-of-the-tests-0123456789abcdef';

/** A dollar a million tokens in, two out; a thousand of them are the longest answer. */
export const PRICES = {
  'gpt-*': { input: 1, output: 2, window: 100_000, max_output: 1000 },
  'text-embedding-*': { input: 1, window: 8000 },
};

/** The settings of a server that issues keys. */
export const KEYED = {
  OPENAI_API_KEY: 'sk-server-of-the-operator',
  API_TOKEN,
  REQUIRE_AUTH: 'true',
  KEYS_SECRET,
  PRICES,
} as const;

/** Where keys are issued and listed. */
export const PROJECT = '/v1/organization/projects/default';

/** A key that was issued. */
export interface Issued {
  readonly value: string;
  /** `key_ID` */
  readonly id: string;
}

/** Starts a gateway that issues keys before a fake upstream. */
export function startKeyed(settings: GatewaySettings = {}): Promise<Surface> {
  return startSurface({ ...KEYED, ...settings });
}

/** Issues a key with these limits. */
export async function issue(surface: Asker, limits: object = {}, name = 'ci'): Promise<Issued> {
  const answer = await surface.ask(`${PROJECT}/service_accounts`, {
    headers: { ...bearer(API_TOKEN), ...JSON_TYPE },
    body: JSON.stringify({ name, limits }),
  });
  expect(answer.status, answer.text()).toBe(200);
  const { api_key: key } = answer.json() as { api_key: Issued };
  return { value: key.value, id: key.id };
}

/** Asks for something with the server's token. */
export function asOperator(
  surface: Asker,
  path: string,
  parts: { readonly method?: string; readonly body?: string } = {},
): Promise<Answer> {
  const type = parts.body === undefined ? {} : JSON_TYPE;
  return surface.ask(path, { ...parts, headers: { ...bearer(API_TOKEN), ...type } });
}

/** A row of the ledger's export, as tests look at it. */
export interface ExportedRow {
  readonly key: string;
  readonly status: string;
  readonly cost_usd: number;
  readonly estimated: boolean;
  readonly cursor: string;
}

/** The ledger's rows, as its export tells them: those of one key, or all. */
export async function rowsOf(surface: Asker, key?: Issued): Promise<ExportedRow[]> {
  const answer = await asOperator(surface, '/v1/usage/export?format=json');
  const { data } = answer.json() as { data: ExportedRow[] };
  return data.filter((row) => key === undefined || row.key === key.id);
}

/** What a key says of itself. */
export interface KeyStatus {
  readonly open_calls: number;
  readonly left: {
    readonly budget: { readonly spent: number; readonly held: number; readonly left: number } | null;
  };
}

/** The key as it stands, once nothing of it is open any more. */
export function settled(surface: Asker, { id }: Issued): Promise<KeyStatus> {
  return eventually(async () => {
    const answer = await asOperator(surface, `${PROJECT}/api_keys/${id}`);
    const status = answer.json() as KeyStatus;
    expect(status.open_calls).toBe(0);
    return status;
  });
}
