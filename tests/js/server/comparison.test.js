import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../static/js/server/api.js";
import { createComparer } from "../../../static/js/server/comparer.js";
import {
  differences,
  hasPadding,
  largestDifference,
  paddedRequest,
  reasons,
} from "../../../static/js/model/comparison.js";
import * as transitions from "../../../static/js/state/state.js";
import { createStore } from "../../../static/js/base/store.js";
import { traceOf } from "../support.js";

const lengths = [3, 2];
/** @param {import("../../../static/js/types.js").Tensor} tensor @param {number} k @param {number} amount */
const add = ({ data }, k, amount) => {
  data[k] = (data[k] ?? 0) + amount;
};

test("there is something to compare where a packed sample is shorter than T", () => {
  assert.ok(hasPadding(traceOf({}, { lengths })));
  assert.ok(!hasPadding(traceOf({}, { lengths: [3, 3] })));
  assert.ok(!hasPadding(traceOf()));
  assert.equal(paddedRequest(traceOf({}, { lengths })).lengths, null);
});

test("the largest difference is told, and none where there is no number", () => {
  assert.equal(largestDifference([1, -2, 3], [1, 2, 2]), 4);
  assert.ok(Number.isNaN(largestDifference([1, NaN], [1, 2])));
});

for (const batchFirst of [false, true]) {
  test(`output is compared by direction, at valid timesteps only, with batch_first=${batchFirst}`, () => {
    const packed = traceOf({ bidirectional: true, batch_first: batchFirst }, { lengths });
    const padded = traceOf({ bidirectional: true, batch_first: batchFirst });
    const at = (/** @type {number} */ t, /** @type {number} */ n, /** @type {number} */ k) =>
      (batchFirst ? n * 3 + t : t * 2 + n) * 8 + k;
    add(padded.output, at(1, 1, 6), 0.5);
    add(padded.output, at(2, 1, 0), 9);
    const rows = differences(packed, padded);
    assert.deepEqual(
      rows.map(({ output }) => output.map(({ difference }) => difference)),
      [
        [0, 0],
        [0, 0.5],
      ],
    );
  });
}

test("states are compared by layer and direction, sample by sample", () => {
  const packed = traceOf({ num_layers: 2, bidirectional: true }, { lengths });
  const padded = traceOf({ num_layers: 2, bidirectional: true });
  add(padded.h_n, (2 * 2 + 1) * 4, 1);
  add(padded.c_n, 0, 2);
  const [first, second] = differences(packed, padded);
  assert.deepEqual(second?.h_n, [
    { layer: 0, direction: "forward", difference: 0 },
    { layer: 0, direction: "reverse", difference: 0 },
    { layer: 1, direction: "forward", difference: 1 },
    { layer: 1, direction: "reverse", difference: 0 },
  ]);
  assert.equal(first?.c_n[0]?.difference, 2);
  assert.deepEqual([second?.sample, second?.length], [1, 2]);
});

test("the reasons are those that hold of this LSTM", () => {
  assert.deepEqual(reasons(traceOf({}, { lengths: [2, 2] })), ["same", "forward"]);
  assert.deepEqual(reasons(traceOf({ bidirectional: true }, { lengths })), [
    "reverse",
    "forward",
    "whole",
  ]);
  const masked = traceOf({ bidirectional: true, num_layers: 2, dropout: 0.5 }, { lengths });
  masked.request.training = true;
  assert.deepEqual(reasons(masked), ["reverse", "stack", "forward", "masks"]);
});

test("one asks for a comparison, and another trace ends it", async () => {
  const packed = traceOf({}, { lengths });
  const store = createStore(
    transitions.traceArrived(packed, null)(transitions.initialState("light")),
  );
  /** @type {any[]} */
  const sent = [];
  const api = {
    fetchTrace: async () => traceOf(),
  };
  const runs = {
    finish: async (/** @type {any} */ request) => {
      sent.push(request.lengths);
      return { trace: traceOf() };
    },
  };
  const comparer = createComparer(store, api, runs);
  await comparer.compare();
  assert.deepEqual([sent, store.get().comparison?.phase], [[null], "done"]);
  store.update(transitions.traceArrived(traceOf(), null));
  assert.equal(store.get().comparison, null);
  const late = comparer.compare();
  comparer.stop();
  await late;
  assert.equal(store.get().comparison, null);
});

test("a comparison that fails says why", async () => {
  const store = createStore(
    transitions.traceArrived(traceOf({}, { lengths }), null)(transitions.initialState("light")),
  );
  const why = [{ type: "", loc: [], msg: "no" }];
  for (const [error, detail] of /** @type {const} */ ([
    [new ApiError(422, why), why],
    [new TypeError("no network"), null],
  ])) {
    const runs = {
      finish: async () => {
        throw error;
      },
    };
    await createComparer(store, { fetchTrace: async () => traceOf() }, runs).compare();
    assert.deepEqual(store.get().comparison, { phase: "failed", detail });
  }
});
