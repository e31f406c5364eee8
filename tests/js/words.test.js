import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { translator } from "../../static/js/base/i18n.js";

const root = new URL("../../", import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, root), "utf8");
/** @param {string} folder @param {string} suffix @returns {string[]} */
const files = (folder, suffix) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(suffix))
    .map((name) => `${folder}${name}`);
/** @param {string} language @returns {Record<string, string>} */
const catalog = (language) =>
  Object.assign(
    {},
    ...files(`static/i18n/${language}/`, ".json").map((path) => JSON.parse(read(path))),
  );

const english = catalog("en");
const chinese = catalog("zh");
const sources = [...files("static/js/", ".js"), ...files("templates/", ".html")].map((path) => ({
  path,
  text: read(path),
}));

/** The server names the sentences of a story. */
const FROM_SERVER = /^preset\.\w+\.story\.\d+$/;
/** What the server says is English already; a test of the server compares its types and values with these. */
const OF_ERRORS = /^error\./;

/** @param {string} message */
const holes = (message) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both languages have the same keys, with the same holes in each message", () => {
  const translated = Object.keys(chinese).filter((key) => !OF_ERRORS.test(key));
  assert.deepEqual(translated.sort(), Object.keys(english).sort());
  for (const [key, message] of Object.entries(english))
    assert.deepEqual(holes(chinese[key] ?? ""), holes(message), key);
});

test("every key that the templates and modules name is in the catalog", () => {
  for (const { path, text } of sources) {
    for (const [, key = ""] of text.matchAll(/\bt\(\s*["']([\w.]+)["']\s*[,)]/g))
      assert.ok(key in english, `${path}: ${key}`);
    for (const [, start = ""] of text.matchAll(/\bt\(\s*["'`]([a-z][\w.]*\.)(?:["']\s*~|\$\{)/g)) {
      assert.ok(
        Object.keys(english).some((key) => key.startsWith(start)),
        `${path}: ${start}`,
      );
    }
  }
});

/** Words that a module or template makes with a hole in them, as patterns: `stage.${name}.label`, "letter." ~ letter.
 * @param {string} text @returns {RegExp[]} */
function patternsOf(text) {
  const literals = [...text.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map(({ index }) =>
    literalAt(text, index + 1),
  );
  const joined = [
    ...text.matchAll(/["']([a-z][\w.]*\.)["'] *~ *\w+(?: *~ *["']([\w.]+)["'])?/g),
  ].map(([, start = "", end = ""]) => [start, end]);
  const pattern = (/** @type {string[]} */ parts, /** @type {string} */ hole) =>
    new RegExp(`^${parts.map((part) => part.replaceAll(".", "\\.")).join(hole)}$`);
  // Templates name fields by their path, which has dots.
  return [
    ...literals.map((parts) => pattern(parts, "\\w+")),
    ...joined.map((parts) => pattern(parts, "[\\w.]+")),
  ];
}

/** What a template literal says between its holes, which may hold literals of their own. @param {string} text @param {number} from */
function literalAt(text, from) {
  const parts = [""];
  let depth = 0;
  for (let k = from; depth > 0 || text[k] !== "`"; k += 1) {
    if (text.startsWith("${", k)) {
      if (depth === 0) parts.push("");
      depth += 1;
      k += 1;
    } else if (depth > 0 && text[k] === "}") depth -= 1;
    else if (depth === 0) parts.push(`${parts.pop()}${text[k]}`);
  }
  return parts;
}

test("a key with a hole stands for those that fit it alone", () => {
  const [made, joined] = patternsOf(
    't(`stage.${of(`${name}`)}.label`) {{ t("field." ~ path) }}',
  ).map((pattern) => (/** @type {string} */ key) => pattern.test(key));
  assert.deepEqual(
    ["stage.gates.label", "stage.gates", "stage.a.b.label", "stages.a.label"].map((key) =>
      made?.(key),
    ),
    [true, false, false, false],
  );
  assert.deepEqual(
    ["field.input.kind", "fields.input"].map((key) => joined?.(key)),
    [true, false],
  );
});

test("every key of every catalog is used", () => {
  const all = sources.map(({ text }) => text).join("\n");
  const patterns = [...sources.flatMap(({ text }) => patternsOf(text)), FROM_SERVER];
  const unused = Object.keys(english).filter(
    (key) =>
      !all.includes(`"${key}"`) &&
      !all.includes(`'${key}'`) &&
      !patterns.some((pattern) => pattern.test(key)),
  );
  assert.deepEqual(unused, []);
});

test("no template and no view says a word of its own", () => {
  const allowed = new Set([
    "LSTM Lens",
    "EN",
    "English",
    "中",
    "文",
    "…",
    "Shift ←",
    "Shift →",
    "Home",
    "End",
    "Esc",
    "Swagger",
  ]);
  for (const { path, text } of sources.filter(
    ({ path: name }) => name.endsWith(".html") && !name.endsWith("docs.html"),
  )) {
    const bare = text
      .replace(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, "")
      .replace(/<[^>]*>/g, "\n")
      .replace(/&nbsp;/g, "");
    for (const line of bare
      .split("\n")
      .map((part) => part.trim())
      .filter(Boolean)) {
      assert.ok(
        allowed.has(line.replace(/\W+$/, "")) || allowed.has(line) || !/[A-Za-z]{3}/.test(line),
        `${path}: ${line}`,
      );
    }
  }
});

test("a message is filled by name, and an unknown key is a fault", () => {
  const t = translator({ "a.b": "t = {t}, {missing}" });
  assert.equal(t("a.b", { t: 3 }), "t = 3, {missing}");
  assert.throws(() => t("a.c"));
});
