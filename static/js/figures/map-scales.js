/**
 * What the colours of the maps mean: a range of numbers for each quantity. Gates are shares, from 0 to 1; g, c and h have
 * zero in the middle and reach as far on either side.
 *
 * @typedef {import("../types.js").Quantity} Quantity
 * @typedef {import("./map-grid.js").Grid} Grid
 * @typedef {readonly [number, number]} Range
 * @typedef {Record<Quantity, Range>} Scales
 * @typedef {{g: number, c: number, h: number}} Reach the largest magnitudes of one sample of a cell
 */
import { QUANTITIES } from "../model/cursor.js";
import { largestMagnitude } from "../base/tensor.js";
import { partAt } from "./map-grid.js";

/** @param {Quantity} quantity */
export const isSigned = (quantity) => quantity === "g" || quantity === "c" || quantity === "h";

/** @param {import("../types.js").Cell} cell @param {number} sample @returns {Reach} */
export const reachOf = (cell, sample) => ({
  g: largestMagnitude([cell.g], sample),
  c: largestMagnitude([cell.c], sample),
  h: largestMagnitude([cell.h], sample),
});

/** @param {number} reach @returns {Range} */
const around = (reach) => [-(reach || 1), reach || 1];
/** @type {Range} */
const SHARE = [0, 1];

/**
 * own: g and h share a scale, c, unbounded, has its own. shared: g, c and h have one. local: each quantity has as much as the
 * tiles in sight have.
 * @param {import("../model/map-view.js").Colours} colours @param {Reach} reach @param {Record<Quantity, Grid>} grids
 * @param {{time: import("../model/map-view.js").Span, rows: import("../model/map-view.js").Span}} sight @returns {Scales}
 */
export function scalesOf(colours, { g, c, h }, grids, sight) {
  if (colours === "local") {
    return /** @type {Scales} */ (
      Object.fromEntries(
        QUANTITIES.map((quantity) => [
          quantity,
          localRange(grids[quantity], isSigned(quantity), sight),
        ]),
      )
    );
  }
  const all = around(Math.max(g, c, h));
  const signed = colours === "shared" ? all : around(Math.max(g, h));
  return {
    i: SHARE,
    f: SHARE,
    o: SHARE,
    g: signed,
    h: signed,
    c: colours === "shared" ? all : around(c),
  };
}

/** @param {Grid} grid @param {boolean} signed @param {{time: import("../model/map-view.js").Span, rows: import("../model/map-view.js").Span}} sight @returns {Range} */
function localRange({ times, rows, z }, signed, { time, rows: [top, bottom] }) {
  const [first, last] = [partAt(times, time[0]), partAt(times, time[1] - 1)];
  let low = Infinity;
  let high = -Infinity;
  z.slice(partAt(rows, top), partAt(rows, bottom - 1) + 1).forEach((row) => {
    for (let k = first; k <= last; k += 1) {
      const value = row[k] ?? NaN;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  });
  if (signed)
    return around(
      Math.max(Math.abs(low), Math.abs(high)) === Infinity
        ? 1
        : Math.max(Math.abs(low), Math.abs(high)),
    );
  if (low > high) return SHARE;
  return high > low ? [low, high] : [low, low + 1e-6];
}

/** The scales of the legend: each once, with the letters that it is for. @param {Scales} scales
 * @returns {{letters: Quantity[], range: Range, signed: boolean}[]} */
export function legendOf(scales) {
  /** @type {{letters: Quantity[], range: Range, signed: boolean}[]} */
  const entries = [];
  for (const quantity of QUANTITIES) {
    const range = scales[quantity];
    const signed = isSigned(quantity);
    const same = entries.find(
      (entry) =>
        entry.signed === signed && entry.range[0] === range[0] && entry.range[1] === range[1],
    );
    if (same) same.letters.push(quantity);
    else entries.push({ letters: [quantity], range, signed });
  }
  return entries;
}
