/** Lays the site into `dist/site`: the files of `public/`, the page's bundle and style sheet, and the service worker. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';
import { readTextFile } from './text-lines.ts';
import { writeIfChanged } from './write-if-changed.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = 'src/page/main.tsx';
/** The usage page: a bundle and a style sheet of its own, so that the chat page loads nothing of it. */
const USAGE_MAIN = 'src/page/usage/main.tsx';
const PUBLIC = path.join(ROOT, 'public');
/** What is served: wrangler's assets directory. */
const SITE = path.join(ROOT, 'dist/site');
/** Written by the builds of the guides and of the OpenAPI document. */
const WRITTEN_BY_OTHERS = /^(?:docs\/|openapi\.json$)/;

/**
 * The parts of the style sheets, each beside the views it is for: what the first view needs, and what is fetched with the
 * first sheet, dialog or login page. Later rules win over earlier ones, so the order counts.
 */
const FIRST_STYLES = [
  'app/base.css',
  'app/controls.css',
  'app/frame.css',
  'app/brand.css',
  'chats/chats.css',
  'app/menu.css',
  'chat/conversation.css',
  'chat/question.css',
  'markdown/markdown.css',
  'chat/welcome.css',
  'chat/composer.css',
  'app/notices.css',
  'app/dialogs.css',
  'app/short-windows.css',
];
const LATER_STYLES = [
  'settings/settings.css',
  'setup/setup.css',
  'prompts/prompts.css',
  'models/models.css',
  'attachments/attachments.css',
  'shortcuts/shortcuts.css',
  'login/login.css',
];

const USAGE_STYLES = [
  'app/base.css',
  'app/controls.css',
  'settings/settings.css',
  'login/login.css',
  'app/brand.css',
  'usage/usage.css',
  'usage/figures.css',
  'usage/keys.css',
];

/** Larger files (the maths renderer) are kept for offline use once they were needed, not ahead of it. The bundle is smaller. */
const FETCHED_AHEAD_BYTES = 32_000;
/** What the service worker keeps for offline use, beside the bundle and its chunks. */
const PAGE_FILES = [
  '/',
  '/login',
  '/boot.js',
  '/style.css',
  '/manifest.webmanifest',
  '/icon.svg',
  '/icon-192.png',
];

const PAGE_OPTIONS = {
  absWorkingDir: ROOT,
  outdir: 'dist/site',
  publicPath: '/',
  chunkNames: 'chunk/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2024',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  write: false,
} as const satisfies BuildOptions;

/** Builds everything anew. Rejects where a source does not compile. */
export async function buildPage(): Promise<void> {
  const { metafile, outputFiles } = await build({
    ...PAGE_OPTIONS,
    entryPoints: { app: MAIN },
    metafile: true,
    plugins: [oneCore, lexerAlone],
  });
  const texts = withCoreAsEntry(metafile, new Map(outputFiles.map((file) => [served(file.path), file.text])));
  texts.set('/style.css', await styleSheet(FIRST_STYLES));
  texts.set('/later.css', await styleSheet(LATER_STYLES));
  const files = await publicFiles();
  texts.set('/login.html', await readTextFile(path.join(PUBLIC, 'index.html')));
  for (const [name, content] of [...files, ...texts]) await writeIfChanged(path.join(SITE, name), content);
  const kept = [...new Set([...PAGE_FILES, ...texts.keys()])].filter((name) => name !== '/login.html');
  const atOnce = kept.filter((name) => gzipBytes(texts.get(name) ?? '') <= FETCHED_AHEAD_BYTES);
  const hashes = await hashesOf(kept, texts);
  const worker = await build({
    absWorkingDir: ROOT,
    entryPoints: { sw: 'src/page/offline/worker/sw.ts' },
    outdir: 'dist/site',
    bundle: true,
    format: 'iife',
    target: 'es2024',
    minify: true,
    write: false,
    define: {
      FILES: JSON.stringify(hashes),
      AHEAD: JSON.stringify(atOnce),
      RELEASE: JSON.stringify(sha256(JSON.stringify(hashes)).slice(0, 12)),
    },
  });
  for (const { path: file, text } of worker.outputFiles) {
    texts.set(served(file), text);
    await writeIfChanged(path.join(SITE, served(file)), text);
  }
  const usage = await usageFiles();
  for (const [name, content] of usage) await writeIfChanged(path.join(SITE, name), content);
  await removeOthers(new Set([...files.keys(), ...texts.keys(), ...usage.keys()]));
}

