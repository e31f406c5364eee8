import assert from "node:assert/strict";
import { test } from "node:test";

import { barsPath, circuitPlan } from "../../../static/js/figures/circuit.js";
import { curvesFigure, spread } from "../../../static/js/figures/curves.js";
import { mapTileAt } from "../../../static/js/figures/map-grid.js";
import { legendOf } from "../../../static/js/figures/map-scales.js";
import { domainsOf, gridOf, niceStep, timeTicks } from "../../../static/js/figures/panels.js";
import { productsFigure } from "../../../static/js/figures/products.js";
import { computedSpan, stripPlan, stripTileAt, tileX } from "../../../static/js/figures/strip.js";
import { extentOf } from "../../../static/js/model/cursor.js";
import { mapsOf, traceOf } from "../support.js";

const look = { sample: 1, width: 700, theme: /** @type {const} */ ("light"), tokens: null };

test("the six maps are numeric typed arrays, one row a unit", () => {
  const { data } = mapsOf(traceOf(), look);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["i", "f", "g", "o", "c", "h"],
  );
  for (const { z } of data) {
    assert.equal(z.length, 4);
    assert.ok(z.every((row) => row instanceof Float32Array && row.length === 3));
  }
});

test("gates are shares of 1, the signed scales are centred on zero, and c has its own or all share one", () => {
  const trace = traceOf();
  const [cell] = trace.cells;
  assert.ok(cell);
  cell.c.data[5] = -90;
  const range = (
    /** @type {string} */ name,
    /** @type {Parameters<typeof mapsOf>[2]} */ view = {},
  ) =>
    mapsOf(trace, look, view)
      .data.filter((map) => map.name === name)
      .map(({ zmin, zmax }) => [zmin, zmax])[0];
  assert.deepEqual(range("f"), [0, 1]);
  assert.deepEqual(range("c"), [-90, 90]);
  assert.deepEqual(range("g"), range("h"));
  assert.deepEqual(range("c"), range("g", { colours: "shared" }));
  assert.deepEqual(range("f", { colours: "shared" }), [0, 1]);
});

test("local colours span what is in sight, zero in the middle of signed ones; the legend says each scale once", () => {
  const trace = traceOf();
  const view = {
    colours: /** @type {const} */ ("local"),
    time: /** @type {const} */ ([1, 2]),
    rows: /** @type {const} */ ([0, 2]),
  };
  const { scales } = mapsOf(trace, look, view);
  assert.deepEqual(scales.f, [12, 13]);
  assert.deepEqual(scales.c, [-13, 13]);
  assert.deepEqual(
    legendOf(scales).map(({ letters }) => letters.join("")),
    ["ifo", "gch"],
  );
  assert.deepEqual(
    legendOf(mapsOf(trace, look).scales).map(({ letters }) => letters.join("")),
    ["ifo", "gch"],
  );
});

test("another order of the units moves their rows together, and the ticks keep their names", () => {
  const { data, layout, grids } = mapsOf(
    traceOf(),
    look,
    {},
    { units: [2, 0, 3, 1], rows: [1, 3, 0, 2] },
  );
  assert.deepEqual(
    data.map(({ z }) => z[0]?.[0]),
    Array(6).fill(6),
  );
  assert.deepEqual(/** @type {any} */ (layout.yaxis).ticktext, ["2", "0", "3", "1"]);
  assert.deepEqual(mapTileAt(grids.f, 1, 2), {
    start: 1,
    stop: 2,
    row: 2,
    rows: 1,
    unit: 3,
    value: 15,
    low: 15,
    high: 15,
  });
});

test("a row of h has no number for a unit that a projection leaves out", () => {
  const { grids } = mapsOf(
    traceOf({ proj_size: 2 }),
    look,
    {},
    { units: [3, 0, 1, 2], rows: [1, 2, 3, 0] },
  );
  assert.equal(mapTileAt(grids.h, 0, 0), null);
  assert.equal(mapTileAt(grids.h, 0, 1)?.unit, 0);
  assert.equal(mapTileAt(grids.c, 0, 0)?.unit, 3);
});

test("panels tile the figure without overlap, and their domains agree with their pixels", () => {
  const { rects, height } = gridOf(6, 3, 600, {
    left: 30,
    right: 4,
    heading: 24,
    below: 20,
    gap: 14,
    height: 100,
  });
  assert.equal(new Set(rects.map(({ x, y }) => `${x},${y}`)).size, 6);
  for (const rect of rects) {
    const { x, y } = domainsOf(rect, 600, height);
    assert.ok(
      /** @type {number} */ (x[0]) >= 0 &&
        /** @type {number} */ (x[1]) <= 1 &&
        /** @type {number} */ (y[0]) >= 0 &&
        /** @type {number} */ (y[1]) <= 1,
    );
    const wide = /** @type {number} */ (x[1]) - /** @type {number} */ (x[0]);
    assert.ok(Math.abs(wide * 600 - rect.width) < 1e-9);
  }
});

test("ticks are steps that people count in", () => {
  assert.deepEqual([niceStep(3, 10), niceStep(200, 7), niceStep(4000, 6)], [1, 50, 1000]);
});

