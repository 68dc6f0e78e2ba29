/**
 * `prepack`: makes what a package holds beside src/cli/nexcode.js. The command is compiled, since Node strips no types
 * below node_modules, and serves the built Worker and site instead of building them.
 */
import { chmod, copyFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { buildWorker } from '../src/launcher/build.ts';
import { PACKED_FILES } from '../src/launcher/built-package.ts';
import { PROJECT_ROOT, WRANGLER_TOML } from '../src/launcher/project.ts';
import { WORKER_OPTIONS } from '../src/launcher/serve-package.ts';
import { projectWorkerOptions } from '../src/launcher/worker-options.ts';
import { scriptOptions } from './options.ts';

const options = scriptOptions(
  `npm run prepack: builds what a package holds. \`npm run package\` does that, and packs nexcode-VERSION.tgz.

  --clean   removes the compiled command, so that no later package holds an old one`,
  { clean: { type: 'boolean', default: false } },
);

const COMPILED = join(PROJECT_ROOT, 'dist/cli');
const RUNTIME_WRAPPER = 'runtime.sh';

await rm(COMPILED, { recursive: true, force: true });
if (!options['clean']) await compile();

async function compile(): Promise<void> {
  await buildWorker(join(PROJECT_ROOT, 'dist/worker'));
  await build({
    entryPoints: [join(PROJECT_ROOT, 'src/cli/main.ts')],
    outdir: COMPILED,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    logLevel: 'warning',
    plugins: [
      {
        name: 'serve what is packed',
        setup({ onResolve }) {
          onResolve({ filter: /\/(?:serve|built)-project\.ts$/ }, ({ path }) => ({
            path: join(PROJECT_ROOT, 'src/launcher', basename(path).replace('-project', '-package')),
          }));
        },
      },
    ],
  });
  const wrapper = join(COMPILED, RUNTIME_WRAPPER);
  await copyFile(join(PROJECT_ROOT, 'src/launcher', RUNTIME_WRAPPER), wrapper);
  await chmod(wrapper, 0o755);
  await copyFile(WRANGLER_TOML, join(PROJECT_ROOT, PACKED_FILES.wranglerToml));
  await copyFile(join(PROJECT_ROOT, '.dev.vars.example'), join(PROJECT_ROOT, PACKED_FILES.devVarsExample));
  // The folders are other ones wherever the package is installed.
  const { rootPath: _, ...workerOptions } = projectWorkerOptions();
  await writeFile(
    join(PROJECT_ROOT, WORKER_OPTIONS),
    JSON.stringify({
      ...workerOptions,
      assets: { ...Object(workerOptions['assets']), directory: undefined },
    }),
  );
}
