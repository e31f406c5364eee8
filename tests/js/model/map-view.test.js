import assert from "node:assert/strict";
import { test } from "node:test";

import {
  PLAIN_VIEW,
  followed,
  packView,
  shifted,
  sightOf,
  spanOrAll,
  unzoomed,
  viewIn,
} from "../../../static/js/model/map-view.js";
import { arrangementOf } from "../../../static/js/model/unit-order.js";
import { traceOf } from "../support.js";

/** @type {import("../../../static/js/model/map-view.js").MapView} */
const zoomed = { units: "half_life", colours: "local", time: [100, 200], rows: [0, 2] };

test("units stand with the largest on top, equals by index, what is no number last", () => {
  const known = {
    mean_f: [0.5, 0.9, 0.5, null, 1],
    variance_c: [1, 1, 1, 1, 1],
    half_life: [1, 6, 1, null, null],
  };
  assert.deepEqual(arrangementOf("mean_f", known, 5).units, [4, 1, 0, 2, 3]);
  assert.deepEqual(arrangementOf("half_life", known, 5).units, [4, 1, 0, 2, 3]);
  assert.deepEqual(arrangementOf("variance_c", known, 5).units, [0, 1, 2, 3, 4]);
  const { units, rows } = arrangementOf("mean_f", known, 5);
  assert.ok(units.every((unit, row) => rows[unit] === row));
  assert.deepEqual(arrangementOf("mean_f", null, 2).units, [0, 1]);
});

test("a view comes back from its link, and a plain one takes no room in it", () => {
  assert.deepEqual(viewIn(new URLSearchParams(packView(zoomed))), zoomed);
  assert.equal(packView(zoomed), "&units=half_life&colours=local&time=100-200&rows=0-2");
  assert.equal(packView(PLAIN_VIEW), "");
  assert.deepEqual(viewIn(new URLSearchParams("units=x&colours=y&time=9-3&rows=-1-2")), PLAIN_VIEW);
});

test("what is in sight lies in the trace, and the whole is no span", () => {
  assert.deepEqual(sightOf(zoomed, traceOf({}, { seqLen: 150 })), {
    time: [100, 150],
    rows: [0, 2],
  });
  assert.deepEqual(sightOf(zoomed, traceOf()), { time: [2, 3], rows: [0, 2] });
  assert.deepEqual(sightOf(unzoomed(zoomed), traceOf()), { time: [0, 3], rows: [0, 4] });
  assert.equal(spanOrAll([0, 3], 3), null);
  assert.deepEqual(spanOrAll([1, 3], 3), [1, 3]);
});

test("a span is moved no further than its place asks, and never beyond its bounds", () => {
  assert.deepEqual(shifted([10, 20], 15, [0, 100]), [10, 20]);
  assert.deepEqual(shifted([10, 20], 25, [0, 100]), [16, 26]);
  assert.deepEqual(shifted([10, 20], 3, [0, 100]), [3, 13]);
  assert.deepEqual(shifted([10, 20], 99, [0, 100]), [90, 100]);
});

test("another window is looked at as the last one was", () => {
  const before = { ...traceOf(), start: 0, stop: 1000, seqLen: 9000, windowSize: 1000 };
  const trace = { ...before, start: 1000, stop: 2000 };
  const after = (
    /** @type {import("../../../static/js/model/map-view.js").Span | null} */ time,
    at = 1500,
  ) => followed({ ...PLAIN_VIEW, time }, before, trace, at).time;
  assert.deepEqual(after([0, 1000]), [1000, 2000]);
  assert.deepEqual(after([100, 200]), [1401, 1501]);
  assert.deepEqual(after([500, 3000]), [500, 3000]);
  assert.deepEqual(after([5000, 7000]), [1500, 3500]);
  assert.equal(after(null), null);
});
