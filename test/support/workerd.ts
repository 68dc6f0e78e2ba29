/** The built Worker in bare workerd, without Miniflare in front: exact on the wire, and measurable as one process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Json } from 'miniflare';
import * as z from 'zod';
import { loadWorker, type ModuleType, type WorkerModule } from '../../src/launcher/build.ts';
import { WRANGLER_TOML } from '../../src/launcher/project.ts';
import { BUILT_WORKER } from './build.ts';

/** A running workerd process with one Worker. */
export interface Workerd extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The same with `/v1`. */
  readonly base: string;
  readonly pid: number;
  /** Where its heap can be looked at, by the DevTools protocol; only if it was started with `inspector`. */
  readonly inspector?: string;
  /** The lines that the Worker and workerd have printed so far. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** How workerd runs. */
export interface WorkerdOptions {
  /** Logs rejections that nobody handled, and every connection that broke. */
  readonly verbose?: boolean;
  /** Listens for the DevTools protocol too. */
  readonly inspector?: boolean;
  /** Where its Durable Objects keep their state, so that another process can go on with it; else gone with this one. */
  readonly stateFolder?: string;
  /** A module that takes the place of the entry and may replace its classes; the built one is `./index.js` to it. */
  readonly entry?: string;
}

/** The Worker's Durable Objects, by binding. */
const OBJECTS = {
  KEY_OBJECTS: 'KeyObject',
  BOOKS_OBJECT: 'BooksObject',
  STREAM_OBJECTS: 'StreamObject',
} as const;

/** What the configuration calls the Worker. */
const SERVICE = 'main';

/** What workerd's capnp configuration calls each type of module. */
const CAPNP_FIELDS: Readonly<Record<ModuleType, string>> = {
  ESModule: 'esModule',
  Data: 'data',
  CompiledWasm: 'wasm',
  Text: 'text',
};

/** workerd writes one such line to its control descriptor for each address that it listens at. */
const listenEvent = z.looseObject({ event: z.enum(['listen', 'listen-inspector']), port: z.number() });

/** Starts the built Worker with these settings and no others. Throws what workerd printed if it does not start. */
export async function startWorkerd(
  settings: Readonly<Record<string, Json>>,
  options?: WorkerdOptions,
): Promise<Workerd> {
  const built = await loadWorker(BUILT_WORKER);
  const entry = options?.entry;
  const modules: WorkerModule[] =
    entry === undefined
      ? built
      : [{ name: 'entry.js', type: 'ESModule', contents: Buffer.from(entry) }, ...built];
  return startModules(modules, settings, options, OBJECTS);
}

