/** The size limits, and what the built files weigh. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../src/launcher/project.ts';

const KIBIBYTE = 1024;

/** What a first visit loads before the page is idle, the larger of the two languages counted. */
const FIRST = ['dist/site/app.js'];
const WORDS = ['dist/site/chunk/zh-[A-Z0-9]*.js'];
/** What an open conversation adds: its turns with the Markdown renderer, and the chunks that these import. */
const TURNS = ['dist/site/chunk/turn-list-*.js'];

interface Limit {
  readonly what: string;
  readonly files: readonly string[];
  readonly limit: number;
  readonly imports?: boolean;
}

/**
 * Limits on gzip bytes, summed over the files that a pattern finds, and with `imports` the chunks that these import. A
 * pattern that finds none is an error.
 */
const LIMITS: readonly Limit[] = [
  { what: "Worker's JavaScript", files: ['dist/worker/*.js'], limit: 132 * KIBIBYTE },
  {
    what: "page's first JavaScript",
    files: [...FIRST, ...WORDS, 'dist/site/boot.js'],
    limit: 27.5 * KIBIBYTE,
  },
  {
    what: 'with a conversation',
    files: [...FIRST, ...WORDS, 'dist/site/boot.js', ...TURNS],
    limit: 52.5 * KIBIBYTE,
    imports: true,
  },
  {
    what: 'receiving',
    files: ['dist/site/chunk/{receive,failure-card,zh-more}-*.js'],
    limit: 11 * KIBIBYTE,
  },
  { what: 'growing text', files: ['dist/site/chunk/growing-*.js'], limit: 2 * KIBIBYTE },
  { what: 'extras of an answer', files: ['dist/site/chunk/extras-*.js'], limit: 1 * KIBIBYTE },
  { what: 'settings', files: ['dist/site/chunk/settings-*.js'], limit: 7.5 * KIBIBYTE, imports: true },
  {
    what: 'role, parameters and prompts',
    files: ['dist/site/chunk/{setup-sheet,prompt-menu,prompt-library,zh-tools}-*.js'],
    limit: 8 * KIBIBYTE,
    imports: true,
  },
  { what: 'model picker', files: ['dist/site/chunk/model-picker-*.js'], limit: 4 * KIBIBYTE, imports: true },
  {
    what: 'pictures and files',
    files: ['dist/site/chunk/{attach,draft-files,files-view,sending}-*.js'],
    limit: 7 * KIBIBYTE,
    imports: true,
  },
  { what: 'highlighting', files: ['dist/site/chunk/paint-*.js'], limit: 12 * KIBIBYTE },
  { what: 'maths', files: ['dist/site/chunk/typeset-*.js'], limit: 64 * KIBIBYTE },
  // What an isolate reads for its first question.
  { what: 'index of the knowledge', files: ['dist/worker/*-public-knowledge.bin'], limit: 260_000 },
  {
    what: "usage page's JavaScript",
    files: ['dist/site/usage.js', 'dist/site/chunk/{zh-usage,zh-sign-in}-*.js'],
    limit: 24 * KIBIBYTE,
  },
  { what: "usage page's HTML", files: ['dist/site/usage.html'], limit: 2 * KIBIBYTE },
  { what: "usage page's CSS", files: ['dist/site/usage.css'], limit: 4 * KIBIBYTE },
  { what: "page's HTML", files: ['dist/site/index.html'], limit: 3 * KIBIBYTE },
  { what: "page's CSS", files: ['dist/site/style.css'], limit: 6 * KIBIBYTE },
  { what: "later parts' CSS", files: ['dist/site/later.css'], limit: 3 * KIBIBYTE },
];

/** One limit and what was measured against it, in bytes after gzip. */
export interface MeasuredSize {
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
}

/** Weighs the built files. Throws if there are none. */
export async function measureSizes(): Promise<MeasuredSize[]> {
  return Promise.all(
    LIMITS.map(async ({ what, files, limit, imports = false }) => {
      const found = await Array.fromAsync(glob([...files], { cwd: PROJECT_ROOT }));
      if (found.length === 0) throw new Error(`No file matches ${files.join(', ')}: is it built?`);
      const names = imports ? await withImports(found) : found;
      const weights = names.map(
        async (name) => gzipSync(await readFile(join(PROJECT_ROOT, name)), { level: 9 }).length,
      );
      const bytes = (await Promise.all(weights)).reduce((sum, weight) => sum + weight, 0);
      return { what, bytes, limit };
    }),
  );
}

/** The files and the chunks they import, each once; of the first load only what is named. */
async function withImports(files: readonly string[]): Promise<readonly string[]> {
  const all = new Set(files);
  for (const file of all) {
    if (!/^dist.site.chunk/.test(file)) continue;
    for (const [, name = ''] of (await readFile(join(PROJECT_ROOT, file), 'utf8')).matchAll(
      /(?:from|import)"\/(chunk\/[\w-]+\.js)"/g,
    )) {
      all.add(join('dist/site', name));
    }
  }
  return [...all];
}
