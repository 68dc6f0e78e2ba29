/**
 * The service worker: the page opens offline and shows old conversations. It keeps the page's own files and nothing
 * else: every other request, the API's above all, passes by untouched and is never cached.
 */
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the page's files, and a name that changes with any of them. */
declare const FILES: readonly string[];
/** Those of them that are fetched ahead. */
declare const AHEAD: readonly string[];
declare const RELEASE: string;

const CACHE = `nexcode-${RELEASE}`;
const PAGES: Readonly<Record<string, string>> = { '/': '/', '/login': '/login' };
const KNOWN = new Set(FILES);

// A new release waits until no page of the old one is open: an open page still finds its own chunks.
self.addEventListener('install', (event) => {
  const load = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(AHEAD.map((file) => new Request(file, { cache: 'reload' })));
  };
  event.waitUntil(load());
});

self.addEventListener('activate', (event) => {
  const takeOver = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('nexcode-') && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  const file = request.mode === 'navigate' ? PAGES[url.pathname] : url.pathname;
  if (file !== undefined && KNOWN.has(file)) event.respondWith(freshOrKept(request, file));
});

/** The network's answer while there is one; files whose name is their content's hash are never asked for twice. */
async function freshOrKept(request: Request, file: string): Promise<Response> {
  const kept = await caches.match(file, { cacheName: CACHE });
  if (kept && file.startsWith('/chunk/')) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !kept) await (await caches.open(CACHE)).put(file, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
