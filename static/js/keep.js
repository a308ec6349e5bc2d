// Has guests' pages kept on this device, for times without a network (sw.js). Where the browser has no such worker, as
// without HTTPS, everything else goes on.

const { serviceWorker } = navigator;
const isFirst = serviceWorker && !serviceWorker.controller;

// The worker wrote into a kept page how old it is; written again, a screen reader says it.
const age = document.getElementById("age");
if (age && !age.hidden) setTimeout(() => { age.textContent = `${age.textContent}`; }, 1000);

async function start() {
  try {
    await serviceWorker.register("/sw.js");
    if (!isFirst) return;
    // This page came before the worker: it is kept now, with the pictures that were seen.
    const seen = [...document.images].filter((image) => image.complete).map((image) => image.currentSrc);
    (await serviceWorker.ready).active.postMessage([location.href, ...seen]);
  } catch (error) {
    console.warn("Pages are not kept for times without a network:", error); // private windows may forbid it
  }
}

const later = () => (window.requestIdleCallback || setTimeout)(start);
if (serviceWorker) {
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}
