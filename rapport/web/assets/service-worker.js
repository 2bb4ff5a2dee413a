// Keeps the page that says that Rapport can't be reached, and what that page is made of; never what anybody stores here.
// self.FILES, set in front of this by the server, names them; the first is the page.
const KEPT = "rapport";

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = new URL(request.url).origin === location.origin;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(self.FILES[0])));
  else if (isOurs && self.FILES.includes(new URL(request.url).pathname)) event.respondWith(fetchOrKept(request));
});

async function keep() {
  const cache = await caches.open(KEPT);
  for (const old of await cache.keys()) if (!self.FILES.includes(new URL(old.url).pathname)) await cache.delete(old);
  await cache.addAll(self.FILES);
  await self.skipWaiting();
}

async function fetchOrKept(request) {
  return (await caches.match(request)) ?? fetch(request);
}
