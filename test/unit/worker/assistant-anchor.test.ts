import GithubSlugger from 'github-slugger';
import { expect, test } from 'vitest';
import { readKnowledge } from '../../../scripts/knowledge/read-knowledge.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { anchorOf } from '../../../src/worker/assistant/knowledge/anchor.ts';
import { guidesIndex, ownIndex } from '../../support/knowledge.ts';

test.each([
  'How do I use C# & Go?',
  'a_b - c',
  '怎样用“nginx”（反向代理）？',
  'GET /v1/models/{id}',
  'Über größer',
])('the anchor of "%s" is the one of its page', (heading) => {
  expect(anchorOf(heading)).toBe(new GithubSlugger().slug(heading));
});

test('every section of the guides has the anchor of its page, and the index keeps hardly any', async () => {
  const index = await guidesIndex();
  const served = (await readKnowledge(PROJECT_ROOT)).filter((section) => section.served);
  expect(Array.from(served, (_, at) => index.section(at).anchor)).toEqual(served.map(({ anchor }) => anchor));
  const kept = served.filter(({ anchor, heading }) => anchor !== anchorOf(heading));
  expect(kept.length).toBeLessThan(served.length / 20);
});

test('a heading that stands twice has two anchors', () => {
  const index = ownIndex({ 'team.md': '# Team\n\nWho\n\n## Cats\n\none\n\n## Cats\n\ntwo' });
  expect([0, 1, 2].map((at) => index.section(at).anchor)).toEqual(['', 'cats', 'cats-1']);
});
