import assert from "node:assert/strict";
import { test } from "node:test";

import { mapPixels } from "../../../static/js/figures/map-sketch.js";

const table = Uint32Array.from({ length: 256 }, (_, k) => k);
const colours = { range: /** @type {[number, number]} */ ([0, 1]), table, empty: 999 };
const grid = {
  times: [0, 1, 2],
  rows: [0, 1, 2],
  units: [0, 1],
  size: 2,
  low: null,
  high: null,
  z: [Float32Array.of(0, 1), Float32Array.of(NaN, 0.2)],
};
const all = {
  time: /** @type {[number, number]} */ ([0, 2]),
  rows: /** @type {[number, number]} */ ([0, 2]),
};

test("each tile has its share of the pixels, the first row on top, and none where there is no number", () => {
  assert.deepEqual(
    [...mapPixels(grid, all, colours, { width: 4, height: 2 })],
    [0, 0, 255, 255, 999, 999, 51, 51],
  );
});

test("a part in sight fills all the pixels", () => {
  assert.deepEqual(
    [...mapPixels(grid, { time: [1, 2], rows: [0, 2] }, colours, { width: 2, height: 2 })],
    [255, 255, 51, 51],
  );
});

test("tiles of unequal length are as wide as the timesteps that they stand for", () => {
  const coarse = { ...grid, times: [0, 3, 4] };
  assert.deepEqual(
    [...mapPixels(coarse, { time: [0, 4], rows: [0, 1] }, colours, { width: 4, height: 1 })],
    [0, 0, 0, 255],
  );
});

test("what lies beside the tiles is empty", () => {
  assert.deepEqual(
    [...mapPixels(grid, { time: [0, 4], rows: [0, 1] }, colours, { width: 4, height: 1 })],
    [0, 255, 999, 999],
  );
});

test("numbers outside of the range have the colour of its end", () => {
  const narrow = { ...colours, range: /** @type {[number, number]} */ ([0.25, 0.5]) };
  assert.deepEqual(
    [...mapPixels(grid, { time: [0, 2], rows: [0, 1] }, narrow, { width: 2, height: 1 })],
    [0, 255],
  );
});
