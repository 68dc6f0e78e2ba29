import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { respond } from '../../support/answers.ts';
import { copyProject } from '../../support/checkout.ts';
import { asOperator, issue, PROJECT } from '../../support/keys.ts';
import { API_TOKEN, askerOf } from '../../support/surface.ts';
import { startUpstream } from '../../support/upstream.ts';

test('API_TOKEN alone lets npm start issue keys, which a second start still knows', async () => {
  await using upstream = await startUpstream();
  upstream.always(respond());
  await using project = await copyProject();
  const settings = { PORT: '0', API_TOKEN, OPENAI_API_BASE: upstream.base, OPENAI_MODEL: 'm' };
  const begin = () => project.run('npm', ['start'], settings);
  const use = (url: string, apiKey: string) =>
    new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 }).chat.completions.create({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
    });

  const first = begin();
  const url = await first.serves();
  const key = await issue(askerOf(url), { budget: { tokens: 100 }, tpm: 5000 });
  const free = await issue(askerOf(url));
  expect(first.stdout).toContain('Kept         issued keys (sk-nx-...) with their budgets, answers that may');
  expect(first.stdout).toContain(`(RESUMABLE), in ${join(project.folder, '.nexcode')}`);
  expect(key.value).toMatch(/^sk-nx-/);
  expect((await use(url, free.value)).choices[0]?.message.content).toBe('Hello!');
  const revoked = await asOperator(askerOf(url), `${PROJECT}/api_keys/${key.id}`, { method: 'DELETE' });
  expect(revoked.status).toBe(200);
  const secret = join(project.folder, '.nexcode/keys-secret');
  expect((await stat(secret)).mode & 0o777).toBe(0o600);
  expect(first.stdout + first.stderr).not.toContain((await readFile(secret, 'utf8')).trim());
  first.signal('SIGKILL', 'group');
  await first.ended;

  await using second = begin();
  const again = await second.serves();
  expect((await use(again, free.value)).choices).toHaveLength(1);
  await expect(use(again, key.value)).rejects.toMatchObject({ status: 401 });
  expect((await asOperator(askerOf(again), `${PROJECT}/api_keys`)).json()).toMatchObject({ data: [{}, {}] });
}, 90_000);

test('without API_TOKEN and with RESUMABLE=false nothing is kept, and a folder that cannot be made is told', async () => {
  await using project = await copyProject();
  await using plain = project.run('npm', ['start'], { PORT: '0', RESUMABLE: 'false' });
  await plain.serves();
  expect(plain.stdout).not.toContain('Kept');
  await expect(stat(join(project.folder, '.nexcode'))).rejects.toMatchObject({ code: 'ENOENT' });
  await using refused = project.run('npm', ['start'], { PORT: '0', API_TOKEN, STATE_DIR: 'package.json/x' });
  await refused.serves();
  expect(refused.stdout).toContain('issued keys and resumable streams are off. STATE_DIR names another.');
}, 60_000);
