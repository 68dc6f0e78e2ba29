/** A state folder that an earlier build left, opened by this one in bare workerd. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { respond } from '../support/answers.ts';
import { asOperator, issue, KEYED, PROJECT, rowsOf, settled } from '../support/keys.ts';
import { OLD_BOOKS_TABLES, OLD_KEY_TABLES } from '../support/old-tables.ts';
import { askerOf, bearer, CHAT_BODY, errorOf, JSON_TYPE } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

test('an earlier build’s keys, rows and sums are there, and go on', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-earlier-'));
  try {
    await using upstream = await startUpstream();
    upstream.always(respond());
    const settings = { ...KEYED, SELF_HOSTED: 'true', OPENAI_API_BASE: upstream.base };
    const first = await startWorkerd(settings, { stateFolder });
    const before = askerOf(first.url);
    const key = await issue(before, { budget: { usd: 1 } });
    const chat = { headers: { ...bearer(key.value), ...JSON_TYPE }, body: CHAT_BODY };
    await before.ask('/v1/chat/completions', chat);
    await settled(before, key);
    // To read the sums is to have them told.
    expect(await requests(before)).toBe(1);
    await first.close();
    expect(await age(join(stateFolder, 'nexcode-KeyObject'), OLD_KEY_TABLES, ['calls'])).toBeGreaterThan(0);
    const makeOld = `UPDATE keys SET v = json_set(json_remove(v, '$.hasKey', '$.deletedAt'), '$.account', id)`;
    const books = join(stateFolder, 'nexcode-BooksObject');
    expect(await age(books, OLD_BOOKS_TABLES, ['hours', 'days'], makeOld)).toBe(1);

    await using second = await startWorkerd(settings, { stateFolder });
    const surface = askerOf(second.url);
    const listed = (await asOperator(surface, `${PROJECT}/api_keys`)).json();
    expect(listed).toMatchObject({ data: [{ id: key.id, owner: { service_account: { name: 'ci' } } }] });
    expect(await requests(surface)).toBe(1);
    const answer = await surface.ask('/v1/chat/completions', chat);
    expect(answer.status, answer.text()).toBe(200);
    await settled(surface, key);
    expect((await rowsOf(surface, key)).map(({ status }) => status)).toEqual(['whole', 'whole']);
    expect(await requests(surface)).toBe(2);
    const account = key.id.replace('key_', 'svc_acct_');
    const ended = await asOperator(surface, `${PROJECT}/service_accounts/${account}`, { method: 'DELETE' });
    expect(ended.json()).toMatchObject({ deleted: true });
  } finally {
    await rm(stateFolder, { recursive: true });
  }
}, 60_000);

async function requests(surface: Parameters<typeof asOperator>[0]): Promise<number> {
  const today = Math.floor(Date.now() / 86_400_000) * 86_400;
  const answer = await asOperator(surface, `/v1/organization/usage/completions?start_time=${today}`);
  const { data } = answer.json() as { data: { results: { num_model_requests: number }[] }[] };
  return data.flatMap(({ results }) => results).reduce((sum, result) => sum + result.num_model_requests, 0);
}

/** Brings the databases of a folder into an earlier form, with what they hold. Returns how many there are. */
async function age(
  folder: string,
  oldTables: readonly string[],
  changed: readonly string[],
  further = '',
): Promise<number> {
  const files = (await readdir(folder)).filter(
    (name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite',
  );
  for (const name of files) {
    const database = new DatabaseSync(join(folder, name));
    for (const table of changed) {
      const create = oldTables.find((text) => text.startsWith(`CREATE TABLE ${table} `));
      if (create === undefined) throw new Error(`There was no table ${table}.`);
      database.exec(`ALTER TABLE ${table} RENAME TO new_${table}`);
      database.exec(create);
      const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
      const names = columns.map((column) => String(column['name'])).join(', ');
      database.exec(`INSERT INTO ${table} (${names}) SELECT ${names} FROM new_${table}`);
      database.exec(`DROP TABLE new_${table}`);
    }
    database.exec('DROP TABLE schema_version');
    database.exec(further);
    database.close();
  }
  return files.length;
}

test('tables of a newer build are refused and left alone: 503 to keys and to the operator, and the log says why', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-newer-'));
  try {
    const settings = { ...KEYED, SELF_HOSTED: 'true', OPENAI_API_BASE: 'http://127.0.0.1:9/v1' };
    const first = await startWorkerd(settings, { stateFolder });
    const key = await issue(askerOf(first.url));
    await first.close();
    const databases = await filesOf(stateFolder, 'nexcode-KeyObject', 'nexcode-BooksObject');
    expect(databases.length).toBeGreaterThan(1);
    for (const file of databases) {
      const database = new DatabaseSync(file);
      database.exec('UPDATE schema_version SET version = 99');
      database.close();
    }
    await using second = await startWorkerd(settings, { stateFolder });
    const surface = askerOf(second.url);
    const chat = { headers: { ...bearer(key.value), ...JSON_TYPE }, body: CHAT_BODY };
    for (const answer of [
      await surface.ask('/v1/chat/completions', chat),
      await asOperator(surface, `${PROJECT}/api_keys`),
      await asOperator(surface, '/v1/organization/costs?start_time=0'),
      await asOperator(surface, `${PROJECT}/service_accounts`, { body: '{"name":"x"}' }),
    ]) {
      expect(answer.status).toBe(503);
      expect(errorOf(answer).code).toBe('key_service_unavailable');
    }
    expect(second.log.join('\n')).toContain('a newer one wrote them');
  } finally {
    await rm(stateFolder, { recursive: true });
  }
}, 60_000);

/** The databases of objects in these folders. */
async function filesOf(stateFolder: string, ...folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(stateFolder, folder));
      const files = names.filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
      return files.map((name) => join(stateFolder, folder, name));
    }),
  );
  return found.flat();
}
