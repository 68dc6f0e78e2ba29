/** What the container, the compose file and the unit say fits together, and nothing secret is built into an image. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

const read = (name: string) => readFile(join(PROJECT_ROOT, name), 'utf8');

test('answers have less time to end than the program, which is killed later', async () => {
  const [compose, unit] = await Promise.all([read('compose.yaml'), read('deploy/nexcode.service')]);
  const graceMs = Number(/SHUTDOWN_GRACE_MS: "(\d+)"/.exec(compose)?.[1]);
  const killS = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
  expect(graceMs).toBeGreaterThan(0);
  expect(killS * 1000).toBeGreaterThan(graceMs + 5000);
  expect(unit).toContain(`SHUTDOWN_GRACE_MS=${graceMs}`);
  expect(unit).toContain(`TimeoutStopSec=${killS}\n`);
  expect(unit).toContain('KillMode=mixed\n');
});

test('the state is where the volume and the unit keep it', async () => {
  const [container, compose, unit] = await Promise.all([
    read('Dockerfile'),
    read('compose.yaml'),
    read('deploy/nexcode.service'),
  ]);
  expect(container).toContain('STATE_DIR=/var/lib/nexcode');
  expect(container).toContain('VOLUME /var/lib/nexcode');
  expect(compose).toContain('- state:/var/lib/nexcode');
  expect(unit).toContain('STATE_DIR=/var/lib/nexcode');
  expect(unit).toContain('StateDirectory=nexcode\n');
});

test('the image runs without root, by the program itself, and says whether it serves', async () => {
  const container = await read('Dockerfile');
  expect(container).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(container).toMatch(/^CMD \["node", /m);
  expect(container).toMatch(/^HEALTHCHECK /m);
  expect(container.indexOf('\nUSER ')).toBeLessThan(container.indexOf('\nCMD '));
});

test.each([
  ['.dev.vars', true],
  ['.dev.vars.production', true],
  ['.env', true],
  ['.env.local', true],
  ['nexcode.env', true],
  ['wrangler.local.toml', true],
  ['.nexcode', true],
  ['.git', true],
  ['node_modules', true],
  // The package holds it.
  ['.dev.vars.example', false],
  ['package.json', false],
  ['src', false],
  ['docs', false],
])('%s is left out of the image’s build: %s', async (name, isLeftOut) => {
  const rules = (await read('.dockerignore'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  // The last rule that fits counts (https://docs.docker.com/build/concepts/context/#dockerignore-files).
  const last = rules.findLast((rule) => {
    const pattern = rule.replace(/^!/, '').replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*');
    return new RegExp(`^${pattern}$`).test(name);
  });
  expect(last !== undefined && !last.startsWith('!')).toBe(isLeftOut);
});
