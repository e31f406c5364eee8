import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, traceOf as decoded } from "../../../static/js/server/api.js";
import { readTrace } from "../../../static/js/server/read-trace.js";
import { vectorsAt } from "../../../static/js/model/cell-vectors.js";
import * as clock from "../../../static/js/model/cursor.js";
import { curvesFigure } from "../../../static/js/figures/curves.js";
import { timeTicks } from "../../../static/js/figures/panels.js";
import { computedSpan, stripPlan, stripTileAt, tileX } from "../../../static/js/figures/strip.js";
import {
  REPLY_LIMITS,
  isWindowed,
  numbersPerTimestep,
  roundDown,
  windowAt,
  windowSize,
} from "../../../static/js/model/windows.js";
import { complete, withValue } from "../../../static/js/model/request.js";
import {
  outputIndex,
  returnedAs,
  returnedRow,
  returnedShape,
} from "../../../static/js/model/returns.js";
import { inputInLayout } from "../../../static/js/model/seeds.js";
import { ORIGIN } from "../../../static/js/state/state.js";
import { vectorAt } from "../../../static/js/base/tensor.js";
import { counting, mapsOf, traceOf } from "../support.js";

/** Timesteps [40, 44) of 100, with one more at either end.
 * @param {Partial<import("../../../static/js/types.js").Config>} [config] @param {number[]} [lengths] */
function windowed(config = {}, lengths) {
  const trace = traceOf(config, { seqLen: 6, lengths });
  const later = (/** @type {import("../../../static/js/types.js").Tensor} */ tensor) => ({
    ...tensor,
    first: 39,
  });
  const cells = trace.cells.map((cell) => ({
    ...cell,
    i: later(cell.i),
    f: later(cell.f),
    g: later(cell.g),
    o: later(cell.o),
    c: later(cell.c),
    h: later(cell.h),
  }));
  return {
    ...trace,
    cells,
    input: later(trace.input),
    output: later(trace.output),
    seqLen: 100,
    start: 40,
    stop: 44,
    windowSize: 4,
    lengths: lengths ?? [100, 100],
    request: withValue(trace.request, "input.seq_len", 100),
  };
}
const look = { sample: 1, width: 700, theme: /** @type {const} */ ("light"), tokens: null };
const long = complete({
  config: { input_size: 4, hidden_size: 16, num_layers: 2, bidirectional: true },
  input: { kind: "random", seq_len: 400000, batch_size: 1, seed: 0 },
});

test("a window is a round number of timesteps that one reply holds; what fits is read whole", () => {
  assert.equal(numbersPerTimestep(long), 4 + 4 * 6 * 16 + 32);
  assert.equal(windowSize(long), REPLY_LIMITS.timesteps);
  const wide = withValue(withValue(long, "config.hidden_size", 128), "input.batch_size", 8);
  assert.equal(windowSize(wide), 200);
  assert.ok(windowSize(wide) * numbersPerTimestep(wide) <= REPLY_LIMITS.numbers);
  assert.equal(windowSize(withValue(long, "input.seq_len", 4321)), 4321);
});

test("round numbers are what people count in", () => {
  assert.deepEqual([0.4, 1, 4, 7, 19, 20, 99, 5000].map(roundDown), [1, 1, 2, 5, 10, 20, 50, 5000]);
});

test("windows lie side by side from 0 on, the last one as long as what is left", () => {
  assert.deepEqual(windowAt(0, 25, 10), { start: 0, stop: 10, size: 10, seqLen: 25 });
  assert.deepEqual(windowAt(24, 25, 10), { start: 20, stop: 25, size: 10, seqLen: 25 });
  assert.deepEqual(windowAt(99, 25, 10), windowAt(24, 25, 10));
});

test("a window that the server finds too large is read in half, until it fits", async () => {
  /** @type {any[]} */
  const asked = [];
  const api = {
    /** @param {string} _ @param {any} window */
    async fetchTrace(_, window) {
      asked.push(window && [window.start, window.stop]);
      if (!window || window.size > 20) throw new ApiError(413, []);
      return traceOf();
    },
  };
  await readTrace(api, "t", { timestep: 90, seqLen: 100, size: 100 }, new AbortController().signal);
  assert.deepEqual(asked, [null, [50, 100], [80, 100]]);
  const failing = {
    fetchTrace: async () => {
      throw new ApiError(413, []);
    },
  };
  await assert.rejects(
    readTrace(failing, "t", { timestep: 0, seqLen: 5, size: 5 }, new AbortController().signal),
    ApiError,
  );
});

