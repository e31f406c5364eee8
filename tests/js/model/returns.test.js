import assert from "node:assert/strict";
import { test } from "node:test";

import { axesOf, leadingIndices, returnedAs } from "../../../static/js/model/returns.js";
import { traceOf } from "../support.js";

test("output is the top layer, h_n and c_n the last computed timestep of every cell", () => {
  const trace = traceOf({ num_layers: 2 });
  assert.deepEqual(returnedAs(trace, 1, "forward", 0, 1), ["output[0, 1, :]"]);
  assert.deepEqual(returnedAs(trace, 1, "forward", 2, 1), [
    "output[2, 1, :]",
    "h_n[1, 1]",
    "c_n[1, 1]",
  ]);
  assert.deepEqual(returnedAs(trace, 0, "forward", 1, 0), []);
});

test("the reverse direction ends at t = 0, and fills the second half of output", () => {
  const trace = traceOf({ num_layers: 2, bidirectional: true });
  assert.deepEqual(returnedAs(trace, 1, "reverse", 0, 0), [
    "output[0, 0, 4:]",
    "h_n[3, 0]",
    "c_n[3, 0]",
  ]);
  assert.deepEqual(returnedAs(trace, 1, "reverse", 2, 0), ["output[2, 0, 4:]"]);
});

test("batch_first turns output and leaves the states", () => {
  const trace = traceOf({ batch_first: true });
  assert.deepEqual(returnedAs(trace, 0, "forward", 2, 1), [
    "output[1, 2, :]",
    "h_n[0, 1]",
    "c_n[0, 1]",
  ]);
  assert.equal(axesOf(trace, "output"), "(N, T, H)");
  assert.equal(axesOf(trace, "h_n"), "(L, N, H)");
});

test("an unbatched call has no sample axis anywhere", () => {
  const trace = traceOf({}, { batchSize: 1, unbatched: true });
  assert.deepEqual(returnedAs(trace, 0, "forward", 2, 0), ["output[2, :]", "h_n[0]", "c_n[0]"]);
  assert.equal(axesOf(trace, "output"), "(T, H)");
});

test("a shorter sample ends where its length says", () => {
  const trace = traceOf({}, { lengths: [3, 2] });
  assert.ok(returnedAs(trace, 0, "forward", 1, 1).includes("h_n[0, 1]"));
});

test("a projection shortens h_n and output, not c_n", () => {
  const trace = traceOf({ proj_size: 3, bidirectional: true });
  assert.equal(axesOf(trace, "output"), "(T, N, 2\u00b7P)");
  assert.equal(axesOf(trace, "c_n"), "(2\u00b7L, N, H)");
  assert.ok(returnedAs(trace, 0, "forward", 0, 0).includes("output[0, 0, :3]"));
});

test("leading indices count like torch prints", () => {
  assert.deepEqual(leadingIndices([2, 2, 5]), [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
});
