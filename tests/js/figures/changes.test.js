import assert from "node:assert/strict";
import { test } from "node:test";
import { noted, traceChanges } from "../../../static/js/figures/changes.js";

const z = [Float32Array.of(1, 2)];
/** @param {Record<string, any>} [trace] @param {Record<string, any>} [layout] */
const figure = (trace = {}, layout = {}) =>
  noted({
    data: [
      { type: "heatmap", name: "i", z, zmax: 1, ...trace },
      { type: "heatmap", name: "f", z, zmax: 1 },
    ],
    layout: { width: 300, uirevision: "a", ...layout },
  });

test("nothing has changed", () => assert.deepEqual(traceChanges(figure(), figure()), {}));

test("what has changed comes with its value in every trace", () => {
  const other = [Float32Array.of(1, 2)];
  assert.deepEqual(traceChanges(figure(), figure({ z: other, zmax: 3 })), {
    z: [other, z],
    zmax: [3, 1],
  });
});

test("numbers are told apart by whose they are, all else by what it says", () => {
  assert.deepEqual(
    traceChanges(figure({ colorscale: [[0, "#fff"]] }), figure({ colorscale: [[0, "#fff"]] })),
    {},
  );
  assert.deepEqual(
    Object.keys(traceChanges(figure(), figure({ z: [Float32Array.of(1, 2)] })) ?? {}),
    ["z"],
  );
});

test("another layout, another number of traces, and an attribute that is gone are more than restyling", () => {
  assert.equal(traceChanges(figure(), figure({}, { width: 301 })), null);
  assert.equal(traceChanges(figure(), { ...figure(), attributes: [] }), null);
  assert.equal(traceChanges(figure({ texttemplate: "%{z}" }), figure()), null);
  assert.equal(traceChanges(figure(), figure({ type: "scatter" })), null);
});

test("the revision alone is not part of the layout, and later writing into a figure changes nothing of what was noted", () => {
  assert.deepEqual(traceChanges(figure(), figure({}, { uirevision: "b" })), {});
  const given = {
    data: [{ type: "heatmap", z }],
    layout: /** @type {Record<string, any>} */ ({ width: 3, uirevision: 1 }),
  };
  const before = noted(given);
  given.layout.width = 4;
  /** @type {Record<string, any>} */ (given.data[0]).uid = "x";
  assert.deepEqual(
    traceChanges(
      before,
      noted({ data: [{ type: "heatmap", z }], layout: { width: 3, uirevision: 1 } }),
    ),
    {},
  );
});
