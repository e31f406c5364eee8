/**
 * The pre-activations z of a cell's gates as they come from the server: which timesteps together, and those of one moment.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Sums} Sums
 */
import { vectorAt } from "../base/tensor.js";
import { roundDown, windowAt } from "./windows.js";

/** Numbers of one answer. */
const MAX_NUMBERS = 400_000;

/** The timesteps that are asked for together. @param {Trace} trace @param {number} timestep @returns {import("../types.js").Window} */
export function spanOf(trace, timestep) {
  const size = Math.min(
    trace.windowSize,
    roundDown(MAX_NUMBERS / (4 * trace.request.config.hidden_size)),
  );
  return windowAt(timestep, trace.seqLen, Math.min(size, trace.seqLen));
}

/** The pre-activations of a gate at the cursor, and how far they reach, if they are among these.
 * @param {Sums | null} sums @param {Trace} trace @param {Cursor} cursor @param {import("../types.js").Quantity} gate */
export function sumsAt(sums, trace, cursor, gate) {
  const name = /** @type {import("../types.js").Gate} */ (gate);
  const found = sums?.z[name];
  const here =
    found &&
    sums.id === trace.id &&
    sums.layer === cursor.layer &&
    sums.direction === cursor.direction &&
    sums.sample === cursor.sample &&
    cursor.timestep >= sums.start &&
    cursor.timestep < sums.stop;
  return here ? { values: vectorAt(found, cursor.timestep, 0), most: sums.most[name] || 1 } : null;
}
