/** Builds the chat page into `public/`: the bundle, its lazy chunks, the login page and the service worker. */
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PUBLIC = path.join(ROOT, 'public');
/** What the service worker keeps for offline use, beside the bundle and its chunks. */
const PAGE_FILES = ['/', '/login', '/boot.js', '/style.css', '/manifest.webmanifest', '/icon.svg', '/icon-192.png'];

export interface BuiltFile {
  /** The path it is served at. */
  readonly path: string;
  readonly gzipBytes: number;
}

export interface PageBuild {
  /** The entry and the chunks that are loaded with it. */
  readonly first: readonly BuiltFile[];
  /** Chunks that are fetched when they are needed, by the module they begin with. */
  readonly lazy: readonly (BuiltFile & { readonly module: string })[];
}

/** Builds everything anew and says what became of it. Rejects where a source does not compile. */
export async function buildPage(): Promise<PageBuild> {
  await rm(path.join(PUBLIC, 'chunk'), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { app: 'src/page/main.tsx' },
    outdir: 'public',
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
    metafile: true,
  });
  await copyFile(path.join(PUBLIC, 'index.html'), path.join(PUBLIC, 'login.html'));
  const files = [...PAGE_FILES, ...Object.keys(metafile.outputs).map(served)];
  await build({
    absWorkingDir: ROOT,
    entryPoints: { sw: 'src/page/offline/worker/sw.ts' },
    outdir: 'public',
    bundle: true,
    format: 'iife',
    target: 'es2024',
    minify: true,
    define: { FILES: JSON.stringify(files), RELEASE: JSON.stringify(await release()) },
  });
  return await measured(metafile);
}

/** A name for these very bytes: any change of a served file is a new release of the service worker. */
async function release(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(PUBLIC, { recursive: true })).sort()) {
    const file = path.join(PUBLIC, name);
    if (name !== 'sw.js' && (await stat(file)).isFile()) hash.update(name).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}

async function measured({ outputs }: Metafile): Promise<PageBuild> {
  const size = async (output: string): Promise<BuiltFile> => ({
    path: served(output),
    gzipBytes: gzipSync(await readFile(path.join(ROOT, output)), { level: 9 }).length,
  });
  const first = new Set<string>();
  const visit = (output: string) => {
    if (first.has(output)) return;
    first.add(output);
    for (const { path: imported, kind } of outputs[output]?.imports ?? []) {
      if (kind === 'import-statement') visit(imported);
    }
  };
  visit('public/app.js');
  const lazy = Object.keys(outputs).filter((output) => !first.has(output));
  return {
    first: await Promise.all([...first].map(size)),
    lazy: await Promise.all(
      lazy.map(async (output) => ({ ...(await size(output)), module: outputs[output]?.entryPoint ?? 'shared' })),
    ),
  };
}

function served(output: string): string {
  return `/${path.posix.relative('public', output)}`;
}

if (import.meta.main) {
  const { first, lazy } = await buildPage();
  for (const file of first) console.log(`${file.path}: ${file.gzipBytes} bytes gzip`);
  for (const file of lazy) console.log(`${file.path}: ${file.gzipBytes} bytes gzip, on demand (${file.module})`);
}
