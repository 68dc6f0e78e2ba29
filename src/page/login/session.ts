/** The server's `/session` and `/v1/models`: what may be used here, and who is signed in. */

import type { SessionBody } from '../../shared/contract.ts';
import { list, record, text } from '../api/json.ts';
import { ownFetch } from '../api/own-fetch.ts';
import { type ListedModel, readModels } from '../models/model.ts';

export interface Session {
  readonly authenticated: boolean;
  /** Who is signed in: `token`, or an issued key by its name `key_ID`; empty for nobody. */
  readonly login: string;
  /** Usage and costs are kept: the usage page has something to show. */
  readonly ledger: boolean;
  /** Requests without credentials are refused. */
  readonly loginRequired: boolean;
  readonly loginAvailable: boolean;
  /** A model can be paid for by the server. */
  readonly serverKey: boolean;
  /** Answers can be taken up again after a lost connection. */
  readonly resumable: boolean;
  readonly clientKeys: boolean;
  /** The hosts that the server passes the reader's key to. */
  readonly keyHosts: readonly string[];
  /** What such a key looks like; null where any will do. */
  readonly keyPattern: string | null;
  readonly defaultModel: string;
  readonly version: string;
}

/** Whether somebody is signed in with an issued key. */
export function isHolder(session: Session | null): boolean {
  return session?.login.startsWith('key_') === true;
}

/** What the server says of itself; null where it cannot be reached. */
export async function fetchSession(): Promise<Session | null> {
  const answer = await getJson('/session');
  if (answer === null) return null;
  // A server of another version may say less.
  const fields: Partial<Record<keyof SessionBody, unknown>> = record(answer);
  return {
    authenticated: fields.authenticated === true,
    login: text(fields.login),
    ledger: fields.ledger === true,
    loginRequired: fields.login_required === true,
    loginAvailable: fields.login_available === true,
    serverKey: fields.server_key === true,
    resumable: fields.resumable === true,
    clientKeys: fields.client_keys !== false,
    keyHosts: list(fields.client_key_hosts).map(text),
    keyPattern: text(fields.client_key_pattern) || null,
    defaultModel: text(fields.default_model),
    version: text(fields.version),
  };
}

/** The entries of `/v1/models`; none where the server refuses or cannot be reached. */
export async function fetchModels(key: string | null): Promise<readonly ListedModel[]> {
  return readModels(await getJson('/v1/models', key ? { authorization: `Bearer ${key}` } : {}));
}

async function getJson(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const response = await ownFetch(path, { headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
