// Writes engines.json anew: `npm pack @mdn/browser-compat-data`, unpack it, then
// `node tests/js/engines-table.mjs FOLDER/package/data.json`. Neither the checks nor the tests need it.

import { readFileSync, writeFileSync } from "node:fs";

const { api, javascript } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const OLD = { chrome: 80, safari: 14, safari_ios: 14 };
const NAME = /^[A-Za-z]\w*$/;

/** Names under which a script finds the one object of an interface. */
const HOLDERS = {
  CacheStorage: "caches",
  Crypto: "crypto",
  Document: "document",
  History: "history",
  IDBFactory: "indexedDB",
  Location: "location",
  MediaDevices: "navigator.mediaDevices",
  Navigator: "navigator",
  Performance: "performance",
  Permissions: "navigator.permissions",
  Screen: "screen",
  ServiceWorkerContainer: "navigator.serviceWorker",
  StorageManager: "navigator.storage",
  SubtleCrypto: "crypto.subtle",
};
const SCOPES = ["DedicatedWorkerGlobalScope", "ServiceWorkerGlobalScope", "Window", "WorkerGlobalScope"];
const NAMESPACES = ["Atomics", "Intl", "JSON", "Math", "Reflect", "Symbol"];

/** Methods of the language that other objects have, too, under the same name. */
const AMBIGUOUS = ["cause", "drop", "errors", "move", "register", "take", "unregister", "use"];

/** Whether every engine that we promise has it, without a flag or a prefix. */
function isOld({ support }) {
  return Object.keys(OLD).every((engine) =>
    [].concat(support[engine] || []).some((one) => {
      if (one.flags || one.prefix || one.alternative_name || one.version_removed) return false;
      return one.version_added === true || parseFloat(String(one.version_added).replace("≤", "")) <= OLD[engine];
    }),
  );
}

const parts = (one) => Object.entries(one).filter(([name, part]) => name !== "__compat" && part.__compat);
const isStatic = (part) => [].concat(part.__compat.spec_url || "").some((url) => /#sec-(\w+)\.(?!prototype)/.test(url));
const [globals, members, methods, known] = [new Set(), new Set(), new Set(), new Set()];

for (const [name, builtin] of Object.entries(javascript.builtins)) {
  if (builtin.__compat && !isOld(builtin.__compat)) globals.add(name);
  for (const [part, facts] of parts(builtin)) {
    if (!NAME.test(part) || part.includes("_") || part === name) continue;
    if (isOld(facts.__compat)) known.add(part);
    else if (NAMESPACES.includes(name) || isStatic(facts)) members.add(`${name}.${part}`);
    else if (/^[a-z]/.test(part)) methods.add(part);
  }
}
for (const [name, object] of Object.entries(api)) {
  if (object.__compat && !isOld(object.__compat)) globals.add(name);
  for (const [part, facts] of parts(object)) {
    const plain = part.replace(/_static$/, "");
    if (!NAME.test(plain) || plain.includes("_") || plain === name || isOld(facts.__compat)) continue;
    if (part !== plain) members.add(`${name}.${plain}`);
    else if (HOLDERS[name]) members.add(`${HOLDERS[name]}.${plain}`);
    else if (SCOPES.includes(name)) globals.add(plain);
  }
}
for (const name of [...known, ...AMBIGUOUS]) methods.delete(name);

const table = { globals: [...globals].sort(), members: [...members].sort(), methods: [...methods].sort() };
writeFileSync(new URL("engines.json", import.meta.url), `${JSON.stringify(table, null, 1)}\n`);
