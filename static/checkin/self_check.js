// Tries what this phone can: whether codes are read, the page is kept, and storage stays.

/** A code of 21 × 21 modules that says TEXT, a row each. */
const TEXT = "READY";
const ROWS =
  "1fcb7f 104941 17475d 174a5d 17595d 104741 1fd57f 001000 0678d0 0c31e6 02f536 14b2c6 1c615f 0019a5 1fd41d 1047c5 " +
  "174ec1 175612 175d14 1047d8 1fc5a2";
const MODULE = 8;
const QUIET = 4;
/** The page's worker answers at once or, as in a browser's private window, never. */
const PATIENCE = 3_000;

/** Draws the code and has it read. */
export async function reads(reader) {
  const rows = ROWS.split(" ").map((row) => parseInt(row, 16));
  const side = (rows.length + 2 * QUIET) * MODULE;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, side, side);
  pen.fillStyle = "#000";
  rows.forEach((row, y) => {
    for (let x = 0; x < rows.length; x++) {
      const isDark = (row >> (rows.length - 1 - x)) & 1;
      if (isDark) pen.fillRect((x + QUIET) * MODULE, (y + QUIET) * MODULE, MODULE, MODULE);
    }
  });
  try {
    return (await reader.read(canvas)) === TEXT;
  } catch (_error) {
    return false; // whatever keeps it from reading: it does not read
  }
}

/** Whether the page's worker is at work and has every file; null while it is not. */
export async function isKept() {
  const worker = navigator.serviceWorker;
  if (!worker) return false;
  if (!worker.controller) return null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data.isKept ? true : null);
    setTimeout(() => resolve(null), PATIENCE);
  });
  worker.controller.postMessage("is all kept?", [port2]);
  return answer;
}

/** Asks the browser to keep what this page stores, and whether it does. */
export async function isPersisted() {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}

/** Whether this page may use the camera without asking again. */
export async function isCameraAllowed() {
  if (!navigator.permissions) return false;
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch (_error) {
    return false; // some browsers do not tell
  }
}
