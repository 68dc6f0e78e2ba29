/** Portkey's gateway as its package from npm runs it: on Node. It learns its upstream from headers of each request. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatForm } from '../contender.ts';
import { isRebuiltStream, type Rival, runInstaller, UPSTREAM_KEY } from './rival.ts';
import { startServer } from './server-process.ts';

const VERSION = '1.15.2';

/**
 * Which of its dependencies runs it on Node. Its package says `^1.3.3`, and with the newest of those (1.19.19, and 1.14.4
 * already) it answers every stream 500: "TypeError: immutable".
 */
const NODE_SERVER = '1.13.8';

export const PORTKEY: Rival = {
  name: 'Portkey gateway',
  version: VERSION,
  registry: 'npm',
  settings: {
    en: `as its package starts it (\`--headless\`), on the Node of this project, with \`@hono/node-server\` ${NODE_SERVER} (with 1.14.4 and with the newest that its package allows, 1.19.19, every stream is a 500); the provider \`openai\` with the upstream as \`x-portkey-custom-host\``,
    zh: `按其软件包的方式启动（\`--headless\`），使用本项目的 Node，搭配 \`@hono/node-server\` ${NODE_SERVER}（用 1.14.4 或其软件包允许的最新版 1.19.19 时，所有流都是 500）；提供方为 \`openai\`，上游通过 \`x-portkey-custom-host\` 指定`,
  },
  install: async (place) => {
    const manifest = { private: true, overrides: { '@hono/node-server': NODE_SERVER } };
    await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await runInstaller('npm', ['install', ...quiet, `@portkey-ai/gateway@${VERSION}`], place);
  },
  contender: (place, upstream) => ({
    name: `Portkey gateway ${VERSION}`,
    start: () =>
      startServer((_, port) => ({
        command: [
          process.execPath,
          '--import',
          join(import.meta.dirname, 'loopback.js'),
          join(place, 'node_modules/@portkey-ai/gateway/build/start-server.js'),
          '--headless',
          `--port=${port}`,
        ],
        env: { NODE_ENV: 'production' },
      })),
    form: {
      ...chatForm({
        authorization: `Bearer ${UPSTREAM_KEY}`,
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `${upstream}/v1`,
      }),
      isOwnStream: isRebuiltStream,
    },
    streams: true,
  }),
};
