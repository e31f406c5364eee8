/** What the comparison with torch says: of the whole run, and of each layer alone. */

/** @typedef {import("../types.js").Parity} Parity */
/** @typedef {import("../types.js").Agreement} Agreement */

/** In a word: the same bits, as near as rounding allows, further off, or not to be compared.
 * @param {Agreement} agreement @returns {"bits" | "ok" | "off" | "nonfinite"} */
export function parityVerdict({ bit_equal: bits, max_abs_difference: most, ok }) {
  if (bits) return "bits";
  if (most === null) return "nonfinite";
  return ok ? "ok" : "off";
}

/** The layers that have a line of their own: those of a stack. One layer is the whole run.
 * @param {Parity} parity */
export const layersOf = ({ layers = [] }) => (layers.length > 1 ? layers : []);

/** Whether masks acted between the layers of a request, so that a layer's input is more than the output below it.
 * @param {import("../types.js").TraceRequest} request */
export const isMasked = ({ training, config }) =>
  training && config.dropout > 0 && config.num_layers > 1;
