// Our scripts run in Chrome 80 and Safari 14: no newer syntax, no newer part of a browser unless it is asked for first.
//
// engines.json lists what came later: globals, members of known objects, and methods of the language's own values, as
// MDN's browser-compat-data tells (docs/decisions/0069-old-engines.md says how it is made).

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "./vendor/acorn-8.19.0/acorn.mjs";

const STATIC = new URL("../../static/", import.meta.url);
const table = JSON.parse(readFileSync(new URL("engines.json", import.meta.url), "utf-8"));
const [globals, members, methods] = ["globals", "members", "methods"].map((name) => new Set(table[name]));

/** What a file uses only after asking whether it is there, or in a `try` that does without. */
const ASKED_FOR = {
  "checkin/app.js": ["crypto.randomUUID"],
  "checkin/camera.js": ["BarcodeDetector"],
  "checkin/decoder.js": ["Object.hasOwn"],
  "checkin/self_check.js": ["navigator.permissions", "navigator.storage"],
  "checkin/signals.js": ["navigator.vibrate", "navigator.wakeLock"],
  "js/share.js": [
    "navigator.share",
    "navigator.canShare",
    "navigator.wakeLock",
    "document.fullscreenElement",
    "document.exitFullscreen",
    "screen.orientation",
  ],
  "js/timetable.js": ["document.adoptedStyleSheets"],
};

/** ES2021 brought numeric separators, which both engines read, and logical assignment, which neither does. */
const NOT_YET = new Set(["&&=", "||=", "??="]);
const NEWER_SELECTOR = /:(has|is|where)\(/;
const NEWER_PATTERN = /\(\?<[=!]/;

function* nodes(node) {
  if (Array.isArray(node)) for (const one of node) yield* nodes(one);
  else if (node && typeof node.type === "string") {
    yield node;
    for (const key of Object.keys(node)) if (key !== "type") yield* nodes(node[key]);
  }
}

/** `navigator.wakeLock` for the expression that says so; empty for any other. */
function path(node) {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed) return "";
  const object = path(node.object);
  return object && `${object.replace(/^(window|self|globalThis)\./, "")}.${node.property.name}`;
}

/** What a script uses that old engines lack. */
function newer(code) {
  const tree = parse(code, { ecmaVersion: 2021, sourceType: "module" });
  const all = [...nodes(tree)];
  // What a script names itself is no part of a browser: methods, parameters, keys, imports.
  const own = new Set();
  const notGlobal = new Set();
  for (const node of all) {
    if (node.type === "MethodDefinition" || node.type === "Property") own.add(node.key.name);
    if ((node.type === "MethodDefinition" || node.type === "Property") && !node.shorthand) notGlobal.add(node.key);
    if (node.type === "MemberExpression" && !node.computed) notGlobal.add(node.property);
    if (/^(Function|ArrowFunction)/.test(node.type)) {
      for (const inner of nodes(node.params)) if (inner.type === "Identifier") own.add(inner.name);
    }
    if (node.id && node.id.type) for (const inner of nodes(node.id)) if (inner.name) own.add(inner.name);
    if (/^Import.*Specifier$/.test(node.type)) own.add(node.local.name);
  }
  const found = new Set();
  for (const node of all) {
    if (NOT_YET.has(node.operator)) found.add(node.operator);
    if (node.type === "Literal" && node.regex) {
      if (NEWER_PATTERN.test(node.regex.pattern) || /[dv]/.test(node.regex.flags)) found.add(node.raw);
    } else if (node.type === "Literal" && NEWER_SELECTOR.test(node.value)) found.add(node.value);
    if (node.type === "Identifier" && globals.has(node.name) && !own.has(node.name) && !notGlobal.has(node)) {
      found.add(node.name);
    }
    if (node.type === "MemberExpression" && members.has(path(node))) found.add(path(node));
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && !node.callee.computed) {
      const { name } = node.callee.property;
      if (methods.has(name) && !own.has(name)) found.add(`.${name}()`);
    }
  }
  return [...found];
}

const scripts = readdirSync(STATIC, { recursive: true, withFileTypes: false })
  .map(String)
  .filter((name) => name.endsWith(".js") && !name.includes("vendor/"))
  .sort();
/** Methods of ours are called from other files than their own. */
const ours = new Set();
for (const name of scripts) {
  const tree = parse(readFileSync(new URL(name, STATIC), "utf-8"), { ecmaVersion: "latest", sourceType: "module" });
  for (const node of nodes(tree)) if (node.type === "MethodDefinition") ours.add(node.key.name);
}
for (const name of ours) methods.delete(name);

for (const name of scripts) {
  test(`old engines run ${name}`, () => {
    const found = newer(readFileSync(new URL(name, STATIC), "utf-8"));
    const asked = ASKED_FOR[name] || [];
    assert.deepEqual(
      found.filter((one) => !asked.some((known) => one === known || one.startsWith(`${known}.`))),
      [],
    );
  });
}

for (const [code, expected] of [
  ["x ??= 1", "??="],
  ["[1].at(0)", ".at()"],
  ["scan.at", undefined],
  ['"a".replaceAll("a", "b")', ".replaceAll()"],
  ["structuredClone({})", "structuredClone"],
  ["window.structuredClone({})", undefined],
  ["Promise.any([])", "Promise.any"],
  ["navigator.locks.request", "navigator.locks"],
  ["/(?<=a)b/", "/(?<=a)b/"],
  ['document.querySelector(":has(a)")', ":has(a)"],
  ["a?.b ?? 1_000", undefined],
]) {
  test(`it is noticed: ${code}`, () => assert.equal(newer(code)[0], expected));
}

for (const code of ["class A { #a = 1 }", "await 1; export {}", "class A { a = 1 }"]) {
  test(`syntax is refused: ${code}`, () =>
    assert.throws(() => parse(code, { ecmaVersion: 2021, sourceType: "module" })));
}
