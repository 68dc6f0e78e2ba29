import { expect, test } from 'vitest';
import {
  type Installed,
  type LockedPackages,
  readInstalled,
  uncovered,
} from '../../../scripts/supply-chain.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;
const LOCKED: LockedPackages = {
  '': { version: '0.1.0' },
  'node_modules/good': { version: '1.0.0', integrity: HASH },
};
const INSTALLED: Installed = {
  packages: new Map([['node_modules/good', '1.0.0']]),
  commands: new Map([['good', 'node_modules/good/bin/good.js']]),
  runsInstallScripts: false,
};

test('everything that is installed here is under a hash', async () => {
  expect(uncovered(...(await readInstalled(PROJECT_ROOT)))).toEqual([]);
});

test('packages with a hash and without an install script are covered', () => {
  expect(uncovered(LOCKED, INSTALLED)).toEqual([]);
});

test.each<[string, LockedPackages, Partial<Installed>, string]>([
  ['no hash', { 'node_modules/bad': { version: '1.0.0' } }, {}, 'node_modules/bad has no SHA-512'],
  ['a weak hash', { 'node_modules/bad': { integrity: 'sha1-abc=' } }, {}, 'node_modules/bad has no SHA-512'],
  [
    'an install script',
    { 'node_modules/bad': { integrity: HASH, hasInstallScript: true } },
    { runsInstallScripts: true },
    'node_modules/bad has an install script',
  ],
  [
    'another origin',
    { 'node_modules/bad': { integrity: HASH, resolved: 'https://example.com/bad.tgz' } },
    {},
    'node_modules/bad comes from another place',
  ],
  [
    'a package that another one fetched',
    {},
    { packages: new Map([['node_modules/good/node_modules/fetched', '1.0.0']]) },
    'node_modules/good/node_modules/fetched is installed and not in package-lock.json',
  ],
  [
    'another version',
    {},
    { packages: new Map([['node_modules/good', '2.0.0']]) },
    'node_modules/good is 2.0.0, and 1.0.0 in package-lock.json',
  ],
  [
    'a command of no package',
    {},
    { commands: new Map([['x', 'tool/x']]) },
    'The command x stands in no package',
  ],
])('%s is told', (_, locked, installed, told) => {
  const found = uncovered({ ...LOCKED, ...locked }, { ...INSTALLED, ...installed });
  expect(found.join('\n')).toContain(told);
});
