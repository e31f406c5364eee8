import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { translator } from "../../static/js/i18n.js";

const root = new URL("../../", import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, root), "utf8");
/** @param {string} folder @param {string} suffix @returns {string[]} */
const files = (folder, suffix) => readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(suffix)).map((name) => `${folder}${name}`);
/** @param {string} language @returns {Record<string, string>} */
const catalog = (language) => Object.assign({}, ...files(`static/i18n/${language}/`, ".json").map((path) => JSON.parse(read(path))));

const english = catalog("en");
const chinese = catalog("zh");
const sources = [...files("static/js/", ".js"), ...files("templates/", ".html")].map((path) => ({ path, text: read(path) }));

/** @param {string} message */
const holes = (message) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both languages have the same keys, with the same holes in each message", () => {
  assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  for (const [key, message] of Object.entries(english)) assert.deepEqual(holes(chinese[key] ?? ""), holes(message), key);
});

test("every key that the templates and modules name is in the catalog", () => {
  for (const { path, text } of sources) {
    for (const [, key = ""] of text.matchAll(/\bt\(\s*["']([\w.]+)["']\s*[,)]/g)) assert.ok(key in english, `${path}: ${key}`);
    for (const [, start = ""] of text.matchAll(/\bt\(\s*["'`]([a-z][\w.]*\.)(?:["']\s*~|\$\{)/g)) {
      assert.ok(Object.keys(english).some((key) => key.startsWith(start)), `${path}: ${start}`);
    }
  }
});

test("every key of the page's own catalog is named somewhere", () => {
  const all = sources.map(({ text }) => text).join("\n");
  const starts = [...all.matchAll(/["'`]([a-z][\w.]*\.)(?:["']\s*~|\$\{)/g)].map(([, start = ""]) => start);
  for (const key of Object.keys(JSON.parse(read("static/i18n/en/page.json")))) {
    const named = all.includes(`"${key}"`) || all.includes(`'${key}'`) || starts.some((start) => key.startsWith(start));
    assert.ok(named, key);
  }
});

test("no template and no view says a word of its own", () => {
  const allowed = new Set(["LSTM Lens", "EN", "English", "中", "文", "…", "Shift ←", "Shift →", "Home", "End", "Esc", "Swagger"]);
  for (const { path, text } of sources.filter(({ path: name }) => name.endsWith(".html") && !name.endsWith("docs.html"))) {
    const bare = text.replace(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, "").replace(/<[^>]*>/g, "\n").replace(/&nbsp;/g, "");
    for (const line of bare.split("\n").map((part) => part.trim()).filter(Boolean)) {
      assert.ok(allowed.has(line.replace(/\W+$/, "")) || allowed.has(line) || !/[A-Za-z]{3}/.test(line), `${path}: ${line}`);
    }
  }
});

test("a message is filled by name, and an unknown key is a fault", () => {
  const t = translator({ "a.b": "t = {t}, {missing}" });
  assert.equal(t("a.b", { t: 3 }), "t = 3, {missing}");
  assert.throws(() => t("a.c"));
});