/** Starts any Worker made of modules, the entry first, under the compatibility date and flags of wrangler.toml. */
export async function startModules(
  modules: readonly WorkerModule[],
  settings: Readonly<Record<string, Json>>,
  options: WorkerdOptions = {},
  objects: Readonly<Record<string, string>> = {},
): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-workerd-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const stateFolder = options.stateFolder ?? join(folder, 'state');
    await mkdir(stateFolder, { recursive: true });
    for (const { name, contents } of modules) await writeFile(join(folder, name), contents);
    await writeFile(
      join(folder, 'config.capnp'),
      configuration(modules, settings, await compatibility(), objects, stateFolder),
    );
    const running = await serve(join(folder, 'config.capnp'), options);
    const close = async () => {
      await running.close();
      await removeFolder();
    };
    return { ...running, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function serve(
  config: string,
  { verbose = false, inspector = false }: WorkerdOptions,
): Promise<Omit<Workerd, typeof Symbol.asyncDispose>> {
  const log: string[] = [];
  const child = spawn(
    workerdBinary(),
    [
      'serve',
      '--experimental',
      ...(verbose ? ['--verbose'] : []),
      ...(inspector ? ['--inspector-addr=127.0.0.1:0'] : []),
      '--control-fd=3',
      '--socket-addr=http=127.0.0.1:0',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  const [, stdout, stderr, control] = child.stdio;
  if (!stdout || !stderr || !(control instanceof Readable) || child.pid === undefined) {
    throw new Error('workerd could not be spawned.');
  }
  for (const output of [stdout, stderr]) createInterface(output).on('line', (line) => log.push(line));
  const lines = createInterface(control)[Symbol.asyncIterator]();
  const ports = new Map<string, number>();
  while (ports.size < (inspector ? 2 : 1)) {
    const line = await Promise.race([lines.next(), closed.then(() => undefined)]);
    if (line?.value === undefined) {
      await closed;
      throw new Error(`workerd did not start:\n${log.join('\n')}`);
    }
    const { event, port } = listenEvent.parse(JSON.parse(line.value));
    ports.set(event, port);
  }
  const url = `http://127.0.0.1:${ports.get('listen')}`;
  const close = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  return {
    url,
    base: `${url}/v1`,
    pid: child.pid,
    // The Worker's name in the configuration is the name of its inspector's target.
    ...(inspector && { inspector: `ws://127.0.0.1:${ports.get('listen-inspector')}/${SERVICE}` }),
    log,
    close,
  };
}

/** The very workerd that Miniflare runs. */
function workerdBinary(): string {
  return workerdPackage().default;
}

/** Its version. */
export function workerdVersion(): string {
  return workerdPackage().version;
}

function workerdPackage(): { default: string; version: string } {
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve('miniflare'));
  return z.object({ default: z.string(), version: z.string() }).parse(fromMiniflare('workerd'));
}

/** The behaviour of the runtime that the Worker asks for. */
interface Compatibility {
  readonly date: string;
  readonly flags: readonly string[];
}

/** Reads it from wrangler.toml, of two lines there: to load wrangler for them takes a second in every file of tests. */
export async function compatibility(): Promise<Compatibility> {
  const toml = await readFile(WRANGLER_TOML, 'utf8');
  const [, date] = /^compatibility_date = "(.+)"$/m.exec(toml) ?? [];
  const [, flags] = /^compatibility_flags = (\[.*\])$/m.exec(toml) ?? [];
  if (date === undefined || flags === undefined)
    throw new Error('wrangler.toml does not say the compatibility date and flags on a line each.');
  return { date, flags: z.array(z.string()).parse(JSON.parse(flags)) };
}

function configuration(
  modules: readonly WorkerModule[],
  settings: Readonly<Record<string, Json>>,
  { date, flags }: Compatibility,
  objects: Readonly<Record<string, string>>,
  stateFolder: string,
): string {
  const moduleList = modules.map(
    ({ name, type }) => `(name = ${quote(name)}, ${CAPNP_FIELDS[type]} = embed ${quote(name)})`,
  );
  const bindings = Object.entries(settings).map(([name, value]) =>
    typeof value === 'string'
      ? `(name = ${quote(name)}, text = ${quote(value)})`
      : `(name = ${quote(name)}, json = ${quote(JSON.stringify(value))})`,
  );
  bindings.push(
    ...Object.entries(objects).map(
      ([name, className]) => `(name = ${quote(name)}, durableObjectNamespace = ${quote(className)})`,
    ),
  );
  const namespaces = Object.values(objects).map(
    (name) => `(className = ${quote(name)}, uniqueKey = ${quote(`nexcode-${name}`)}, enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "${SERVICE}", worker = (
      modules = [${moduleList.join(', ')}],
      compatibilityDate = ${quote(date)},
      compatibilityFlags = [${flags.map(quote).join(', ')}],
      bindings = [${bindings.join(', ')}],
      durableObjectNamespaces = [${namespaces.join(', ')}],
      durableObjectStorage = (localDisk = "state"),
    )),
    (name = "state", disk = (path = ${quote(stateFolder)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", http = (), service = "${SERVICE}")],
);
`;
}

/** A capnp string literal: C escapes, byte for byte. */
function quote(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `"${bytes.join('')}"`;
}
