/**
 * The clock: in which order an LSTM computes its tiles, and where a cursor stands in that order.
 *
 * In computation order a clock reading is `layer * length + k`: the k-th timestep that both directions of a layer
 * compute together. The forward cursor is then at t = k, the reverse cursor at t = length - 1 - k, and the next layer
 * starts only after both are through. In column view a reading is simply t. Of a long trace the clock runs over the
 * window that is shown: k counts from its `start`.
 *
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Extent} Extent
 * @typedef {import("../types.js").Direction} Direction
 * @typedef {import("../types.js").Order} Order
 */

/** @type {readonly import("../types.js").Quantity[]} In torch's row order, then what they make. */
export const QUANTITIES = ["i", "f", "g", "o", "c", "h"];

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** @param {import("../types.js").Trace} trace @param {number} sample @returns {Extent} */
export function extentOf(trace, sample) {
  return {
    layers: trace.request.config.num_layers,
    directions: trace.directions,
    start: trace.start,
    // A window may lie beyond a short sample; its cursor then stands on the first padded tile.
    length: Math.max(1, Math.min(trace.lengths[sample] ?? trace.seqLen, trace.stop) - trace.start),
    stages: trace.request.config.proj_size > 0 ? 6 : 5,
  };
}

/** The timestep as far from the end as this one is from the start: where the other direction is at the same moment.
 * @param {number} timestep @param {Pick<Extent, "start" | "length">} extent */
export const mirrored = (timestep, { start, length }) => 2 * start + length - 1 - timestep;

/** The timestep that a direction computes as its k-th.
 * @param {number} k @param {Direction} direction @param {Extent} extent */
const timestepAt = (k, direction, extent) =>
  direction === "forward" ? extent.start + k : mirrored(extent.start + k, extent);

/** How many timesteps a direction has computed before this one; the inverse of `timestepAt`.
 * @param {number} timestep @param {Direction} direction @param {Extent} extent */
const turnOf = (timestep, direction, extent) =>
  (direction === "forward" ? timestep : mirrored(timestep, extent)) - extent.start;

/** How many readings the clock has. @param {Extent} extent @param {Order} order */
export const clockLength = (extent, order) =>
  (order === "column" ? 1 : extent.layers) * extent.length;

/** @param {Cursor} cursor @param {Extent} extent @param {Order} order */
export function clockOf(cursor, extent, order) {
  if (order === "column") return cursor.timestep - extent.start;
  return cursor.layer * extent.length + turnOf(cursor.timestep, cursor.direction, extent);
}

/** The cursor moved to a clock reading, its direction kept.
 * @param {Cursor} cursor @param {number} clock @param {Extent} extent @param {Order} order @returns {Cursor} */
export function atClock(cursor, clock, extent, order) {
  const reading = clamp(clock, 0, clockLength(extent, order) - 1);
  if (order === "column") return { ...cursor, timestep: extent.start + reading };
  const layer = Math.floor(reading / extent.length);
  const timestep = timestepAt(reading - layer * extent.length, cursor.direction, extent);
  return { ...cursor, layer, timestep };
}

/** The cursor `count` timesteps of the clock further (or back, if negative); it stops at the ends.
 * @param {Cursor} cursor @param {number} count @param {Extent} extent @param {Order} order @returns {Cursor} */
export function moveTimesteps(cursor, count, extent, order) {
  return atClock(cursor, clockOf(cursor, extent, order) + count, extent, order);
}

/** The cursor one stage further or back, across timesteps. It stops at the ends.
 * @param {Cursor} cursor @param {1 | -1} count @param {Extent} extent @param {Order} order @returns {Cursor} */
export function moveStage(cursor, count, extent, order) {
  const stage = cursor.stage + count;
  if (stage >= 0 && stage < extent.stages) return { ...cursor, stage };
  const moved = moveTimesteps(cursor, count, extent, order);
  if (moved.timestep === cursor.timestep && moved.layer === cursor.layer) return cursor;
  return { ...moved, stage: count > 0 ? 0 : extent.stages - 1 };
}

