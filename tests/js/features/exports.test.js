import assert from "node:assert/strict";
import { test } from "node:test";

import {
  FORMATS,
  linesOf,
  traceFileName,
  fileSize,
} from "../../../static/js/features/export/formats.js";
import { numbersOf, exportQuery, seenOf } from "../../../static/js/features/export/scope.js";
import { initialState } from "../../../static/js/state/state.js";

/** @param {object} [config] @returns {any} */
const traceOf = (config = {}) => ({
  seqLen: 20,
  batchSize: 3,
  start: 0,
  stop: 20,
  directions: ["forward", "reverse"],
  request: { config: { hidden_size: 5, proj_size: 0, num_layers: 2, ...config } },
});
/** @param {any} trace @param {object} maps @returns {any} */
function stateOf(trace, maps) {
  const state = initialState("light");
  return {
    ...state,
    trace,
    cursor: { ...state.cursor, layer: 1, direction: "reverse", sample: 2 },
    maps: { ...state.maps, ...maps },
  };
}
const INDEX = [0, 1, 2, 3, 4];

test("without a zoom, what the maps show is the cell of one sample", () => {
  const trace = traceOf();
  const seen = seenOf(stateOf(trace, {}), INDEX);
  assert.equal(String(exportQuery(seen, trace)), "layer=1&direction=reverse&sample=2");
  assert.equal(numbersOf(trace, seen), 20 * 6 * 5);
});

test("with a zoom it is some timesteps, and the units in the order of their rows", () => {
  const trace = traceOf();
  const seen = seenOf(stateOf(trace, { time: [4, 9], rows: [1, 3] }), [4, 3, 2, 1, 0]);
  assert.equal(
    String(exportQuery(seen, trace)),
    "layer=1&direction=reverse&sample=2&start=4&stop=9&units=3&units=2",
  );
  assert.equal(numbersOf(trace, seen), 5 * 6 * 2);
});

test("with projection there is m, and h has fewer units", () => {
  const trace = traceOf({ proj_size: 2 });
  assert.equal(numbersOf(trace, null), 20 * 3 * 4 * (6 * 5 + 2));
  const seen = seenOf(stateOf(trace, { rows: [1, 4] }), INDEX);
  assert.equal(numbersOf(trace, seen), 20 * (6 * 3 + 1));
});

test("sizes are told in units that people read", () => {
  assert.equal(fileSize("npz", "long", 10, "float32"), "0.1 kB");
  assert.equal(fileSize("npz", "long", 1000, "float64"), "8.0 kB");
  assert.equal(fileSize("csv", "long", 1_000_000, "float32"), "31 MB");
  assert.equal(fileSize("csv", "wide", 1e9, "float64"), "20 GB");
});

test("every format has its name, and lines that name it", () => {
  for (const kind of FORMATS) {
    const name = traceFileName("0123456789abcdef", kind, "wide");
    assert.equal(
      name,
      kind === "csv" || kind === "parquet"
        ? `trace-01234567-wide.${kind}`
        : `trace-01234567.${kind}`,
    );
    assert.ok(
      linesOf(kind, "wide", name, { layer: 1, direction: "reverse" }).includes(`"${name}"`),
    );
  }
});
