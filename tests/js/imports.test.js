/** The rooms of the page's modules: each may import from itself and from the rooms below it. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";

const ROOT = new URL("../../static/js/", import.meta.url);
/** From the top down. The shapes in types.d.ts are for all. */
const ROOMS = "main.js standalone features views paint server state figures model base pages";
const MOST = { files: 24, folders: 12 };
/** Static, lazy, and of a type. */
const IMPORT = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

const EXPORT = /^export (?:async )?(?:function\*? ?|class |const )(\w+)/gm;

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) =>
  /\.(js|ts)$/.test(path),
);
const modules = files.filter((path) => path.endsWith(".js"));
const rank = (/** @type {string} */ path) => ROOMS.split(" ").indexOf(path.split("/")[0] ?? "");

test("every module is in a room", () => {
  assert.ok(modules.length > 100);
  assert.deepEqual(
    modules.filter((path) => rank(path) < 0),
    [],
  );
});

test("a module imports only from its own room and from those below", () => {
  const upward = modules.flatMap((path) =>
    [...readFileSync(new URL(path, ROOT), "utf8").matchAll(IMPORT)]
      .map(([, specifier = ""]) => join(dirname(path), specifier))
      .filter((other) => other !== "types.js" && rank(other) < rank(path))
      .map((other) => `${path} -> ${other}`),
  );
  assert.deepEqual(upward, []);
});

test("no room holds more than can be taken in at a glance", () => {
  const folders = [...new Set(files.flatMap((path) => [dirname(path), dirname(dirname(path))]))];
  const held = (/** @type {string[]} */ paths, /** @type {string} */ room) =>
    paths.filter((path) => path !== room && dirname(path) === room).length;
  assert.deepEqual(
    folders.filter((room) => held(files, room) > MOST.files || held(folders, room) > MOST.folders),
    [],
  );
});

test("a name is exported by one module alone", () => {
  /** @type {Map<string, string[]>} */
  const exported = new Map();
  // Those of standalone/ stand in for others of the same names, and the sections of a dialog have one interface.
  for (const path of modules.filter((one) => !one.startsWith("standalone/")))
    for (const [, name = ""] of readFileSync(new URL(path, ROOT), "utf8").matchAll(EXPORT))
      exported.set(name, [...(exported.get(name) ?? []), path]);
  exported.delete("create");
  assert.deepEqual(
    [...exported].filter(([, paths]) => paths.length > 1),
    [],
  );
});
