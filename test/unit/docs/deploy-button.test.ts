/** What Cloudflare's Deploy button reads of a repository: https://developers.cloudflare.com/workers/platform/deploy-buttons/ */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import * as z from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { parseSettings, SECRET_NAMES } from '../../../src/worker/config/settings.ts';

const named = z.array(z.looseObject({ name: z.string() }));
const configuration = z.looseObject({
  ratelimits: named,
  durable_objects: z.looseObject({ bindings: named }),
});

const described: Readonly<Record<string, { description: string }>> = manifest.cloudflare.bindings;
const asked = parseEnv(await readFile(join(PROJECT_ROOT, '.dev.vars.example'), 'utf8'));

test('it asks for secrets alone, each of them described, and a value left empty is unset', () => {
  expect(Object.keys(asked).sort()).toEqual(['API_TOKEN', 'OPENAI_API_KEY']);
  for (const name of Object.keys(asked)) {
    expect(SECRET_NAMES).toContain(name);
    expect(described[name]?.description).toMatch(/\.$/);
  }
  const result = parseSettings(asked);
  expect(result.ok && [result.settings.hasKey, result.settings.apiToken]).toEqual([false, undefined]);
});

test('every binding of wrangler.toml is described, and nothing else is', async () => {
  const toml = parse(await readFile(join(PROJECT_ROOT, 'wrangler.toml'), 'utf8'));
  const { ratelimits, durable_objects: objects } = configuration.parse(toml);
  const names = [...Object.keys(asked), ...[...objects.bindings, ...ratelimits].map(({ name }) => name)];
  expect(Object.keys(described).sort()).toEqual(names.sort());
});

test('it finds the commands that build and deploy', () => {
  expect(manifest.scripts).toMatchObject({ build: expect.any(String), deploy: expect.any(String) });
});
