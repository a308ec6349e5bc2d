// A ticket on its page: sent by the phone's own sharing, and shown bright and large on the whole screen. Without this, the
// links for messengers are there, and the code as it stands on the page.

import "./keep.js";

const [bright, share, picture, ways] = ["bright", "share", "picture", "ways"].map((id) => document.getElementById(id));
const ignore = () => {}; // what a phone will not do is a comfort less; the code is there

if (navigator.share) {
  share.hidden = false;
  ways.hidden = true;
  share.onclick = send;
}
bright.hidden = false;
bright.onclick = show;

async function send() {
  const text = new URL(ways.querySelector("a").href).searchParams.get("text");
  const files = await pictures();
  try {
    await navigator.share(files ? { files, text } : { text });
  } catch (error) {
    if (error.name !== "AbortError") ways.hidden = false; // whoever closed the choice meant it; anything else is no choice
  }
}

// The picture of the ticket as a file, where this phone can send files and there is a network.
async function pictures() {
  if (!navigator.canShare) return null;
  try {
    const got = await fetch(picture.href);
    const files = got.ok && [new File([await got.blob()], picture.download, { type: "image/png" })];
    return files && navigator.canShare({ files }) ? files : null;
  } catch {
    return null;
  }
}

function show() {
  const screen = document.createElement("div");
  screen.className = "bright";
  screen.setAttribute("role", "dialog");
  screen.setAttribute("aria-modal", "true");
  screen.setAttribute("aria-label", bright.textContent);
  const button = document.createElement("button");
  button.className = "btn quiet";
  button.textContent = bright.dataset.close;
  screen.append(...[".qr svg", ".code"].map((part) => document.querySelector(part).cloneNode(true)), button);
  const others = [...document.body.children];
  let lock = null;

  const awake = async () => {
    if (!navigator.wakeLock || document.hidden || !screen.isConnected) return;
    lock = await navigator.wakeLock.request("screen").catch(ignore);
    if (!screen.isConnected) sleep();
  };
  const sleep = () => lock && lock.release().catch(ignore);
  const changed = () => document.fullscreenElement || close(); // Escape leaves the whole screen and says nothing else
  const pressed = (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") event.preventDefault(); // there is one button only
  };

  function close() {
    if (!screen.isConnected) return;
    screen.remove();
    for (const other of others) other.inert = false;
    document.removeEventListener("keydown", pressed);
    document.removeEventListener("fullscreenchange", changed);
    document.removeEventListener("visibilitychange", awake);
    sleep();
    if (document.fullscreenElement) document.exitFullscreen().catch(ignore);
    bright.focus();
  }

  for (const other of others) other.inert = true;
  document.body.append(screen);
  button.focus();
  screen.onclick = close;
  document.addEventListener("keydown", pressed);
  document.addEventListener("fullscreenchange", changed);
  document.addEventListener("visibilitychange", awake);
  awake();
  whole(screen);
}

async function whole(screen) {
  if (!screen.requestFullscreen) return;
  try {
    await screen.requestFullscreen({ navigationUI: "hide" });
    await window.screen.orientation.lock("portrait");
  } catch (error) {
    console.debug("Not on the whole screen, or not held upright:", error.message); // as on iPhones and computers
  }
}
