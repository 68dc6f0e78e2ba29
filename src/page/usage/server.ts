/** The page's requests: usage, keys and their limits, with the login's cookie. */
import { list, number, parse, record, text } from '../api/json.ts';
import { ownFetch } from '../api/own-fetch.ts';
import { redact } from '../api/redact.ts';
import { type LimitsForm, requestOf } from './limits-form.ts';
import type { Period } from './period.ts';
import { type Key, type Report, readKey, readReport } from './report.ts';

/** A request that was refused, or that did not arrive (status 0). */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What of the usage is shown: of one key, of one model, or all where they are empty. */
export interface Shown {
  readonly key: string;
  readonly model: string;
}

const PROJECT = '/v1/organization/projects/default';
/** Of so many keys each answer says what is left, on every host. */
const KEYS_A_PAGE = 40;

/** The usage of a period. Rejects with {@link RequestError}, as all of these do. */
export async function fetchReport(period: Period, shown: Shown): Promise<Report> {
  const query = new URLSearchParams({
    start_time: String(period.start),
    end_time: String(period.end),
    bucket_width: period.width,
  });
  if (shown.key) query.append('api_key_ids[]', shown.key);
  if (shown.model) query.append('models[]', shown.model);
  return readReport(await json(`/v1/usage/summary?${query}`));
}

/** All keys, the newest first. */
export async function fetchKeys(): Promise<readonly Key[]> {
  const keys: Key[] = [];
  let after = '';
  do {
    const query = new URLSearchParams({ limit: String(KEYS_A_PAGE), ...(after && { after }) });
    const page = record(await json(`${PROJECT}/api_keys?${query}`));
    keys.push(...list(page['data']).map(readKey));
    after = page['has_more'] === true ? text(page['last_id']) : '';
  } while (after !== '');
  return keys;
}

/** The key that is signed in, as it stands. */
export async function fetchOwnKey(): Promise<Key> {
  return readKey(await json('/v1/key'));
}

/** Issues a key; its value, which is told this once. */
export async function issueKey(form: LimitsForm): Promise<string> {
  const answer = await json(`${PROJECT}/service_accounts`, posted(requestOf(form)));
  return text(record(record(answer)['api_key'])['value']);
}

/** Changes a key's name and limits. */
export async function changeKey(id: string, form: LimitsForm): Promise<void> {
  await json(`${PROJECT}/api_keys/${id}`, posted(requestOf(form)));
}

/** Ends a key. @param stop its answers under way end too. */
export async function revokeKey(id: string, stop: boolean): Promise<void> {
  await json(`${PROJECT}/api_keys/${id}${stop ? '?stop=true' : ''}`, { method: 'DELETE' });
}

/** How many calls of a period have a price now that had none, and how many still have none. */
export interface Repriced {
  readonly repriced: number;
  readonly unpriced: number;
}

/** Prices what had no price, by the prices that the server has now. An answer may reach a part alone, so it asks on. */
export async function reprice({ start, end }: Pick<Period, 'start' | 'end'>): Promise<Repriced> {
  let done: Repriced = { repriced: 0, unpriced: 0 };
  let after = '';
  for (;;) {
    const body = { start_time: start, end_time: end, ...(after && { after }) };
    const answer = record(await json('/v1/usage/reprice', posted(body)));
    done = {
      repriced: done.repriced + (number(answer['repriced']) ?? 0),
      unpriced: done.unpriced + (number(answer['still_unpriced']) ?? 0),
    };
    const last = text(answer['last']);
    if (last === '' || last === after) return done;
    after = last;
  }
}

/** Asks for something of the gateway's own, and hands its answer on unread. */
export async function ask(path: string, init: Parameters<typeof ownFetch>[1] = {}): Promise<Response> {
  const response = await ownFetch(path, init).catch(() => {
    throw new RequestError(0, '', '');
  });
  if (response.ok) return response;
  const error = record(record(parse(await response.text().catch(() => '')))['error']);
  throw new RequestError(response.status, text(error['code']), redact(text(error['message']), null));
}

async function json(path: string, init: Parameters<typeof ownFetch>[1] = {}): Promise<unknown> {
  const response = await ask(path, init);
  return response.json().catch(() => {
    throw new RequestError(0, '', '');
  });
}

function posted(body: object): { method: string; headers: Record<string, string>; body: string } {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
