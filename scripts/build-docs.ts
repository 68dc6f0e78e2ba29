/** Renders docs/en and docs/zh as pages into public/docs. Run by wrangler before it bundles the Worker. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guidePage, indexPage, type NamedGuide } from './docs/page.ts';
import { renderGuide } from './docs/render-guide.ts';

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

await rm(join(root, 'public/docs'), { recursive: true, force: true });
for (const language of ['en', 'zh'] as const) {
  const guides = await readGuides(join(root, 'docs', language));
  const folder = join(root, 'public/docs', language);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), indexPage(language, guides));
  await Promise.all(
    guides.map((guide) => writeFile(join(folder, `${guide.name}.html`), guidePage(language, guide, guides))),
  );
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
