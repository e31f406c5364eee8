/** What is kept of other projects is what they published. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, ROOT));

/** Files below static/ and the packages that they are from. */
const KEPT = {
  "plotly/plotly-cartesian.min.js": "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
  "plotly/LICENSE": "plotly.js-cartesian-dist-min/LICENSE",
  "gifenc/gifenc.esm.js": "gifenc/dist/gifenc.esm.js",
  "gifenc/LICENSE.md": "gifenc/LICENSE.md",
  "mediabunny/mediabunny.min.mjs": "mediabunny/dist/bundles/mediabunny.min.mjs",
  "mediabunny/LICENSE": "mediabunny/LICENSE",
};

for (const [kept, published] of Object.entries(KEPT)) {
  test(`static/${kept} is that of the pinned package`, async () => {
    const [ours, theirs] = await Promise.all([
      read(`static/${kept}`),
      read(`node_modules/${published}`),
    ]);
    assert.ok(ours.equals(theirs), `copy it from node_modules/${published}`);
  });
}
