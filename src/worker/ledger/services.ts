/** Finds the objects: their bindings, and what they are called. */
import { wireId } from '../access/key-form.ts';
import { GatewayError } from '../http/errors.ts';
import type { BookService } from './books.ts';
import type { KeyService } from './key-service.ts';
import type { CallRow } from './store.ts';

/** The names of the bindings in wrangler.toml. */
const KEY_BINDING = 'KEY_OBJECTS';
const BOOKS_BINDING = 'BOOKS_OBJECT';

/** Payers without limits. */
export const SPREAD_PAYERS = ['token', 'session', 'open'] as const;
type SpreadPayer = (typeof SPREAD_PAYERS)[number];
/** They are spread over so many objects each: one object takes some hundred calls a second. */
const SPREAD = 4;

/** How many objects one answer asks: Cloudflare's Free plan allows fifty requests, and some are for the books. */
export const MOST_ASKED = 40;

/** A key's object, with what only the gateway's own endpoints ask of it. */
export interface KeyObjectService extends KeyService {
  reprice(priced: readonly { readonly row: CallRow; readonly cost: number }[]): Promise<void>;
}

interface Namespace<Service> {
  getByName(name: string): Service;
}

/** What a payer's object is called, and what its rows are called. */
export function payerName(id: string): string {
  return `key:${id}`;
}

/** The objects of a payer without limits. */
export function spreadNames(by: SpreadPayer): readonly string[] {
  return Array.from({ length: SPREAD }, (_, place) => `payer:${by}:${place}`);
}

/** The object of a payer without limits that a call belongs to. */
export function spreadName(by: SpreadPayer, callId: string): string {
  const place = Number.parseInt(callId.slice(-1), 16) % SPREAD;
  return `payer:${by}:${Number.isNaN(place) ? 0 : place}`;
}

/** How lists, logs and exports name a payer: `key_ID`, `token`, `session` or `open`. */
export function shownPayer(name: string): string {
  const [kind, id = ''] = name.split(':');
  return kind === 'key' ? wireId(id) : id;
}

/**
 * The object of this name.
 * @throws {GatewayError} 500 where wrangler.toml does not declare it.
 */
export function keyService(env: Readonly<Record<string, unknown>>, name: string): KeyObjectService {
  return namespaceOf<KeyObjectService>(env, KEY_BINDING).getByName(name);
}

/** The same as the administration asks it: where it fails, the caller is told 503 and may try again. */
export function administeredKey(env: Readonly<Record<string, unknown>>, name: string): KeyObjectService {
  return tellingFailures(keyService(env, name));
}

/** The books, likewise. @throws {GatewayError} as above. */
export function bookService(env: Readonly<Record<string, unknown>>): BookService {
  return tellingFailures(namespaceOf<BookService>(env, BOOKS_BINDING).getByName('books'));
}

function tellingFailures<Service extends object>(service: Service): Service {
  return new Proxy(service, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        try {
          return await Reflect.apply(method, target, values);
        } catch (cause) {
          throw doesNotAnswer(cause);
        }
      };
    },
  });
}

function doesNotAnswer(cause: unknown): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'key_service_unavailable',
    message:
      'The service that keeps keys and usage does not answer, or its state was written by a newer version, which the log tells. Try again in a moment.',
    headers: { 'retry-after': '1' },
    cause,
  });
}

/** The objects of a binding. @throws {GatewayError} 500 where wrangler.toml does not declare it. */
export function namespaceOf<Service>(
  env: Readonly<Record<string, unknown>>,
  name: string,
): Namespace<Service> {
  const binding = env[name];
  if (typeof binding === 'object' && binding !== null && 'getByName' in binding) {
    // Only this binding has that name, and its class implements the service.
    return binding as Namespace<Service>;
  }
  throw new GatewayError({
    status: 500,
    code: 'server_misconfigured',
    message: `The binding ${name} is missing: keys, the ledger and resumable streams need the durable_objects of this project's wrangler.toml.`,
    retry: false,
  });
}
