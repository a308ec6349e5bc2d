// The figures of the day, fetched again every ten seconds while somebody looks: not while the page is hidden, and at once
// when it is seen again. What has not changed costs an answer without content; the server holds nothing open for it.

const PAUSE = 10_000;
const PATIENCE = 8_000;
const SPEAK = 60_000; // no oftener is anything read out

const box = document.getElementById("figures");
const status = document.getElementById("said");
let timer = 0;
let spoken = 0;
let busy = false;

function put(text, when) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("figures");
  if (!fresh) return;
  const isSame = fresh.innerHTML === box.innerHTML;
  if (!isSame && box.contains(document.activeElement)) return; // nobody loses the place where they are
  date(when);
  if (isSame) return;
  const isOpen = box.querySelector("details[open]") !== null;
  box.innerHTML = fresh.innerHTML;
  const table = box.querySelector("details");
  if (table) table.open = isOpen;
  const said = box.firstElementChild.dataset.said;
  if (said && said !== status.textContent && Date.now() - spoken > SPEAK) {
    status.textContent = said;
    spoken = Date.now();
  }
}

function date(when) {
  const time = document.querySelector("#taken time");
  const shown = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: time.dataset.zone };
  const language = document.documentElement.lang === "fr" ? "fr" : "en-GB";
  time.dateTime = when.toISOString();
  time.textContent = new Intl.DateTimeFormat(language, shown).format(when);
}

async function refresh() {
  clearTimeout(timer);
  if (document.hidden || busy) return;
  busy = true;
  const patience = new AbortController();
  const end = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(box.dataset.from, {
      cache: "no-cache",
      credentials: "same-origin",
      signal: patience.signal,
    });
    if (answer.redirected || answer.status === 401 || answer.status === 403) return location.reload();
    if (answer.ok) put(await answer.text(), new Date(answer.headers.get("Date")));
  } catch {
    // No network: the time of the figures says how old they are.
  } finally {
    clearTimeout(end);
    busy = false;
  }
  timer = setTimeout(refresh, PAUSE);
}

if (box && box.dataset.from) {
  timer = setTimeout(refresh, PAUSE);
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  addEventListener("online", refresh);
}