test("tokens label the timesteps where there is room, as text and never as markup", () => {
  const roomy = timeTicks({ start: 0, stop: 2 }, ["<b>", "a & b"], 400);
  assert.deepEqual("ticktext" in roomy && roomy.ticktext, ["&lt;b>", "a &amp; b"]);
  assert.equal(timeTicks({ start: 0, stop: 200 }, Array(200).fill("tok"), 400).tickmode, "linear");
  const dates = timeTicks(
    { start: 100, stop: 200 },
    Array.from({ length: 300 }, (_, t) => `2020-01-${t}`),
    400,
  );
  assert.ok("ticktext" in dates);
  assert.deepEqual(
    [dates.tickvals, dates.ticktext],
    [
      [109, 136, 163, 190],
      ["2020-01-109", "2020-01-136", "2020-01-163", "2020-01-190"],
    ],
  );
});

test("labels at the ends of curves keep apart, in their order, below the ceiling", () => {
  assert.deepEqual(spread([10, 10, 11], 12, 200), [10, 22, 34]);
  assert.deepEqual(spread([100, 99], 12, 100), [100, 88]);
});

test("a unit beyond a projection has no curve of h", () => {
  const trace = traceOf({ proj_size: 2 });
  const [cell] = trace.cells;
  assert.ok(cell);
  const { data } = curvesFigure(trace, cell, { ...look, unit: 3 });
  assert.deepEqual(
    data.map(({ name }) => name),
    ["i", "f", "o", "g", "c"],
  );
});

test("the bottom layer is lowest in the strip, the input below it", () => {
  const plan = stripPlan(traceOf({ num_layers: 3, bidirectional: true }), 600);
  const heights = plan.rows.map(({ y }) => y);
  assert.deepEqual(
    plan.rows.map(({ layer }) => layer),
    [2, 2, 1, 1, 0, 0],
  );
  assert.deepEqual(
    heights,
    [...heights].sort((a, b) => a - b),
  );
  assert.ok(plan.input.y > /** @type {number} */ (heights.at(-1)));
});

test("a point in the strip finds its tile, and none beside the tiles", () => {
  const trace = traceOf({ bidirectional: true });
  const plan = stripPlan(trace, 600);
  const row = /** @type {import("../../../static/js/figures/strip.js").Row} */ (plan.rows[1]);
  assert.deepEqual(stripTileAt(plan, tileX(plan, 2) + 3, row.y + 3), {
    layer: 0,
    direction: "reverse",
    timestep: 2,
  });
  assert.equal(stripTileAt(plan, tileX(plan, 3) + 3, row.y + 3), null);
});

test("tiles fill as they are computed: two directions from two ends, layer after layer", () => {
  const trace = traceOf({ num_layers: 2, bidirectional: true });
  const extent = extentOf(trace, 0);
  const plan = stripPlan(trace, 600);
  const spans = (/** @type {any} */ cursor, /** @type {any} */ order) =>
    plan.rows.map((row) => computedSpan(cursor, extent, order, row));
  assert.deepEqual(spans({ layer: 0, direction: "forward", timestep: 1 }, "computation"), [
    [0, 0],
    [0, 0],
    [0, 2],
    [1, 3],
  ]);
  assert.deepEqual(spans({ layer: 1, direction: "reverse", timestep: 2 }, "computation"), [
    [0, 1],
    [2, 3],
    [0, 3],
    [0, 3],
  ]);
  assert.deepEqual(spans({ layer: 1, direction: "forward", timestep: 0 }, "column"), [
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

test("bars start at zero and end at their value; what is not a number has none", () => {
  const area = { x: 0, y: 0, width: 20, height: 10 };
  assert.equal(barsPath([1, NaN], area, 0, 1), "M0.00 10.00V0.00h9.00V10.00z");
  assert.equal(barsPath([0.5, -1], area, -1, 1, 1), "M10.00 5.00V10.00h9.00V5.00z");
});

test("under a projection h takes less room than c, and the circuit shows m", () => {
  const plan = circuitPlan(true, 0.25);
  const box = (/** @type {string} */ name) =>
    plan.boxes.find((candidate) => candidate.name === name);
  assert.ok((box("h")?.filled ?? 0) < (box("c")?.filled ?? 0) / 2);
  assert.ok(box("m"));
  assert.ok(!circuitPlan(false, 1).boxes.some(({ name }) => name === "m"));
});

test("products are bars in the pixels of their rows, and the largest takes half of the width", () => {
  const {
    data: [bars],
    layout,
  } = productsFigure([{ product: -2 }, { product: 1 }], [12, 37], {
    width: 80,
    height: 50,
    reach: 2,
    theme: "dark",
  });
  assert.deepEqual(
    [bars?.x, bars?.y],
    [
      [-2, 1],
      [12, 37],
    ],
  );
  assert.notEqual(bars?.marker.color[0], bars?.marker.color[1]);
  assert.deepEqual(
    [layout.xaxis.range, layout.yaxis.range, layout.width, layout.height],
    [[-2, 2], [50, 0], 80, 50],
  );
});
