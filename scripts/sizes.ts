/** The size limits, and what the built files weigh. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../src/launcher/project.ts';

const KIBIBYTE = 1024;

/** Limits on gzip bytes, summed over the files that a pattern finds. A pattern that finds none is an error. */
const LIMITS = [
  { what: "Worker's JavaScript", files: ['dist/worker/*.js'], limit: 60 * KIBIBYTE },
  { what: "page's HTML", files: ['public/index.html'], limit: 3 * KIBIBYTE },
  { what: "page's CSS", files: ['public/*.css'], limit: 6 * KIBIBYTE },
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
