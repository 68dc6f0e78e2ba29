/** nginx as a reverse proxy: what the least of proxies costs that is no Worker, and knows nothing of AI. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chatForm } from '../contender.ts';
import { type Rival, runInstaller } from './rival.ts';
import { startServer } from './server-process.ts';

export const NGINX: Rival = {
  name: 'nginx',
  version: '1.22.1',
  registry: 'Debian',
  settings: {
    en: 'from Debian 12, one process, `proxy_buffering off`, connections to the upstream kept open, no access log',
    zh: 'Debian 12 自带版本，单进程，`proxy_buffering off`，与上游保持长连接，不写访问日志',
  },
  // The package is unpacked, not installed: that needs no rights, and changes nothing of the system.
  install: async (place) => {
    await runInstaller('apt-get', ['download', 'nginx=1.22.1*'], place);
    const packages = (await readdir(place)).filter((name) => name.endsWith('.deb'));
    for (const name of packages) await runInstaller('dpkg-deb', ['-x', name, '.'], place);
  },
  contender: (place, upstream) => ({
    name: 'nginx 1.22.1',
    start: () =>
      startServer((folder, port) => ({
        command: [
          join(place, 'usr/sbin/nginx'),
          '-p',
          folder,
          '-c',
          join(folder, 'nginx.conf'),
          '-e',
          'stderr',
        ],
        files: { 'nginx.conf': configuration(folder, port, new URL(upstream).host) },
      })),
    form: chatForm(),
    streams: true,
  }),
};

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
