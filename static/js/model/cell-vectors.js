/**
 * The vectors that a cell reads and makes at the cursor, by the names of the stages' table, each with the range that its
 * bars are drawn in: shares of 1 for gates, else as far as that quantity reaches anywhere in this cell.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {{values: ArrayLike<number>, low: number, high: number}} Vector
 */
import { cellOf } from "./cells.js";
import { largestMagnitude, vectorAt } from "../base/tensor.js";

/** @type {WeakMap<Trace, Map<string, Record<string, number>>>} */
const reaches = new WeakMap();

/** @param {Trace} trace @param {Cursor} cursor */
function reachOf(trace, cursor) {
  const known = reaches.get(trace) ?? new Map();
  reaches.set(trace, known);
  const key = `${cursor.layer} ${cursor.direction} ${cursor.sample}`;
  let reach = known.get(key);
  if (!reach) {
    const cell = cellOf(trace, cursor);
    const { sample } = cursor;
    const mask = trace.masks[cursor.layer - 1];
    const strongest = mask ? largestMagnitude([mask], sample) : 1;
    reach = {
      x: largestMagnitude(inputsOf(trace, cursor.layer), sample) * strongest || 1,
      g: largestMagnitude([cell.g], sample) || 1,
      c: largestMagnitude([cell.c], sample) || 1,
      h: largestMagnitude(cell.m ? [cell.h, cell.m] : [cell.h], sample) || 1,
    };
    known.set(key, reach);
  }
  return reach;
}

/** The tensors whose vectors, joined, a layer reads. @param {Trace} trace @param {number} layer */
const inputsOf = (trace, layer) =>
  layer === 0
    ? [trace.input]
    : trace.cells.filter((cell) => cell.layer === layer - 1).map((cell) => cell.h);

/** What a layer reads at one timestep: x_t, or both directions of the layer below, as dropout lets them through.
 * @param {Trace} trace @param {number} layer @param {number} timestep @param {number} sample */
export function layerInput(trace, layer, timestep, sample) {
  const joined = inputsOf(trace, layer).flatMap((tensor) => [
    ...vectorAt(tensor, timestep, sample),
  ]);
  const mask = trace.masks[layer - 1];
  if (!mask) return joined;
  const kept = vectorAt(mask, timestep, sample);
  return joined.map((value, k) => value * (kept[k] ?? 1));
}

/** The state before the first timestep, zeros unless the request gave one.
 * @param {Trace} trace @param {Cursor} cursor @param {"h_0" | "c_0"} which @param {number} size @returns {ArrayLike<number>} */
function initialState(trace, cursor, which, size) {
  const given = /** @type {any} */ (trace.request[which]);
  const row =
    given?.[cursor.layer * trace.directions.length + trace.directions.indexOf(cursor.direction)];
  return (trace.unbatched ? row : row?.[cursor.sample]) ?? new Float32Array(size);
}

/** @param {Trace} trace @param {Cursor} cursor @returns {Record<string, Vector>} */
export function vectorsAt(trace, cursor) {
  const { timestep, sample, direction } = cursor;
  const cell = cellOf(trace, cursor);
  const reach = reachOf(trace, cursor);
  const before = timestep + (direction === "forward" ? -1 : 1);
  const starts = before < 0 || before >= (trace.lengths[sample] ?? trace.seqLen);
  /** @type {(tensor: import("../types.js").Tensor, which: "h_0" | "c_0") => ArrayLike<number>} */
  const past = (tensor, which) =>
    starts
      ? initialState(trace, cursor, which, tensor.shape[2] ?? 0)
      : vectorAt(tensor, before, sample);
  /** @type {(values: ArrayLike<number>, reach: number | undefined) => Vector} */
  const signed = (values, most = 1) => ({ values, low: -most, high: most });
  const gate = (/** @type {"i" | "f" | "o"} */ name) => ({
    values: vectorAt(cell[name], timestep, sample),
    low: 0,
    high: 1,
  });
  return {
    x: signed(layerInput(trace, cursor.layer, timestep, sample), reach.x),
    h_prev: signed(past(cell.h, "h_0"), reach.h),
    c_prev: signed(past(cell.c, "c_0"), reach.c),
    i: gate("i"),
    f: gate("f"),
    o: gate("o"),
    g: signed(vectorAt(cell.g, timestep, sample), reach.g),
    c: signed(vectorAt(cell.c, timestep, sample), reach.c),
    h: signed(vectorAt(cell.h, timestep, sample), reach.h),
    ...(cell.m ? { m: signed(vectorAt(cell.m, timestep, sample), reach.h) } : {}),
  };
}
