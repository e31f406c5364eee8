/**
 * The network strip as a plan: where the tile of each layer, direction and timestep stands. Bottom layer lowest; below the
 * input the labels of the timesteps, and rows of notes.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Direction} Direction
 * @typedef {{layer: number, direction: Direction, y: number, height: number}} Row
 * @typedef {{layer: number, y: number, height: number}} Join
 * @typedef {{width: number, height: number, start: number, stop: number, pitch: number, tile: number, left: number, rows: Row[], joins: Join[],
 *            input: {y: number, height: number}, labels: number, notes: Note[], marks: number}} Plan
 * @typedef {{name: "targets" | "answers" | `row${number}`, y: number, height: number}} Note
 * @typedef {{names: ("targets" | "answers")[], marked: boolean, rows?: {numeric: boolean}[]}} Noted which notes there are, whether answers are
 *   marked right or wrong, and the rows of annotations that come with the input
 */
import { mirrored } from "../model/cursor.js";

const WIDEST = 76;
const NARROW = 420;
const INPUT_HEIGHT = 14;
const JOIN_HEIGHT = 5;
const LABELS = 16;
const NOTE = { height: 15, gap: 3, line: 30 };
const MARKS = 9;

/** On a narrow screen a row is as high as a finger, while there are few. @param {number} rows @param {boolean} narrow */
const rowHeight = (rows, narrow) =>
  narrow && rows <= 8 ? 44 : rows <= 2 ? 38 : rows <= 4 ? 28 : rows <= 8 ? 20 : 14;

/** Room between neighbouring tiles: for an arrow, for a hairline, or none. @param {number} pitch */
const gapOf = (pitch) => (pitch >= 40 ? 16 : pitch >= 10 ? 2 : pitch >= 4 ? 1 : 0);

/** @param {Trace} trace @param {number} width @param {Noted} [noted] @returns {Plan} */
export function stripPlan(
  trace,
  width,
  { names, marked, rows: annotated = [] } = { names: [], marked: false },
) {
  const { num_layers: layers } = trace.request.config;
  const { directions, start, stop } = trace;
  const left = 4;
  const pitch = Math.min(WIDEST, (width - 2 * left) / (stop - start));
  const rowsHigh = rowHeight(layers * directions.length, width < NARROW);
  /** @type {Row[]} */
  const rows = [];
  /** @type {Join[]} */
  const joins = [];
  let y = 8;
  for (let layer = layers - 1; layer >= 0; layer -= 1) {
    joins.push({ layer, y, height: JOIN_HEIGHT });
    y += JOIN_HEIGHT + 7;
    for (const direction of directions) {
      rows.push({ layer, direction, y, height: rowsHigh });
      y += rowsHigh + 4;
    }
    y += 8;
  }
  const input = { y, height: INPUT_HEIGHT };
  const labels = y + INPUT_HEIGHT + LABELS - 4;
  let marks = labels + 6;
  /** @param {Note["name"]} name @param {number} noteHeight @returns {Note} */
  const note = (name, noteHeight) => {
    const placed = { name, y: marks, height: noteHeight };
    marks += noteHeight + NOTE.gap;
    return placed;
  };
  const notes = [
    ...annotated.map(({ numeric }, k) => note(`row${k}`, numeric ? NOTE.line : NOTE.height)),
    ...names.map((name) => note(name, NOTE.height)),
  ];
  const height = marks + (marked ? MARKS : 0);
  return {
    width,
    height,
    start,
    stop,
    pitch,
    tile: Math.max(pitch - gapOf(pitch), 0.5),
    left,
    rows,
    joins,
    input,
    labels,
    notes,
    marks,
  };
}

/** @param {Plan} plan @param {number} timestep */
export const tileX = (plan, timestep) => plan.left + (timestep - plan.start) * plan.pitch;

/** The timestep at a distance from the left, if any. @param {Plan} plan @param {number} x */
export function timestepAt(plan, x) {
  const timestep = plan.start + Math.floor((x - plan.left) / plan.pitch);
  return timestep < plan.start || timestep >= plan.stop ? null : timestep;
}

/** The tile under a point, if any. @param {Plan} plan @param {number} x @param {number} y */
export function stripTileAt(plan, x, y) {
  const timestep = timestepAt(plan, x);
  if (timestep === null) return null;
  const row = plan.rows.find(
    (candidate) => y >= candidate.y - 2 && y < candidate.y + candidate.height + 2,
  );
  return row ? { layer: row.layer, direction: row.direction, timestep } : null;
}

/** The timesteps [start, stop) at which the clock has passed the top layer in every direction: those with an answer.
 * @param {Plan} plan @param {(row: Row) => [number, number]} spanOf @returns {[number, number]} */
export function answeredSpan(plan, spanOf) {
  const top = plan.rows.filter(({ layer }) => layer === plan.rows[0]?.layer).map(spanOf);
  const start = Math.max(...top.map(([from]) => from));
  return [start, Math.max(start, Math.min(...top.map(([, to]) => to)))];
}

/** The timesteps [start, stop) of a row that the clock has passed, its present tile included.
 * @param {import("../types.js").Cursor} cursor @param {import("../types.js").Extent} extent
 * @param {import("../types.js").Order} order @param {Row} row @returns {[number, number]} */
export function computedSpan(cursor, extent, order, row) {
  const { start, length } = extent;
  const end = start + length;
  if (order === "column") return [start, cursor.timestep + 1];
  if (row.layer > cursor.layer) return [start, start];
  if (row.layer < cursor.layer) return [start, end];
  const forward =
    cursor.direction === "forward" ? cursor.timestep : mirrored(cursor.timestep, extent);
  return row.direction === "forward" ? [start, forward + 1] : [mirrored(forward, extent), end];
}
