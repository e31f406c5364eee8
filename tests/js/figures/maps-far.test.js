import assert from "node:assert/strict";
import { test } from "node:test";

import {
  isSingleNumber,
  joined,
  mapNeighbour,
  mapTileAt,
  tilesGrid,
} from "../../../static/js/figures/map-grid.js";
import { createLatest } from "../../../static/js/base/latest.js";
import { tilesFor } from "../../../static/js/server/map-source.js";

/** @param {number[]} times @param {number[]} units @returns {import("../../../static/js/types.js").Tiles} */
function tilesOf(times, units) {
  const mean = Float32Array.from({ length: (times.length - 1) * (units.length - 1) }, (_, k) => k);
  return {
    times,
    units,
    mean,
    min: mean.map((value) => value - 1),
    max: mean.map((value) => value + 1),
  };
}
const turned = { units: [3, 0, 1, 2], rows: [1, 2, 3, 0] };

test("a tile from afar says its timesteps, its unit, and how far its numbers reach", () => {
  const grid = tilesGrid(tilesOf([0, 128, 256, 300], [0, 1, 2, 3, 4]), turned, 4);
  assert.deepEqual(mapTileAt(grid, 130, 0), {
    start: 128,
    stop: 256,
    row: 0,
    rows: 1,
    unit: 3,
    value: 4,
    low: 3,
    high: 5,
  });
  assert.equal(mapTileAt(grid, 300, 0), null);
  assert.equal(isSingleNumber({ start: 128, stop: 256, rows: 1 }), false);
  assert.ok(isSingleNumber({ start: 7, stop: 8, rows: 1 }));
});

test("tiles of several units are of those that stand beside one another", () => {
  const grid = tilesGrid(tilesOf([0, 10], [0, 2, 4]), turned, 4);
  assert.deepEqual(mapTileAt(grid, 0, 3), {
    start: 0,
    stop: 10,
    row: 2,
    rows: 2,
    unit: 1,
    value: 1,
    low: 0,
    high: 2,
  });
});

test("a row whose unit has no number, as h beyond a projection, is no tile", () => {
  const grid = tilesGrid(tilesOf([0, 10], [0, 1, 2, 3, 4]), turned, 3);
  assert.equal(mapTileAt(grid, 0, 0), null);
  assert.equal(mapTileAt(grid, 0, 1)?.unit, 0);
});

test("fine tiles stand among the coarse ones, whose edges give way", () => {
  const coarse = tilesOf([0, 100, 200, 300], [0, 1, 2]);
  assert.deepEqual(
    joined(coarse, tilesOf([120, 130, 140], [0, 1, 2])).times,
    [0, 100, 120, 130, 140, 200, 300],
  );
  const { times, mean } = joined(coarse, tilesOf([120, 130, 140], [0, 1, 2]));
  assert.equal(mean.length, (times.length - 1) * 2);
  assert.deepEqual(joined(coarse, tilesOf([0, 150, 300], [0, 1, 2])).times, [0, 150, 300]);
  assert.deepEqual(
    joined(coarse, tilesOf([100, 150, 200], [0, 1, 2])).times,
    [0, 100, 150, 200, 300],
  );
});

test("arrow keys go from tile to tile, over rows without a number, and stop at the edges", () => {
  const grid = tilesGrid(
    tilesOf([0, 128, 256], [0, 1, 2, 3, 4]),
    { ...turned, units: [0, 3, 2, 1] },
    2,
  );
  const first = mapTileAt(grid, 5, 0);
  assert.ok(first);
  assert.equal(mapNeighbour(grid, first, "ArrowRight").start, 128);
  assert.equal(mapNeighbour(grid, first, "ArrowLeft").start, 0);
  assert.deepEqual(
    [mapNeighbour(grid, first, "ArrowDown").row, mapNeighbour(grid, first, "ArrowDown").unit],
    [3, 1],
  );
  assert.equal(mapNeighbour(grid, first, "ArrowUp").row, 0);
});

test("no more tiles are asked for than there are pixels", () => {
  const sight = { time: /** @type {const} */ ([0, 50_000]), rows: /** @type {const} */ ([0, 512]) };
  const pixels = { width: 220.5, height: 132 };
  assert.deepEqual(tilesFor(sight, 512, pixels), {
    start: 0,
    stop: 50_000,
    width: 90,
    height: 132,
  });
  assert.deepEqual(tilesFor({ ...sight, rows: [0, 8] }, 8, pixels), {
    start: 0,
    stop: 50_000,
    width: 220,
    height: 8,
  });
});

test("the newest question aborts the one before, and an answer is kept", async () => {
  /** @type {{signal: AbortSignal, name: string, answer: (text: string) => void, fail: () => void}[]} */
  const asked = [];
  let heard = 0;
  const latest = createLatest(
    (/** @type {AbortSignal} */ signal, /** @type {string} */ name) =>
      new Promise((/** @type {(text: string) => void} */ answer, reject) => {
        asked.push({ signal, name, answer, fail: () => reject(new Error("away")) });
      }),
    () => {
      heard += 1;
    },
  );
  assert.equal(latest.get("a", "a"), null);
  assert.equal(latest.get("a", "a"), null);
  assert.equal(asked.length, 1);
  latest.get("b", "b");
  assert.ok(asked[0]?.signal.aborted);
  asked[0]?.answer("late");
  asked[1]?.answer("here");
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual([heard, latest.busy, latest.get("b", "b")], [1, false, "here"]);
  latest.get("c", "c");
  assert.equal(latest.get("b", "b"), "here");
  assert.equal(asked.length, 3);
  latest.get("d", "d");
  asked[3]?.fail();
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  assert.deepEqual([heard, latest.busy, latest.get("d", "d")], [2, false, null]);
  assert.equal(asked.length, 4);
});
