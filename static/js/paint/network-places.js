/**
 * Which number stands where in the network strip: tiles of h, the input below them, and the answers.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Direction} Direction
 * @typedef {import("../figures/strip.js").Plan} Plan
 */
import { clamp } from "../model/cursor.js";
import { stripTileAt, timestepAt } from "../figures/strip.js";
import { showsUnits } from "./network-paint.js";

/** @param {Plan} plan @param {number} y */
const isAnswer = (plan, y) =>
  plan.notes.some((note) => note.name === "answers" && y >= note.y && y < note.y + note.height);

/** On an annotation, which is of the timestep whose x stands above it. @param {Plan} plan @param {number} y */
const isAnnotation = (plan, y) =>
  plan.notes.some((note) => note.name.startsWith("row") && y >= note.y && y < note.y + note.height);

/** Below the tiles, where only the timestep says something. @param {Plan} plan @param {number} x @param {number} y */
export const timestepBelow = (plan, x, y) => (y >= plan.input.y ? timestepAt(plan, x) : null);

/** The number under a point, if any. @param {Plan} drawn @param {Trace} trace @param {number} x @param {number} y */
export function valueUnder(drawn, trace, x, y) {
  const tile = stripTileAt(drawn, x, y);
  if (tile) {
    const row = rowOf(drawn, { ...tile, quantity: "h" });
    const size = trace.cells[0]?.h.shape[2] ?? 1;
    const unit =
      row && showsUnits(trace, drawn)
        ? clamp(Math.floor(((y - row.y) / row.height) * size), 0, size - 1)
        : null;
    return { ...tile, quantity: "h", unit };
  }
  const timestep = timestepAt(drawn, x);
  const share = (y - drawn.input.y) / drawn.input.height;
  if (timestep === null) return null;
  const direction = /** @type {const} */ ("forward");
  if (isAnswer(drawn, y))
    return {
      quantity: "h",
      layer: trace.request.config.num_layers - 1,
      direction,
      timestep,
      unit: null,
      answer: /** @type {const} */ (true),
    };
  if (isAnnotation(drawn, y)) return { quantity: "x", layer: 0, direction, timestep, unit: null };
  if (share < 0 || share >= 1) return null;
  return {
    quantity: "x",
    layer: 0,
    direction,
    timestep,
    unit: Math.floor(share * (trace.input.shape[2] ?? 1)),
  };
}

/** Where the strip shows a quantity: rows are h, and the lowest one is x. @param {Plan} drawn
 * @param {{quantity: string, layer: number, direction: Direction, answer?: true}} place */
export const rowOf = (drawn, { quantity, layer, direction, answer }) =>
  answer
    ? drawn.notes.find(({ name }) => name === "answers")
    : quantity === "x" && layer === 0
      ? drawn.input
      : quantity === "h"
        ? drawn.rows.find((row) => row.layer === layer && row.direction === direction)
        : undefined;
