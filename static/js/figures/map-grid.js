/**
 * What one map draws: columns of timesteps, rows of units. Where the numbers are here, a tile is one of them. From afar it is
 * the mean of some timesteps, of one unit or of neighbouring ones, with their smallest and largest number.
 *
 * @typedef {import("../types.js").Numbers} Numbers
 * @typedef {import("../types.js").Tiles} Tiles
 * @typedef {import("../model/unit-order.js").Arrangement} Arrangement
 * @typedef {{times: ArrayLike<number>, rows: ArrayLike<number>, units: ArrayLike<number>, size: number, z: Numbers[],
 *            low: Numbers[] | null, high: Numbers[] | null}} Grid
 *   times, rows: edges of the tiles; units: the first unit of each row of tiles; size: how many units have a number
 * @typedef {{start: number, stop: number, row: number, rows: number, unit: number, value: number, low: number, high: number}} Tile
 */
import { clamp } from "../model/cursor.js";
import { unitOverTime } from "../base/tensor.js";

/** @param {number} start @param {number} stop */
const counting = (start, stop) =>
  Float64Array.from({ length: stop - start + 1 }, (_, k) => start + k);

/** The recorded numbers of a quantity, one tile each. @param {import("../types.js").Tensor} tensor @param {number} sample
 * @param {{start: number, stop: number}} span @param {Arrangement} arrangement @returns {Grid} */
export function recordedGrid(tensor, sample, { start, stop }, { units }) {
  const size = tensor.shape[2] ?? 0;
  const z = units.map((unit) =>
    unit < size
      ? unitOverTime(tensor, unit, sample, [start, stop])
      : new Float32Array(stop - start).fill(NaN),
  );
  return {
    times: counting(start, stop),
    rows: counting(0, units.length),
    units,
    size,
    z,
    low: null,
    high: null,
  };
}

/** Tiles from afar, whose rows stand in the order of the arrangement.
 * @param {Tiles} tiles @param {Arrangement} arrangement @param {number} size how many units have a number @returns {Grid} */
export function tilesGrid({ times, units: rows, min, mean, max }, { units }, size) {
  const bands = rows.length - 1;
  const columns = times.length - 1;
  /** @param {Numbers} data of (columns, bands) */
  const rowsOf = (data) =>
    Array.from({ length: bands }, (_, band) =>
      Float64Array.from({ length: columns }, (_, k) => data[k * bands + band] ?? NaN),
    );
  const first = rows.slice(0, -1).map((row) => units[row] ?? row);
  return { times, rows, units: first, size, z: rowsOf(mean), low: rowsOf(min), high: rowsOf(max) };
}

/** Fine tiles where they are here, and coarse ones around them. @param {Tiles} coarse @param {Tiles} fine @returns {Tiles} */
export function joined(coarse, fine) {
  const bands = fine.units.length - 1;
  if (coarse.units.length - 1 !== bands) return fine;
  const [start = 0] = fine.times;
  const stop = fine.times.at(-1) ?? 0;
  const before = coarse.times.findIndex((edge) => edge >= start);
  const after = coarse.times.findIndex((edge) => edge > stop) - 1;
  /** @param {"min" | "mean" | "max"} name */
  const data = (name) =>
    Float64Array.from([
      ...coarse[name].subarray(0, before * bands),
      ...fine[name],
      ...(after < 0 ? [] : coarse[name].subarray(after * bands)),
    ]);
  return {
    times: [
      ...coarse.times.slice(0, before),
      ...fine.times,
      ...(after < 0 ? [] : coarse.times.slice(after + 1)),
    ],
    units: fine.units,
    min: data("min"),
    mean: data("mean"),
    max: data("max"),
  };
}

/** Which part of its edges a place is in; the nearest, outside of them. @param {ArrayLike<number>} edges @param {number} place */
export function partAt(edges, place) {
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (/** @type {number} */ (edges[middle]) <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** @param {Grid} grid @param {number} column @param {number} band @returns {Tile | null} */
function tileOf({ times, rows, units, size, z, low, high }, column, band) {
  const [start, stop, row, end] = [times[column], times[column + 1], rows[band], rows[band + 1]];
  const unit = units[band];
  const value = z[band]?.[column];
  if (
    start === undefined ||
    stop === undefined ||
    row === undefined ||
    end === undefined ||
    unit === undefined ||
    value === undefined ||
    unit >= size
  )
    return null;
  return {
    start,
    stop,
    row,
    rows: end - row,
    unit,
    value,
    low: low?.[band]?.[column] ?? value,
    high: high?.[band]?.[column] ?? value,
  };
}

/** The tile of a timestep in a row, if there is one. @param {Grid} grid @param {number} timestep @param {number} row */
export function mapTileAt(grid, timestep, row) {
  const { times, rows } = grid;
  const beside =
    timestep < (times[0] ?? 0) ||
    timestep >= (times[times.length - 1] ?? 0) ||
    row < 0 ||
    row >= (rows[rows.length - 1] ?? 0);
  return beside ? null : tileOf(grid, partAt(times, timestep), partAt(rows, row));
}

/** Where an arrow key goes: to the right, and down. @type {Record<string, [number, number]>} */
export const STEPS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The next tile in the direction of an arrow key; at the edge, or where there is none, the same. Rows of units without a
 * number are passed over.
 * @param {Grid} grid @param {Tile} tile @param {string} key @returns {Tile} */
export function mapNeighbour(grid, tile, key) {
  const [right, down] = STEPS[key] ?? [0, 0];
  const column = clamp(partAt(grid.times, tile.start) + right, 0, grid.times.length - 2);
  let band = partAt(grid.rows, tile.row) + down;
  while (down && band >= 0 && band < grid.rows.length - 1 && (grid.units[band] ?? 0) >= grid.size)
    band += down;
  return tileOf(grid, column, band) ?? tile;
}

/** Whether a tile is one number of the trace. @param {Pick<Tile, "start" | "stop" | "rows">} tile */
export const isSingleNumber = ({ start, stop, rows }) => stop - start === 1 && rows === 1;
