/** What is kept of other projects is what they published. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, ROOT));

for (const name of ["plotly-cartesian.min.js", "LICENSE"]) {
  test(`static/plotly/${name} is that of the pinned package`, async () => {
    const [kept, published] = await Promise.all([read(`static/plotly/${name}`), read(`node_modules/plotly.js-cartesian-dist-min/${name}`)]);
    assert.ok(kept.equals(published), "copy it from node_modules/plotly.js-cartesian-dist-min");
  });
}