/** The usage page's bundle, chunks and style sheet. It shows what only the server knows, so it is not kept for offline use. */
async function usageFiles(): Promise<Map<string, string>> {
  const { outputFiles } = await build({ ...PAGE_OPTIONS, entryPoints: { usage: USAGE_MAIN } });
  const texts = new Map(outputFiles.map((file) => [served(file.path), file.text]));
  return texts.set('/usage.css', await styleSheet(USAGE_STYLES));
}

/** Parts as one sheet, without comments and spaces that mean nothing. */
async function styleSheet(names: readonly string[]): Promise<string> {
  const parts = await Promise.all(names.map((name) => readTextFile(path.join(ROOT, 'src/page', name))));
  const { code } = await transform(parts.join('\n'), { loader: 'css', minifyWhitespace: true });
  return code;
}

/** The files that are served as they were written, by their path. */
async function publicFiles(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await filesBelow(PUBLIC)) files.set(`/${name}`, await readFile(path.join(PUBLIC, name)));
  return files;
}

/** What an earlier build has left, such as chunks of another content, goes. */
async function removeOthers(present: ReadonlySet<string>): Promise<void> {
  for (const name of await filesBelow(SITE)) {
    if (!WRITTEN_BY_OTHERS.test(name) && !present.has(`/${name}`)) await rm(path.join(SITE, name));
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => slashed(path.relative(folder, path.join(entry.parentPath, entry.name))));
}

/**
 * The bundler makes one chunk for each set of chunks that share a module: a dozen small files at first load, each
 * compressed on its own. Here every chunk shares all of the first load: then that is one file.
 */
const oneCore: Plugin = {
  name: 'one-core',
  setup(bundler) {
    const fetched = new Set<string>();
    bundler.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: name, resolveDir }) => {
      if (kind === 'dynamic-import' && !name.includes('/i18n/')) fetched.add(path.resolve(resolveDir, name));
      return null;
    });
    bundler.onLoad({ filter: /src[\\/]page[\\/].*\.tsx?$/ }, async ({ path: file }) => {
      if (!fetched.has(file)) return null;
      const main = slashed(path.relative(path.dirname(file), path.join(ROOT, MAIN)));
      const source = await readTextFile(file);
      return {
        contents: `${source}\nimport ${JSON.stringify(main)};\n`,
        loader: file.endsWith('x') ? 'tsx' : 'ts',
      };
    });
  },
};

/** What the page takes of marked. Its renderer, its parser and the instance that ties them together are half of it. */
const OF_MARKED = ['Lexer', 'Tokenizer'];

/**
 * marked makes an instance of everything it has when it is loaded, so the bundler can leave nothing of it out. This ends
 * the file before that instance. Throws where a new version is written otherwise.
 */
const lexerAlone: Plugin = {
  name: 'lexer-alone',
  setup(bundler) {
    bundler.onLoad({ filter: /marked\.esm\.js$/ }, async ({ path: file }) => {
      const source = await readTextFile(file);
      const end = source.search(/var (\w+)=new \w+;function \w+\(\w+,\w+\)\{return \1\.parse\(/);
      const names = OF_MARKED.map(
        (name) => new RegExp(`[{,](\\w+ as ${name})[,}]`).exec(source.slice(end))?.[1],
      );
      if (end < 0 || names.includes(undefined)) {
        throw new Error(`${file} is no longer written as before: see lexerAlone in scripts/build-page.ts.`);
      }
      return { contents: `${source.slice(0, end)}export{${names.join()}};` };
    });
  },
};

/** The entry only imports the core: the core takes its place, and its name in every chunk. Saves a round trip. */
function withCoreAsEntry({ outputs }: Metafile, texts: ReadonlyMap<string, string>): Map<string, string> {
  const imports = outputs['dist/site/app.js']?.imports ?? [];
  const core = served(path.join(ROOT, imports[0]?.path ?? ''));
  if (imports.length !== 1 || !texts.has(core))
    throw new Error('The entry is expected to import one chunk, the core.');
  const renamed = new Map<string, string>();
  for (const [name, text] of texts) {
    if (name !== '/app.js') renamed.set(name === core ? '/app.js' : name, text.replaceAll(core, '/app.js'));
  }
  return renamed;
}

function gzipBytes(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

/** The SHA-256 of each file as it is served, in hex, by its path. */
async function hashesOf(
  kept: readonly string[],
  texts: ReadonlyMap<string, string>,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of [...kept].sort()) {
    const file = name === '/' ? '/index.html' : name === '/login' ? '/login.html' : name;
    hashes[name] = sha256(texts.get(file) ?? (await readFile(path.join(SITE, file))));
  }
  return hashes;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The path under which a built file is served. */
function served(file: string): string {
  return `/${slashed(path.relative(SITE, file))}`;
}

/** A path as URLs and imports write it: Windows has backslashes. */
function slashed(file: string): string {
  return file.split(path.sep).join('/');
}
