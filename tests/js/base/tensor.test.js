import assert from "node:assert/strict";
import { test } from "node:test";

import {
  decode,
  largestMagnitude,
  meanMagnitudes,
  rowAt,
  unitOverTime,
  vectorAt,
} from "../../../static/js/base/tensor.js";
import { counting } from "../support.js";

/** @param {Float32Array | Float64Array} numbers */
const base64 = (numbers) => Buffer.from(numbers.buffer).toString("base64");

test("a base64 tensor decodes to its exact numbers, in both precisions", () => {
  const single = Float32Array.of(0.1, -2, NaN, Infinity);
  const double = Float64Array.of(0.1, Math.PI);
  assert.deepEqual(decode({ dtype: "f4", shape: [2, 2], bdata: base64(single) }).data, single);
  assert.deepEqual(decode({ dtype: "f8", shape: [2], bdata: base64(double) }).data, double);
});

test("a tensor whose numbers do not fill its shape is refused", () => {
  assert.throws(
    () => decode({ dtype: "f4", shape: [3], bdata: base64(Float32Array.of(1, 2)) }),
    RangeError,
  );
});

test("a vector is a timestep of one sample, and shares the tensor's memory", () => {
  const tensor = counting([3, 2, 4]);
  const vector = vectorAt(tensor, 1, 1);
  assert.deepEqual([...vector], [12, 13, 14, 15]);
  assert.equal(vector.buffer, tensor.data.buffer);
});

test("a unit over time", () => {
  const tensor = counting([3, 2, 4]);
  assert.deepEqual([...unitOverTime(tensor, 2, 1)], [6, 14, 22]);
});

test("magnitudes leave NaN out, and a timestep without numbers has no mean", () => {
  const tensor = { shape: [2, 1, 2], data: Float32Array.of(1, -3, NaN, NaN) };
  assert.equal(largestMagnitude([tensor], 0), 3);
  assert.deepEqual([...meanMagnitudes(tensor, 0, [0, 2])], [2, NaN]);
});

test("a row is found under any leading index", () => {
  assert.deepEqual([...rowAt(counting([3, 2, 4]), [2, 1])], [20, 21, 22, 23]);
  assert.deepEqual([...rowAt(counting([3, 4]), [1])], [4, 5, 6, 7]);
});
