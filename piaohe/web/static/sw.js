// The service worker: the phone page opens without a net, and what waits is sent when it is back.
// It keeps files of ours alone; an answer of the API or anybody's picture never comes in here.

import { drain, signOut } from "/static/outbox.js";

const CACHE = "piaohe-__VERSION__";
const FILES = ["__FILES__"];
const SHELL = "/capture/offline";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clear((name) => name !== CACHE).then(() => self.clients.claim()));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(send());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname === "/logout" && request.method === "POST") {
    event.waitUntil(Promise.all([clear(() => true), signOut()]));
  } else if (request.method === "GET" && pathname === "/capture") {
    event.respondWith(fresh(request, SHELL));
    event.waitUntil(caches.has(CACHE).then((kept) => (kept ? null : keep())).catch(() => null));
  } else if (request.method === "GET" && FILES.includes(pathname)) {
    event.respondWith(fresh(request, pathname));
  }
});

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...FILES].map((path) => new Request(path, { cache: "reload" })));
}

async function clear(which) {
  const names = await caches.keys();
  await Promise.all(names.filter(which).map((name) => caches.delete(name)));
}

// the server's, unless it is out of reach or takes too long where something is kept
async function fresh(request, path) {
  const kept = await caches.match(path);
  if (!kept) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE));
  return Promise.race([fetch(request).catch(() => kept.clone()), late]);
}

async function send() {
  const { left, pause } = await drain();
  // a rejection is what makes the browser try again later
  if (left && pause !== "signedout" && pause !== "foreign") throw new Error("not all sent");
}
