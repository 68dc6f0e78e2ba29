/** Whatever the Worker says of a setting is said in Chinese too, where the person's system is Chinese. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launcherWords } from '../../../src/launcher/locale.ts';
import { makePlan } from '../../../src/launcher/plan.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

/** The sentences as they stand in the code; what is filled in stands as X. */
async function sentences(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob('src/worker/config/*.ts', { cwd: PROJECT_ROOT })) {
    if (file.endsWith('setting-rows.ts')) continue;
    const text = await readFile(join(PROJECT_ROOT, file), 'utf8');
    for (const [, single, template] of text.matchAll(
      /'((?:must|has|names) [^'\n]*)'|`((?:must|has|names) [^`\n]*)`/g,
    ))
      found.push((single ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, 'X').replaceAll('\\\\', '\\'));
  }
  return found;
}

test('every sentence has its Chinese', async () => {
  const all = (await sentences()).filter((sentence) => !sentence.startsWith('has fewer than'));
  expect(all.length).toBeGreaterThan(25);
  const { settingProblem } = launcherWords('zh');
  expect(all.filter((sentence) => !/\p{Script=Han}/u.test(settingProblem(sentence)))).toEqual([]);
});

test.each([
  [{ LEDGER: 'x' }, 'LEDGER 必须是 true 或 false（在环境变量中设置）'],
  [{ MAX_TOKENS: '0' }, 'MAX_TOKENS 必须是 1 到 10000000 的整数（在环境变量中设置）'],
  [{ UPSTREAMS: '{"a":{"base":"http://a","kee":"A"}}' }, 'UPSTREAMS.a 含有无效的项：kee'],
  [{ PRICES: '{"m":{"input":-1}}' }, 'PRICES.m.input 必须是美元金额，0 或更大'],
])('%j in Chinese', (environment, problem) => {
  const result = makePlan(
    { environment, devVars: {}, devVarsFile: '.dev.vars', toml: {} },
    undefined,
    launcherWords('zh'),
  );
  expect(result).toMatchObject({ ok: false, problems: [problem] });
});