test("a decoded window knows which timesteps it holds", () => {
  const wire = (/** @type {number[]} */ shape) => {
    const { data } = counting(shape);
    return { dtype: "f4", shape, bdata: Buffer.from(data.buffer).toString("base64") };
  };
  const reply = {
    id: "t",
    request: long,
    nonfinite: 0,
    parity: null,
    parameters: [],
    h_n: wire([1, 1, 2]),
    c_n: wire([1, 1, 2]),
    input: wire([6, 1, 2]),
    output: wire([6, 1, 2]),
    cells: [{ layer: 0, direction: "forward", h: wire([6, 1, 2]) }],
  };
  const trace = decoded(reply, { start: 40, stop: 44, size: 4, seqLen: 100 });
  assert.deepEqual([trace.seqLen, trace.start, trace.stop, trace.windowSize], [100, 40, 44, 4]);
  assert.deepEqual([...vectorAt(/** @type {any} */ (trace.cells[0]).h, 40, 0)], [2, 3]);
  assert.ok(isWindowed(trace));
  const first = decoded(
    { ...reply, input: wire([5, 1, 2]) },
    { start: 0, stop: 4, size: 4, seqLen: 100 },
  );
  assert.equal(first.input.first, 0);
  assert.ok(!isWindowed(decoded(reply)));
});

test("the clock runs over the window, in true timesteps, both ways", () => {
  const trace = windowed({ num_layers: 2, bidirectional: true });
  const extent = clock.extentOf(trace, 0);
  assert.equal(clock.clockLength(extent, "computation"), 8);
  const cursor = { ...ORIGIN, timestep: 40 };
  for (const direction of /** @type {const} */ (["forward", "reverse"])) {
    for (let reading = 0; reading < 8; reading += 1) {
      const moved = clock.atClock({ ...cursor, direction }, reading, extent, "computation");
      assert.ok(moved.timestep >= 40 && moved.timestep < 44);
      assert.equal(clock.clockOf(moved, extent, "computation"), reading);
    }
  }
  assert.equal(clock.otherDirection(cursor, extent, "computation").timestep, 43);
  assert.equal(clock.fitCursor({ ...cursor, timestep: 7 }, trace).timestep, 40);
  assert.equal(clock.fitCursor({ ...cursor, timestep: 99 }, trace).timestep, 43);
});

test("a sample that ends before the window leaves the cursor on its first tile", () => {
  const trace = windowed({}, [100, 12]);
  assert.equal(clock.fitCursor({ ...ORIGIN, sample: 1, timestep: 42 }, trace).timestep, 40);
});

test("what a cell reads at the edge of a window is there, from the timestep beside it", () => {
  const trace = windowed({ bidirectional: true });
  assert.deepEqual(
    [...Array.from(vectorsAt(trace, { ...ORIGIN, timestep: 40 }).c_prev?.values ?? [])],
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    [
      ...Array.from(
        vectorsAt(trace, { ...ORIGIN, direction: "reverse", timestep: 43 }).c_prev?.values ?? [],
      ),
    ],
    [40, 41, 42, 43],
  );
});

test("figures show the window's own timesteps, under their true numbers", () => {
  const trace = windowed();
  const [cell] = trace.cells;
  assert.ok(cell);
  const [map] = mapsOf(trace, look).data;
  assert.deepEqual([/** @type {any} */ (map).x0, map?.z[0]?.length, map?.z[0]?.[0]], [40, 4, 12]);
  const { data, layout } = curvesFigure(trace, cell, { ...look, unit: 0 });
  assert.deepEqual([data[0]?.x0, [...(data[0]?.y ?? [])]], [40, [12, 20, 28, 36]]);
  assert.deepEqual(layout.xaxis.range, [39.5, 43.5]);
  assert.equal(layout.annotations[0].x, 43);
});

test("the strip begins with the window, and tiles are found by their true timestep", () => {
  const trace = windowed({ bidirectional: true });
  const plan = stripPlan(trace, 600);
  const row = /** @type {import("../../../static/js/figures/strip.js").Row} */ (plan.rows[0]);
  assert.equal(tileX(plan, 40), plan.left);
  assert.equal(stripTileAt(plan, tileX(plan, 42) + 2, row.y + 2)?.timestep, 42);
  assert.equal(stripTileAt(plan, tileX(plan, 44) + 2, row.y + 2), null);
  const spans = plan.rows.map((one) =>
    computedSpan({ ...ORIGIN, timestep: 41 }, clock.extentOf(trace, 0), "computation", one),
  );
  assert.deepEqual(spans, [
    [40, 42],
    [42, 44],
  ]);
});

test("many timesteps are labelled by as many numbers as there is room for", () => {
  const ticks = timeTicks({ start: 590000, stop: 600000 }, null, 240);
  assert.deepEqual([ticks.tickmode, "nticks" in ticks && ticks.nticks], ["auto", 6]);
});

test("what torch returns keeps its shape and its indices; rows are those that are here", () => {
  const trace = windowed();
  assert.deepEqual(returnedShape(trace, "output"), [100, 2, 4]);
  assert.deepEqual(returnedShape(trace, "h_n"), [1, 2, 4]);
  assert.deepEqual([...returnedRow(trace, "output", outputIndex(trace, 40, 1))], [12, 13, 14, 15]);
  assert.deepEqual(returnedAs(trace, 0, "forward", 43, 0), ["output[43, 0, :]"]);
});

test("input written out from a window is that of its timesteps", () => {
  assert.deepEqual(
    inputInLayout(windowed()),
    [4, 8, 12, 16].map((k) => [
      [k, k + 1],
      [k + 2, k + 3],
    ]),
  );
});
