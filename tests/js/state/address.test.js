import assert from "node:assert/strict";
import { test } from "node:test";

import { createAddress } from "../../../static/js/state/address.js";
import { complete } from "../../../static/js/model/request.js";
import { fromHash, toHash } from "../../../static/js/state/url.js";
import { traceOf } from "../support.js";

/** @type {import("../../../static/js/types.js").Cursor} */
const cursor = {
  layer: 0,
  direction: "forward",
  timestep: 2,
  stage: 0,
  unit: 0,
  sample: 0,
  quantity: "c",
};
const state = {
  preset: "recall",
  edited: false,
  request: complete({}),
  trace: traceOf(),
  cursor,
  order: "computation",
  level: "network",
};

/** A browser's address and history, and a page that shows `shown`. @param {object} shown */
function browser(shown) {
  const entries = [toHash(/** @type {any} */ (shown))];
  let at = 0;
  const found = {
    entries,
    /** The address changes at once; the page is told later. @param {number} by */
    step(by) {
      at += by;
    },
    address: /** @type {ReturnType<typeof createAddress>} */ (/** @type {unknown} */ (null)),
  };
  Object.assign(globalThis, {
    location: {
      get hash() {
        return entries[at];
      },
    },
    history: {
      /** @param {null} _ @param {string} __ @param {string} hash */
      pushState(_, __, hash) {
        entries.splice(++at, Infinity, hash);
      },
      /** @param {null} _ @param {string} __ @param {string} hash */
      replaceState(_, __, hash) {
        entries[at] = hash;
      },
    },
  });
  found.address = createAddress(/** @type {any} */ ({ get: () => shown, subscribe() {} }));
  return found;
}

test("a new thing to look at is a new entry, a moved cursor is none", () => {
  const shown = { ...state };
  const { address, entries } = browser(shown);
  shown.cursor = { ...cursor, timestep: 3 };
  address.write();
  assert.equal(entries.length, 1);
  assert.equal(fromHash(entries[0] ?? "").cursor?.timestep, 3);
  address.step();
  shown.level = "cell";
  address.write();
  assert.deepEqual(
    entries.map((hash) => fromHash(hash).level),
    ["network", "cell"],
  );
});

test("an address that the page was not told of yet is not written over", () => {
  const shown = { ...state };
  const { address, entries, step } = browser(shown);
  address.step();
  shown.level = "cell";
  address.write();
  step(-1);
  address.met();
  shown.level = "network";
  address.write();
  step(+1);
  const before = [...entries];
  address.write();
  assert.deepEqual(entries, before);
  address.met();
  shown.level = "cell";
  shown.cursor = { ...cursor, timestep: 4 };
  address.write();
  assert.equal(fromHash(entries[1] ?? "").cursor?.timestep, 4);
});