/** The other direction of the same layer; at the same clock reading in computation order, at the same t in columns.
 * @param {Cursor} cursor @param {Extent} extent @param {Order} order @returns {Cursor} */
export function otherDirection(cursor, extent, order) {
  if (extent.directions.length < 2) return cursor;
  const direction = cursor.direction === "forward" ? "reverse" : "forward";
  const timestep = order === "column" ? cursor.timestep : mirrored(cursor.timestep, extent);
  return { ...cursor, direction, timestep };
}

/** The cursor `count` layers higher, at the same timestep.
 * @param {Cursor} cursor @param {number} count @param {Extent} extent @returns {Cursor} */
export function moveLayer(cursor, count, extent) {
  return { ...cursor, layer: clamp(cursor.layer + count, 0, extent.layers - 1) };
}

/** Whether the cursor stands on the last moment of the clock, its last stage included when stages count.
 * @param {Cursor} cursor @param {Extent} extent @param {Order} order @param {import("../types.js").Granularity} granularity */
export function atEnd(cursor, extent, order, granularity) {
  const last = clockOf(cursor, extent, order) >= clockLength(extent, order) - 1;
  return last && (granularity === "timestep" || cursor.stage >= extent.stages - 1);
}

/** The cursor brought inside a trace: every index clipped to what exists, reverse only where there is one.
 * @param {Cursor} cursor @param {import("../types.js").Trace} trace @returns {Cursor} */
export function fitCursor(cursor, trace) {
  const sample = clamp(cursor.sample, 0, trace.batchSize - 1);
  const extent = extentOf(trace, sample);
  return {
    layer: clamp(cursor.layer, 0, extent.layers - 1),
    direction: extent.directions.includes(cursor.direction) ? cursor.direction : "forward",
    timestep: clamp(cursor.timestep, extent.start, extent.start + extent.length - 1),
    stage: clamp(cursor.stage, 0, extent.stages - 1),
    unit: clamp(cursor.unit, 0, trace.request.config.hidden_size - 1),
    sample,
    quantity: QUANTITIES.includes(cursor.quantity) ? cursor.quantity : "h",
  };
}

/** The number that the page speaks of: what the stage writes; before that, the chosen gate.
 * @param {Cursor} cursor @returns {import("../types.js").Quantity} */
export function focusOf(cursor) {
  if (cursor.stage === 3) return "c";
  if (cursor.stage > 3) return "h";
  return cursor.quantity === "c" || cursor.quantity === "h" ? "f" : cursor.quantity;
}

/** The letter of that number: before a projection it is m. @param {import("../types.js").Trace} trace @param {Cursor} cursor
 * @returns {import("../types.js").Quantity | "m"} */
export const letterOf = (trace, cursor) =>
  cursor.stage === 4 && trace.request.config.proj_size > 0 ? "m" : focusOf(cursor);

/** A quantity chosen, and with it the stage that writes it.
 * @param {Cursor} cursor @param {import("../types.js").Quantity} quantity @param {number} stages @returns {Cursor} */
export function withQuantity(cursor, quantity, stages) {
  const stage = quantity === "h" ? stages - 1 : quantity === "c" ? 3 : Math.min(cursor.stage, 2);
  return { ...cursor, quantity, stage };
}

/** The key of a stage's label: before a projection, o * tanh c is not yet the hidden state. @param {import("../types.js").Stage} stage */
export const stageLabel = ({ name, writes }) =>
  `stage.${writes.includes("m") ? "before_projection" : name}.label`;

/** The stages that the cells of this configuration have.
 * @param {import("../types.js").Stage[]} all @param {import("../types.js").Config} config */
export const stagesOf = (all, config) =>
  all.filter(
    ({ with_projection: projected }) => projected === null || projected === config.proj_size > 0,
  );
