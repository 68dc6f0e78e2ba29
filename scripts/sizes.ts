/** The size limits, and what the built files weigh. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../src/launcher/project.ts';

const KIBIBYTE = 1024;

/** What a first visit loads before the page is idle, the larger of the two languages counted. */
const FIRST = ['dist/site/app.js'];
const WORDS = ['dist/site/chunk/zh-[A-Z0-9]*.js'];
/** What an open conversation adds: its turns with the Markdown renderer, and what chunks share. */
const TURNS = ['dist/site/chunk/{turn-list,chunk}-*.js'];

/** Limits on gzip bytes, summed over the files that a pattern finds. A pattern that finds none is an error. */
const LIMITS = [
  { what: "Worker's JavaScript", files: ['dist/worker/*.js'], limit: 116 * KIBIBYTE },
  { what: "page's first JavaScript", files: [...FIRST, ...WORDS, 'dist/site/boot.js'], limit: 24 * KIBIBYTE },
  {
    what: 'with a conversation',
    files: [...FIRST, ...WORDS, 'dist/site/boot.js', ...TURNS],
    limit: 50 * KIBIBYTE,
  },
  { what: 'receiving', files: ['dist/site/chunk/{receive,failure-card,zh-more}-*.js'], limit: 9 * KIBIBYTE },
  { what: 'growing text', files: ['dist/site/chunk/growing-*.js'], limit: 2 * KIBIBYTE },
  { what: 'extras of an answer', files: ['dist/site/chunk/extras-*.js'], limit: 1 * KIBIBYTE },
  { what: 'settings', files: ['dist/site/chunk/settings-*.js'], limit: 3 * KIBIBYTE },
  { what: 'highlighting', files: ['dist/site/chunk/paint-*.js'], limit: 12 * KIBIBYTE },
  { what: 'maths', files: ['dist/site/chunk/typeset-*.js'], limit: 64 * KIBIBYTE },
  { what: "page's HTML", files: ['dist/site/index.html'], limit: 3 * KIBIBYTE },
  { what: "page's CSS", files: ['dist/site/style.css'], limit: 6 * KIBIBYTE },
  { what: "later parts' CSS", files: ['dist/site/later.css'], limit: 4 * KIBIBYTE },
] as const;

/** One limit and what was measured against it, in bytes after gzip. */
export interface MeasuredSize {
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
}

/** Weighs the built files. Throws if there are none. */
export async function measureSizes(): Promise<MeasuredSize[]> {
  return Promise.all(
    LIMITS.map(async ({ what, files, limit }) => {
      const names = await Array.fromAsync(glob([...files], { cwd: PROJECT_ROOT }));
      if (names.length === 0) throw new Error(`No file matches ${files.join(', ')}: is it built?`);
      const weights = names.map(
        async (name) => gzipSync(await readFile(join(PROJECT_ROOT, name)), { level: 9 }).length,
      );
      const bytes = (await Promise.all(weights)).reduce((sum, weight) => sum + weight, 0);
      return { what, bytes, limit };
    }),
  );
}
