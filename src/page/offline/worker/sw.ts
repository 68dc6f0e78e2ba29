/**
 * The service worker: the page opens offline and shows old conversations. It keeps the page's own files and nothing
 * else: every other request, the API's above all, passes by untouched and is never cached.
 */
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the page's files with the SHA-256 of each in hex, and a name that changes with any of them. */
declare const FILES: Readonly<Record<string, string>>;
/** Those of them that are fetched ahead. */
declare const AHEAD: readonly string[];
declare const RELEASE: string;

const CACHE = `nexcode-${RELEASE}`;
const PAGES: Readonly<Record<string, string>> = { '/': '/', '/login': '/login' };
const HASHES = new Map(Object.entries(FILES));

// A new release waits until no page of the old one is open: an open page still finds its own chunks.
self.addEventListener('install', (event) => {
  const load = async () => {
    const kept = await Promise.all(
      AHEAD.map(async (file) => keep(file, await fetch(file, { cache: 'reload' }))),
    );
    // With a file missing the page would not open offline: the browser tries again at the next visit.
    if (kept.includes(false)) throw new Error('A file of this release could not be had.');
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
  if (file !== undefined && HASHES.has(file)) event.respondWith(freshOrKept(request, file));
});

/** The network's answer while there is one; files whose name is their content's hash are never asked for twice. */
async function freshOrKept(request: Request, file: string): Promise<Response> {
  const kept = await keptFile(file);
  if (kept && file.startsWith('/chunk/')) return kept;
  try {
    const fresh = await fetch(request);
    if (!kept) await keep(file, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** The kept file. The cache belongs to the whole origin, so only the very bytes of this release are taken from it. */
async function keptFile(file: string): Promise<Response | undefined> {
  const kept = await caches.match(file, { cacheName: CACHE });
  return kept && (await isGenuine(file, kept.clone())) ? kept : undefined;
}

/** Keeps a file of this release; says whether the answer was one. */
async function keep(file: string, answer: Response): Promise<boolean> {
  if (!answer.ok || !(await isGenuine(file, answer.clone()))) return false;
  await (await caches.open(CACHE)).put(file, answer);
  return true;
}

async function isGenuine(file: string, answer: Response): Promise<boolean> {
  const digest = await crypto.subtle.digest('SHA-256', await answer.arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex === HASHES.get(file);
}
