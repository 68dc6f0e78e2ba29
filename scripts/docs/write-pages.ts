/** Writes the guides as pages: docs/en and docs/zh into dist/site/docs. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeIfChanged } from '../write-if-changed.ts';
import { guidePage, indexPage, type NamedGuide } from './page.ts';
import { renderGuide } from './render-guide.ts';

/** The guides as a reader needs them; any other follows in the order of its name. */
const ORDER = [
  'deployment',
  'hosting',
  'api',
  'completions',
  'page',
  'assistant',
  'cli',
  'recipes',
  'telemetry',
  'troubleshooting',
  'differences',
  'development',
];

/** Renders all guides under `root`, with the pictures that they show; pages and pictures that are gone go too. */
export async function writePages(root: string): Promise<void> {
  const pictures = new Set<string>();
  for (const language of ['en', 'zh'] as const) {
    const guides = await readGuides(join(root, 'docs', language));
    const folder = join(root, 'dist/site/docs', language);
    for (const { pictures: shown } of guides) for (const name of shown) pictures.add(name);
    const pages = new Map([['index.html', indexPage(language, guides)]]);
    for (const guide of guides) pages.set(`${guide.name}.html`, guidePage(language, guide, guides));
    await Promise.all([...pages].map(([name, html]) => writeIfChanged(join(folder, name), html)));
    for (const name of await readdir(folder)) {
      if (!pages.has(name)) await rm(join(folder, name), { recursive: true });
    }
  }
  await writePictures(root, pictures);
}

async function writePictures(root: string, pictures: ReadonlySet<string>): Promise<void> {
  const folder = join(root, 'dist/site/docs/screenshots');
  await mkdir(folder, { recursive: true });
  for (const name of pictures) {
    await writeIfChanged(join(folder, name), await readFile(join(root, 'docs/screenshots', name)));
  }
  for (const name of await readdir(folder)) if (!pictures.has(name)) await rm(join(folder, name));
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
