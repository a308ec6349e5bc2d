// Keeps the pages of guests and speakers that were seen, with their files and pictures, for times without a network.
// The network comes first; a kept page says how old it is. The server puts SHELL in front (web/offline.py): the digest
// and addresses of the files, the pattern of the pages, and the sentence about their age in each language.

const OURS = "guest-";
const FILES = OURS + SHELL.version;
// Pages for everybody, which are many, must not push out those behind personal links.
const [OPEN, OWN, PICTURES] = ["open-1", "own-1", "pictures-1"].map((name) => OURS + name);
const MOST = 60; // in each of the three; what was kept first goes first
const PATIENCE = 4000; // milliseconds until what is kept stands in for the network
const GONE = [401, 403, 404, 410];
const PAGE = new RegExp(`^(${SHELL.pages})$`);

const isPage = (url) => PAGE.test(url.pathname);
const cacheOf = (url) => caches.open(isPage(url) ? (url.pathname.startsWith("/e/") ? OPEN : OWN) : PICTURES);
const languageOf = (url) => new URL(url).searchParams.get("lang");

const all = (items, change) => Promise.all(items.map(change));

self.oninstall = (event) => event.waitUntil(setUp());
self.onactivate = (event) => event.waitUntil(cleanUp());
self.onmessage = (event) => event.waitUntil(all(event.data, look));
self.onfetch = (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const file = SHELL.files.find((address) => nameOf(address) === nameOf(url.pathname));
  if (file) event.respondWith(fileOf(request, file));
  else if (isPage(url) || (request.destination === "image" && isPage(new URL(request.referrer || url)))) {
    const answer = fetch(request);
    // Whoever asked hears of a failure; here there is just nothing to keep.
    event.waitUntil(answer.then((got) => note(url, got.clone()), () => {}));
    // A page that asks for itself anew, as the screen in the hall does, wants the network or nothing.
    event.respondWith(isPage(url) && request.mode !== "navigate" ? answer : soonest(answer, copyOf(url)));
  }
};

async function setUp() {
  await (await caches.open(FILES)).addAll(SHELL.files);
  await skipWaiting();
}

// Other caches of this site are not ours.
async function cleanUp() {
  const old = (name) => name.startsWith(OURS) && ![FILES, OPEN, OWN, PICTURES].includes(name);
  await all((await caches.keys()).filter(old), (name) => caches.delete(name));
  await clients.claim();
}

const nameOf = (path) => path.replace(/^\/static\/[^/]+/, "static:");

// A page that was kept before an update asks for its files by their old addresses; like the server, we have today's.
async function fileOf(request, address) {
  const kept = () => caches.match(address, { ignoreVary: true });
  return (request.url.endsWith(address) && (await kept())) || fetch(request).catch(kept);
}

async function soonest(answer, kept) {
  const got = await Promise.race([answer.catch(() => {}), new Promise((late) => setTimeout(late, PATIENCE))]);
  return got && got.status < 500 ? got : (await kept) || answer;
}

async function look(address) {
  await note(new URL(address), await fetch(address));
}

async function note(url, answer) {
  if (GONE.includes(answer.status)) return forget(url);
  const headers = new Headers(answer.headers);
  const type = isPage(url) ? "text/html" : "image/";
  if (!answer.ok || /no-store/.test(headers.get("Cache-Control")) || !headers.get("Content-Type").startsWith(type)) return;
  // What was just done is said once; but it changed the page.
  if (url.searchParams.has("done")) return look(plain(url));
  const body = await answer.blob();
  const key = new URL(plain(url));
  if (isPage(url)) key.searchParams.set("lang", /<html lang="([^"]*)"/.exec(await body.text())[1]);
  for (const name of ["Content-Encoding", "Vary"]) headers.delete(name);
  headers.set("X-Kept", Date.now());
  const cache = await cacheOf(url);
  await cache.delete(key); // so that it is the youngest, in every browser
  await cache.put(key, new Response(body, { headers }));
  await all((await cache.keys()).slice(0, -MOST), (old) => cache.delete(old));
}

// The address without the language and without what was just done: there is one page under it.
function plain(address) {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.delete("lang");
  url.searchParams.delete("done");
  return url.href;
}

// Forgets a page that is not there any more, with all below it.
async function forget(url) {
  const cache = await cacheOf(url);
  const gone = ({ url: other }) => `${new URL(other).pathname}/`.startsWith(`${url.pathname}/`.replace("//", "/"));
  await all((await cache.keys()).filter(gone), (key) => cache.delete(key));
}

// What was seen last at this address; a page in the language that is asked for, if it was seen in it, and with its age.
async function copyOf(url) {
  const cache = await cacheOf(url);
  const keys = (await cache.keys()).filter((key) => plain(key.url) === plain(url)).reverse();
  const key = keys.find((other) => languageOf(other.url) === languageOf(url)) || keys[0];
  const kept = key && (await cache.match(key));
  if (!kept || !isPage(url)) return kept;
  const at = new Date(Number(kept.headers.get("X-Kept")));
  const language = languageOf(key.url);
  const line = `<p id="age" class="note" role="status">${SHELL.words[language].replace("{}", timeOf(at, language))}</p>`;
  const text = (await kept.text()).replace("<html", "<html data-kept").replace(/<main id="main"[^>]*>/, `$&${line}`);
  return new Response(text, { headers: kept.headers });
}

function timeOf(at, language) {
  const say = (options) => at.toLocaleString(language === "en" ? "en-GB" : language, options);
  const time = say({ hour: "2-digit", minute: "2-digit" });
  const shown = language === "fr" ? time.replace(/0?(\d+):/, "$1\u00a0h\u00a0") : time;
  return at.toDateString() === new Date().toDateString() ? shown : `${say({ dateStyle: "full" })}, ${shown}`;
}
