// Keeps the page of a print run current while it is made. Without this the page is loaded anew every few seconds.

const PAUSE = 1500; // milliseconds between two looks

const part = (place, id) => place.querySelector(`#${id}, ${id}`);

async function look() {
  let fresh;
  try {
    const got = await fetch(location.href);
    if (!got.ok) return location.reload(); // signed out, or gone: the page itself says so
    fresh = new DOMParser().parseFromString(await got.text(), "text/html");
  } catch {
    return setTimeout(look, PAUSE); // no network for a moment
  }
  const [told, rest] = [part(document, "told"), part(document, "rest")];
  const said = part(fresh, "told").textContent;
  if (told.textContent !== said) told.textContent = said;
  if (fresh.querySelector("[data-open]")) {
    part(document, "progress").value = part(fresh, "progress").value;
    part(document, "count").textContent = part(fresh, "count").textContent;
    return setTimeout(look, PAUSE);
  }
  const hadFocus = rest.contains(document.activeElement);
  rest.innerHTML = part(fresh, "rest").innerHTML;
  if (hadFocus) told.focus();
}

setTimeout(look, PAUSE);
