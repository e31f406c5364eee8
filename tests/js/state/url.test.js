import assert from "node:assert/strict";
import { test } from "node:test";

import { complete } from "../../../static/js/model/request.js";
import { fromHash, pack, toHash, unpack, unpackCursor } from "../../../static/js/state/url.js";
import { traceOf } from "../support.js";

/** @type {import("../../../static/js/types.js").Cursor} */
const cursor = {
  layer: 1,
  direction: "reverse",
  timestep: 3,
  stage: 2,
  unit: 7,
  sample: 1,
  quantity: "o",
};
const request = complete({ config: { input_size: 2, hidden_size: 8, bidirectional: true } });
const shown = {
  preset: null,
  edited: true,
  request,
  trace: traceOf(),
  cursor,
  order: /** @type {const} */ ("column"),
};

test("a preset and the cursor make a short link", () => {
  assert.equal(
    toHash({ ...shown, preset: "recall", edited: false, order: "computation" }),
    "#preset=recall&at=1.reverse.3.2.7.1.o",
  );
});

test("settings of one's own come back from the link that they make", () => {
  const opened = fromHash(toHash(shown));
  assert.deepEqual(opened.request, request);
  assert.deepEqual(opened.cursor, cursor);
  assert.equal(opened.order, "column");
});

test("a changed preset keeps its name beside the settings", () => {
  const opened = fromHash(toHash({ ...shown, preset: "recall" }));
  assert.equal(opened.preset, "recall");
  assert.deepEqual(opened.request, request);
});

test("settings too long for a link are named by the id of their trace", () => {
  const values = Array.from({ length: 400 }, (_, t) => [t + 0.25, t + 0.5]);
  const long = { ...request, input: { kind: /** @type {const} */ ("values"), values } };
  assert.match(toHash({ ...shown, request: long }), /^#trace=t&at=/);
});

test("any text survives packing", () => {
  const value = { name: "门 ~ ÿ?/+", numbers: [1, -0.5] };
  assert.match(pack(value), /^[\w-]+$/);
  assert.deepEqual(unpack(pack(value)), value);
});

test("what cannot be read counts as absent", () => {
  for (const hash of [
    "",
    "#",
    "#request=%%%",
    "#request=bm9wZQ",
    "#at=1.up.0.0.0.0.f",
    "#at=-1.forward.0.0.0.0.f",
  ]) {
    const opened = fromHash(hash);
    assert.equal(opened.request, null);
    assert.equal(opened.cursor, null);
  }
  assert.equal(unpackCursor("0.forward.0.0.0.0.z"), null);
});
