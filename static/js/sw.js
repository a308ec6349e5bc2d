// Keeps the pages of guests and speakers that were seen, with their files and pictures, for times without a network.
// The network comes first; a kept page says how old it is. The server puts SHELL in front (web/offline.py): the digest
// and addresses of the files, the pattern of the pages, and the sentence about their age in each language.

const OURS = "guest-";
const FILES = `${OURS}files-${SHELL.version}`;
const OPEN = `${OURS}open-1`; // pages for everybody
const OWN = `${OURS}own-1`; // pages behind personal links, which many open ones must not push out
const PICTURES = `${OURS}pictures-1`;

const MOST = 60; // in each of them; what was kept first goes first
const PATIENCE = 4000; // milliseconds until a kept page stands in for the network
const GONE = [401, 403, 404, 410];
const PAGE = new RegExp(`^(?:${SHELL.pages})$`);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL.files)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(cleanUp().then(() => clients.claim()));
});

async function cleanUp() {
  const current = [FILES, OPEN, OWN, PICTURES];
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && !current.includes(name)).map((name) => caches.delete(name)));
}

addEventListener("message", (event) => {
  event.waitUntil(Promise.all(event.data.map((address) => look(new URL(address)))));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const file = SHELL.files.find((address) => nameOf(address) === nameOf(url.pathname));
  if (url.pathname.startsWith("/static/")) {
    if (file) event.respondWith(fileOf(request, file));
  } else if (PAGE.test(url.pathname)) {
    const answer = heard(event, url);
    event.respondWith(request.mode === "navigate" ? soonest(answer, copyOf(url)) : answer);
  } else if (request.destination === "image" && PAGE.test(request.referrer && new URL(request.referrer).pathname)) {
    event.respondWith(soonest(heard(event, url), caches.match(url.href, { cacheName: PICTURES, ignoreVary: true })));
  }
});

const nameOf = (path) => path.replace(/^\/static\/[^/]+/, "");

// A page that was kept before an update asks for its files by their old addresses; like the server, we have today's.
async function fileOf(request, address) {
  const kept = () => caches.match(address, { ignoreVary: true });
  return (request.url.endsWith(address) && (await kept())) || fetch(request).catch(kept);
}

function heard(event, url) {
  const answer = fetch(event.request);
  // Whoever asked hears of a failure; here there is just nothing to keep.
  event.waitUntil(answer.then((got) => note(url, got.clone()), () => undefined));
  return answer;
}

async function soonest(answer, kept) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const got = await Promise.race([answer.catch(() => undefined), late]);
  return got && got.status < 500 ? got : (await kept) || got || answer;
}

async function look(url) {
  await note(url, await fetch(url.href));
}

async function note(url, answer) {
  const isPage = PAGE.test(url.pathname);
  const type = answer.headers.get("Content-Type") || "";
  if (GONE.includes(answer.status)) return forget(url);
  if (!answer.ok || answer.redirected || /no-store/.test(answer.headers.get("Cache-Control"))) return undefined;
  if (!type.startsWith(isPage ? "text/html" : "image/")) return undefined;
  if (!isPage) return keep(PICTURES, url.href, answer);
  // What was just done is said once. The page itself has changed by it.
  if (url.searchParams.has("done")) return look(plain(url));
  const text = await answer.text();
  const key = plain(url);
  key.searchParams.set("lang", /<html lang="([^"]*)"/.exec(text)[1]);
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length", "Vary"].forEach((name) => headers.delete(name));
  headers.set("X-Kept-At", Date.now());
  return keep(bucketOf(url), key.href, new Response(text, { headers }));
}

const bucketOf = ({ pathname }) => (pathname.startsWith("/e/") ? OPEN : OWN);

// The address without the language and without what was just done: there is one page under it.
function plain(address) {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.delete("lang");
  url.searchParams.delete("done");
  return url;
}

async function keep(bucket, key, answer) {
  const cache = await caches.open(bucket);
  await cache.delete(key); // so that it is the youngest, in every browser
  await cache.put(key, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, -MOST).map((old) => cache.delete(old)));
}

async function forget(url) {
  const cache = await caches.open(PAGE.test(url.pathname) ? bucketOf(url) : PICTURES);
  const below = `${url.pathname.replace(/\/$/, "")}/`;
  const keys = await cache.keys();
  const gone = keys.filter((key) => `${new URL(key.url).pathname}/`.startsWith(below));
  await Promise.all(gone.map((key) => cache.delete(key)));
}

// The page as it was seen last, in the language that is asked for if it was seen in it, with its age.
async function copyOf(url) {
  const cache = await caches.open(bucketOf(url));
  const keys = (await cache.keys()).filter((key) => plain(key.url).href === plain(url).href).reverse();
  const language = (key) => new URL(key.url).searchParams.get("lang");
  const key = keys.find((other) => language(other) === url.searchParams.get("lang")) || keys[0];
  const kept = key && (await cache.match(key));
  if (!kept) return undefined;
  const at = new Date(Number(kept.headers.get("X-Kept-At")));
  const line = `<p id="age" class="note" role="status">${SHELL.words[language(key)].replace("{}", timeOf(at, language(key)))}</p>`;
  const text = (await kept.text()).replace("<html", `<html data-kept="${at.toISOString()}"`);
  return new Response(text.replace(/<main id="main"[^>]*>/, `$&${line}`), { headers: kept.headers });
}

function timeOf(at, language) {
  const say = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options).format(at);
  const time = say({ hour: "2-digit", minute: "2-digit" });
  const there = language === "fr" ? time.replace(/^0?(\d+):/, "$1\u00a0h\u00a0") : time;
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? there : `${say({ weekday: "long", day: "numeric", month: "long" })}, ${there}`;
}
