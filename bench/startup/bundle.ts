/** Which feature has which part of the Worker's JavaScript, read from what the bundler says of its build. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { buildWorker } from '../../src/launcher/build.ts';

/** esbuild's metafile (https://esbuild.github.io/api/#metafile), as far as it is read. */
const metafileSchema = z.looseObject({
  outputs: z.record(
    z.string(),
    z.looseObject({
      bytes: z.number(),
      inputs: z.record(z.string(), z.looseObject({ bytesInOutput: z.number() })),
    }),
  ),
});

export type Metafile = z.output<typeof metafileSchema>;

/** One part of the bundle. */
export interface Part {
  /** A folder of `src/worker`, `src/shared`, or the name of a package. */
  readonly name: string;
  /** In the bundle, after minifying, before gzip. */
  readonly bytes: number;
}

/** The whole and its parts, the largest first. */
export interface Bundle {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Modules of other kinds beside the JavaScript: the assistant's knowledge. */
  readonly dataBytes: number;
  readonly parts: readonly Part[];
}

/** Builds the Worker as a deployment would, and weighs it. */
export async function weighBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-bundle-'));
  try {
    const metafile = join(folder, 'meta.json');
    await buildWorker(join(folder, 'out'), undefined, ['--metafile', metafile]);
    const meta = metafileSchema.parse(JSON.parse(await readFile(metafile, 'utf8')));
    const code = await readFile(join(folder, 'out/index.js'));
    const data = await Promise.all(
      ['public-knowledge.bin', 'private-knowledge.bin'].map((name) => dataSize(join(folder, 'out'), name)),
    );
    return {
      bytes: code.length,
      gzipBytes: gzipSync(code, { level: 9 }).length,
      dataBytes: data.reduce((sum, each) => sum + each, 0),
      parts: partsOf(meta),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** wrangler puts a digest in front of a module's name. */
async function dataSize(folder: string, name: string): Promise<number> {
  const found = (await readdir(folder)).find((each) => each.endsWith(name));
  return found === undefined ? 0 : (await stat(join(folder, found))).size;
}

/** What the inputs of a build come to in its outputs, folder by folder and package by package. */
export function partsOf({ outputs }: Metafile): Part[] {
  const sums = new Map<string, number>();
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = partOf(path);
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  return [...sums]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}

function partOf(path: string): string {
  const [, scoped] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (scoped !== undefined) return scoped;
  const [, folder] = /src\/worker\/([^/]+)\//.exec(path) ?? [];
  if (folder !== undefined) return `src/worker/${folder}`;
  return /src\/(?:worker|shared)\//.test(path) ? 'src/worker, src/shared' : 'other';
}
