/** Renders docs/en and docs/zh as pages into public/docs. Run by wrangler before it bundles the Worker. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { guidePage, indexPage, type NamedGuide } from './docs/page.ts';
import { renderGuide } from './docs/render-guide.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');
/** The guides as a reader needs them; any other follows in the order of its name. */
const ORDER = [
  'deployment',
  'api',
  'page',
  'assistant',
  'recipes',
  'troubleshooting',
  'differences',
  'development',
];

for (const language of ['en', 'zh'] as const) {
  const guides = await readGuides(join(root, 'docs', language));
  const folder = join(root, 'public/docs', language);
  const pages = new Map([['index.html', indexPage(language, guides)]]);
  for (const guide of guides) pages.set(`${guide.name}.html`, guidePage(language, guide, guides));
  await Promise.all([...pages].map(([name, html]) => writeIfChanged(join(folder, name), html)));
  for (const name of await readdir(folder)) {
    if (!pages.has(name)) await rm(join(folder, name), { recursive: true });
  }
}

async function readGuides(folder: string): Promise<NamedGuide[]> {
  const names = (await readdir(folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -3));
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  names.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return Promise.all(
    names.map(async (name) => ({ name, ...renderGuide(await readFile(join(folder, `${name}.md`), 'utf8')) })),
  );
}
