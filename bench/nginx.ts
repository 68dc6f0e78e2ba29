/** nginx as a reverse proxy: what the least of proxies costs that is no Worker. Measured where it is installed. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Contender, chatForm, type Running } from './contenders.ts';

const START_TIMEOUT_MS = 5000;
const RETRY_MS = 20;

/** The contender with its version, or undefined where there is no nginx. */
export async function nginx(): Promise<Contender | undefined> {
  try {
    const { stderr } = await promisify(execFile)('nginx', ['-v']);
    const version = /nginx\/([\d.]+)/.exec(stderr)?.[1] ?? '';
    return { name: `nginx ${version}`, start, form: chatForm(), streams: true };
  } catch {
    return undefined;
  }
}

async function start(upstream: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-nginx-'));
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, new URL(upstream).host));
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error('nginx could not be spawned.');
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(url);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, pid, close };
}

/** One process, so that its CPU time is all there is. Nothing is buffered: each event passes at once. */
function configuration(folder: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off; ${temporary}
  keepalive_requests 10000000;
  upstream backend { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    client_max_body_size 32m;
    location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off;
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw new Error('nginx does not answer.', { cause });
      await delay(RETRY_MS);
    }
  }
}
