import assert from "node:assert/strict";
import { test } from "node:test";

import { layerInput, vectorsAt } from "../../../static/js/model/cell-vectors.js";
import { counting, traceOf } from "../support.js";

/** @type {import("../../../static/js/types.js").Cursor} */
const cursor = {
  layer: 0,
  direction: "forward",
  timestep: 0,
  stage: 0,
  unit: 0,
  sample: 1,
  quantity: "f",
};

test("a cell starts from zeros, or from the states that the request gave", () => {
  const trace = traceOf({ num_layers: 2, bidirectional: true });
  assert.deepEqual([...Array.from(vectorsAt(trace, cursor).c_prev?.values ?? [])], [0, 0, 0, 0]);
  trace.request.c_0 = Array.from({ length: 4 }, (_, row) => [
    [0, 0, 0, 0],
    [row, 1, 2, 3],
  ]);
  const last = { ...cursor, layer: 1, direction: /** @type {const} */ ("reverse"), timestep: 2 };
  assert.deepEqual(vectorsAt(trace, last).c_prev?.values, [3, 1, 2, 3]);
});

test("the past of a reverse cell is the timestep to its right", () => {
  const trace = traceOf({ bidirectional: true });
  const past = vectorsAt(trace, { ...cursor, direction: "reverse", timestep: 1 }).h_prev?.values;
  assert.deepEqual([...Array.from(past ?? [])], [20, 21, 22, 23]);
});

test("a higher layer reads both directions below, as dropout lets them through", () => {
  const trace = traceOf({ num_layers: 2, bidirectional: true });
  assert.deepEqual(layerInput(trace, 0, 1, 1), [6, 7]);
  assert.deepEqual(layerInput(trace, 1, 0, 1), [4, 5, 6, 7, 4, 5, 6, 7]);
  const mask = counting([3, 2, 8]);
  mask.data.fill(2);
  mask.data[9] = 0;
  assert.deepEqual(
    layerInput({ ...trace, masks: { 0: mask } }, 1, 0, 1),
    [8, 0, 12, 14, 8, 10, 12, 14],
  );
});

test("under a projection h is shorter than c", () => {
  const vectors = vectorsAt(traceOf({ proj_size: 2 }), cursor);
  assert.deepEqual(
    [vectors.h?.values.length, vectors.m?.values.length, vectors.c?.values.length],
    [2, 4, 4],
  );
});
