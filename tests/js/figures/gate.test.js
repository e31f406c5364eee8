import assert from "node:assert/strict";
import { test } from "node:test";

import {
  gatePlan,
  gateNeighbour,
  parameterOf,
  partsOf,
  rectOf,
  tileUnder,
} from "../../../static/js/figures/gate.js";
import { spanOf, sumsAt } from "../../../static/js/model/pre-activations.js";
import { ORIGIN } from "../../../static/js/state/state.js";
import { counting, traceOf } from "../support.js";

/** @param {Partial<import("../../../static/js/types.js").Config>} [config] */
function traced(config) {
  const trace = traceOf(config);
  const parameter = (/** @type {string} */ name, /** @type {number[]} */ shape) => ({
    name,
    shape,
    values: counting(shape),
  });
  trace.parameters = [
    parameter("weight_ih_l0", [16, 2]),
    parameter("weight_hh_l0", [16, config?.proj_size || 4]),
    parameter("bias_ih_l0", [16]),
    parameter("bias_hh_l0", [16]),
    ...(config?.proj_size ? [parameter("weight_hr_l0", [config.proj_size, 4])] : []),
    ...(config?.bidirectional ? [parameter("weight_ih_l0_reverse", [16, 2])] : []),
  ];
  return trace;
}
const none = { x: 0, y: 0 };

test("a gate is its rows of both weights and both biases, then z, then itself", () => {
  const parts = partsOf(traced(), { ...ORIGIN, quantity: "g", timestep: 1 }, [1, 2, 3, 4], 4);
  assert.deepEqual(
    parts.matrices.map(({ name, firstRow, columns }) => [name, firstRow, columns]),
    [
      ["weight_ih_l0", 8, 2],
      ["weight_hh_l0", 8, 4],
    ],
  );
  assert.deepEqual([...(parts.matrices[0]?.weights ?? [])], [16, 17, 18, 19, 20, 21, 22, 23]);
  assert.deepEqual([...Array.from(parts.matrices[1]?.values ?? [])], [0, 1, 2, 3]);
  assert.deepEqual(
    parts.columns.map(({ key }) => key),
    ["b_ih", "b_hh", "z_g", "g"],
  );
  assert.deepEqual([...Array.from(parts.columns[0]?.values ?? [])], [8, 9, 10, 11]);
  assert.equal(parts.reach, 47);
});

test("c and h have no matrix, but under a projection h has one", () => {
  const cell = partsOf(traced(), { ...ORIGIN, stage: 3, quantity: "c" }, null, 1);
  assert.deepEqual(
    [cell.matrices.length, cell.columns.map(({ key }) => key).join()],
    [0, "f,c_prev,i,g,c"],
  );
  const projected = partsOf(
    traced({ proj_size: 3 }),
    { ...ORIGIN, stage: 5, quantity: "h" },
    null,
    1,
  );
  assert.deepEqual(
    [projected.rows, projected.matrices[0]?.name, projected.matrices[0]?.operand],
    [3, "weight_hr_l0", "m"],
  );
  assert.equal(
    partsOf(traced({ proj_size: 3 }), { ...ORIGIN, stage: 4 }, null, 1).columns.at(-1)?.key,
    "m",
  );
});

test("the parameters of the reverse direction have names of their own", () => {
  const trace = traced({ bidirectional: true });
  assert.equal(
    parameterOf(trace, { ...ORIGIN, direction: "reverse" }, "weight_ih")?.name,
    "weight_ih_l0_reverse",
  );
});

test("every tile is found where it stands", () => {
  const plan = gatePlan(700, 4, [2, 4], 4);
  for (const tile of /** @type {const} */ ([
    { part: "matrix", index: 0, row: 3, column: 1 },
    { part: "matrix", index: 1, row: 0, column: 3 },
    { part: "operand", index: 1, row: -1, column: 2 },
    { part: "column", index: 3, row: 2, column: 0 },
  ])) {
    const rect = rectOf(plan, tile, none);
    assert.ok(rect);
    assert.deepEqual(
      tileUnder(plan, rect.x + rect.width / 2, rect.y + rect.height / 2, none),
      tile,
    );
  }
  assert.equal(tileUnder(plan, 5, 5, none), null);
});

test("a large matrix scrolls in a window of its own, the columns beside it stay", () => {
  const plan = gatePlan(700, 512, [64, 512], 4);
  assert.ok(plan.content.width > plan.view.width && plan.content.height > plan.view.height);
  assert.ok(plan.end <= 700 && plan.view.height <= 330);
  const scrolled = { x: 600, y: 900 };
  const tile = tileUnder(plan, plan.view.x + 10, plan.view.y + 10, scrolled);
  assert.ok(tile && tile.row >= 150 && tile.index === 1);
  assert.equal(rectOf(plan, { part: "matrix", index: 0, row: 0, column: 0 }, scrolled), null);
});

test("arrow keys walk along a row through all its parts, and up to the operands", () => {
  const plan = gatePlan(700, 4, [2, 4], 2);
  let tile = /** @type {import("../../../static/js/figures/gate.js").GateTile} */ ({
    part: "matrix",
    index: 0,
    row: 0,
    column: 1,
  });
  tile = gateNeighbour(plan, tile, "ArrowRight");
  assert.deepEqual([tile.index, tile.column], [1, 0]);
  assert.equal(gateNeighbour(plan, tile, "ArrowUp").part, "operand");
  assert.equal(gateNeighbour(plan, { ...tile, column: 3 }, "ArrowRight").part, "column");
  assert.equal(gateNeighbour(plan, { ...tile, row: 3 }, "ArrowDown").row, 3);
});

test("pre-activations are read for as many timesteps as are quick, and used only where they belong", () => {
  const trace = traced();
  assert.deepEqual(spanOf(trace, 2), { start: 0, stop: 3, size: 3, seqLen: 3 });
  const z = { ...counting([3, 1, 4]), first: 0 };
  const sums = {
    id: "t",
    layer: 0,
    direction: /** @type {const} */ ("forward"),
    sample: 0,
    start: 0,
    stop: 3,
    z: { i: z, f: z, g: z, o: z },
    most: { i: 11, f: 11, g: 11, o: 11 },
  };
  assert.deepEqual(
    [...(sumsAt(sums, trace, { ...ORIGIN, timestep: 1 }, "f")?.values ?? [])],
    [4, 5, 6, 7],
  );
  assert.equal(sumsAt(sums, trace, { ...ORIGIN, sample: 1 }, "f"), null);
  assert.equal(sumsAt({ ...sums, id: "other" }, trace, ORIGIN, "f"), null);
});
