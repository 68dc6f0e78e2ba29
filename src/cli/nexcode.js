#!/usr/bin/env node
// What `nexcode` starts. Plain JavaScript that an old Node can read: where this one is too old, the command starts itself
// again with the Node that is installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// The first with `await using`, which the code is written with.
const NEEDED = 24;

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const [major] = process.versions.node.split('.').map(Number);

if (major >= NEEDED) {
  // A checkout runs its sources. A package brings them compiled, since Node strips no types below node_modules.
  const source = join(here, 'main.ts');
  const main = existsSync(source) ? source : join(here, '../../dist/cli/main.js');
  if (existsSync(main)) await import(pathToFileURL(main).href);
  else
    stop(
      'This package holds no compiled command: plain `npm pack` runs no scripts here (.npmrc). `npm run package` makes a whole one.',
      '这个安装包里没有编译好的命令：在本项目中，单独的 `npm pack` 不运行脚本（.npmrc）。请用 `npm run package` 打包。',
    );
} else {
  const node = packagedNode();
  if (node === undefined) {
    stop(
      `nexcode needs Node ${NEEDED} or newer, and this is Node ${process.versions.node}. Install Node ${NEEDED}, or
install nexcode again without --omit=optional: it brings a Node of its own for most platforms.`,
      `nexcode 需要 Node ${NEEDED} 或更新版本，而这是 Node ${process.versions.node}。请安装 Node ${NEEDED}，
或不带 --omit=optional 重新安装 nexcode：它为多数平台自带 Node。`,
    );
  } else startAgain(node);
}

/** The program of the Node package for this platform, where it was installed. */
function packagedNode() {
  const { optionalDependencies = {} } = require('../../package.json');
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = Object.keys(optionalDependencies).find((each) => each.endsWith(`${platform}-${process.arch}`));
  if (name === undefined) return undefined;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { bin } = require(manifest);
    const program = join(dirname(manifest), typeof bin === 'string' ? bin : bin.node);
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Runs this command under another Node, to its end. */
function startAgain(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) =>
    stop(`${node} cannot be started: ${error.message}`, `无法启动 ${node}：${error.message}`),
  );
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

/** Ends with what is wrong, in the language of the locale: this file reads none of the others. */
function stop(english, chinese) {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const locale = LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
  console.error(/^zh/i.test(locale) ? chinese : english);
  process.exitCode = 1;
}
