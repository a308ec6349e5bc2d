// Keeps the scanner's page and files, so that a phone opens it without a network. The server puts SHELL in front.

const OURS = "checkin-";
const CACHE = OURS + SHELL.version;
const addressIn = (language) => `${SHELL.page}?lang=${language}`;
// Without cookies: asking for a page in a language would make it the one that this browser has chosen.
const pageIn = (language) => new Request(addressIn(language), { credentials: "omit" });

self.oninstall = (event) => event.waitUntil(setUp());
self.onactivate = (event) => event.waitUntil(cleanUp());
self.onmessage = (event) => {
  if (event.data !== "is all kept?") return;
  event.waitUntil(isWhole().then((isKept) => event.ports[0].postMessage({ isKept })));
};
self.onfetch = (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === SHELL.page) event.respondWith(page(event.request, url));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(kept(event.request, url.pathname));
};

async function setUp() {
  const cache = await caches.open(CACHE);
  // All of it or nothing: half a scanner is none.
  await cache.addAll([...SHELL.files, ...SHELL.languages.map(pageIn)]);
  await skipWaiting();
}

async function isWhole() {
  const cache = await caches.open(CACHE);
  const addresses = [...SHELL.files, ...SHELL.languages.map(addressIn)];
  return (await Promise.all(addresses.map((one) => cache.match(one, { ignoreVary: true })))).every(Boolean);
}

// Other caches of this site are not ours.
async function cleanUp() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function kept(request, address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address, { ignoreVary: true })) || fetch(request);
}

// The network knows which language was chosen and whether there is a newer page, but it gets two seconds only.
async function page(request, url) {
  const asked = url.searchParams.get("lang");
  const cache = await caches.open(CACHE);
  const late = new Promise((resolve) => setTimeout(resolve, 2000));
  const got = await Promise.race([fetch(request).catch(() => undefined), late]);
  if (got && got.ok) {
    const language = /<html lang="([^"]*)"/.exec(await got.clone().text());
    if (language) await cache.put(`${SHELL.page}?last`, got.clone());
    return got;
  }
  const known =
    (asked && (await cache.match(addressIn(asked), { ignoreVary: true }))) ||
    (await cache.match(`${SHELL.page}?last`, { ignoreVary: true }));
  return known || cache.match(addressIn(SHELL.languages[0]), { ignoreVary: true });
}
