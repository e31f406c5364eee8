/**
 * What torch returns, and where each number of it stands among the tiles.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Direction} Direction
 */
import { firstOf, rowAt } from "../base/tensor.js";

/** The last timestep that a direction computes for a sample: where h_n and c_n come from.
 * @param {Trace} trace @param {Direction} direction @param {number} sample */
export const finalTimestep = (trace, direction, sample) =>
  direction === "forward" ? (trace.lengths[sample] ?? trace.seqLen) - 1 : 0;

/** The index expressions under which torch returns this tile; empty for what it hides.
 * @param {Trace} trace @param {number} layer @param {Direction} direction @param {number} timestep @param {number} sample
 * @returns {string[]} */
export function returnedAs(trace, layer, direction, timestep, sample) {
  const { config } = trace.request;
  const expressions = [];
  const row = layer * trace.directions.length + trace.directions.indexOf(direction);
  if (layer === config.num_layers - 1) {
    const lead = trace.unbatched
      ? [timestep]
      : config.batch_first
        ? [sample, timestep]
        : [timestep, sample];
    expressions.push(`output[${[...lead, featureSlice(trace, direction)].join(", ")}]`);
  }
  if (timestep === finalTimestep(trace, direction, sample)) {
    const state = trace.unbatched ? `[${row}]` : `[${row}, ${sample}]`;
    expressions.push(`h_n${state}`, `c_n${state}`);
  }
  return expressions;
}

/** The part of output's last axis that one direction fills. @param {Trace} trace @param {Direction} direction */
function featureSlice(trace, direction) {
  const size = trace.request.config.proj_size || trace.request.config.hidden_size;
  if (trace.directions.length === 1) return ":";
  return direction === "forward" ? `:${size}` : `${size}:`;
}

/** The axes of a returned tensor in torch's words. @param {Trace} trace @param {"output" | "h_n" | "c_n"} name */
export function axesOf(trace, name) {
  const { config } = trace.request;
  const directions = config.bidirectional ? "2\u00b7" : "";
  const size = config.proj_size && name !== "c_n" ? "P" : "H";
  if (name === "output") {
    const lead = trace.unbatched ? "T" : config.batch_first ? "N, T" : "T, N";
    return `(${lead}, ${directions}${size})`;
  }
  return `(${directions}L${trace.unbatched ? "" : ", N"}, ${size})`;
}

/** Which axis of a returned tensor is the sample's, and which of output the timestep's; -1 for none.
 * @param {Trace} trace @param {"output" | "h_n" | "c_n"} name */
export const sampleAxis = (trace, name) =>
  trace.unbatched ? -1 : name === "output" && trace.request.config.batch_first ? 0 : 1;
/** @param {Trace} trace */
const timeAxis = (trace) => (trace.unbatched || !trace.request.config.batch_first ? 0 : 1);

/** The shape that torch returns, also where only a window of it is here.
 * @param {Trace} trace @param {"output" | "h_n" | "c_n"} name */
export const returnedShape = (trace, name) =>
  trace[name].shape.map((length, axis) =>
    name === "output" && axis === timeAxis(trace) ? trace.seqLen : length,
  );

/** The row at an index of what torch returns. @param {Trace} trace @param {"output" | "h_n" | "c_n"} name @param {number[]} index */
export function returnedRow(trace, name, index) {
  const tensor = trace[name];
  return rowAt(
    tensor,
    name === "output"
      ? index.map((k, axis) => (axis === timeAxis(trace) ? k - firstOf(tensor) : k))
      : index,
  );
}

/** Where output stands at a timestep of a sample. @param {Trace} trace @param {number} timestep @param {number} sample */
export const outputIndex = (trace, timestep, sample) =>
  trace.unbatched ? [timestep] : timeAxis(trace) === 0 ? [timestep, sample] : [sample, timestep];

/** Every leading index of a tensor of this shape, in order. @param {number[]} shape @returns {number[][]} */
export function leadingIndices(shape) {
  /** @type {number[][]} */
  let indices = [[]];
  for (const length of shape.slice(0, -1)) {
    indices = indices.flatMap((index) => Array.from({ length }, (_, k) => [...index, k]));
  }
  return indices;
}

/** The number of a cell that torch returns at an index. @param {Trace} trace @param {"output" | "h_n" | "c_n"} name
 * @param {number[]} index all axes but the last @param {number} column @returns {import("../types.js").Place} */
export function originOf(trace, name, index, column) {
  const axis = sampleAxis(trace, name);
  const sample = axis < 0 ? 0 : (index[axis] ?? 0);
  if (name === "output") {
    const size = trace.request.config.proj_size || trace.request.config.hidden_size;
    const direction = trace.directions[Math.floor(column / size)] ?? "forward";
    return {
      quantity: "h",
      layer: trace.request.config.num_layers - 1,
      direction,
      timestep: index[timeAxis(trace)] ?? 0,
      unit: column % size,
      sample,
    };
  }
  const row = index[0] ?? 0;
  const direction = trace.directions[row % trace.directions.length] ?? "forward";
  return {
    quantity: name === "c_n" ? "c" : "h",
    layer: Math.floor(row / trace.directions.length),
    direction,
    timestep: finalTimestep(trace, direction, sample),
    unit: column,
    sample,
  };
}
