/**
 * Explanations without a server: it has left the sums and the hyperbolic tangents, so that what remains is to find numbers by
 * their place, and to multiply a weight with what it weighs.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Tensor} Tensor
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Explanation} Explanation
 * @typedef {import("../types.js").Product} Product
 * @typedef {{h_0: Tensor, c_0: Tensor, z_x: Tensor, z_h: Tensor, z: Tensor, tanh_c: Tensor}} Left of one cell; see data.js
 */
import { layerInput } from "../model/cell-vectors.js";
import { parameterOf } from "../figures/gate.js";
import { cellOf } from "../state/state.js";
import { rowAt, vectorAt } from "../base/tensor.js";

/** @type {readonly import("../types.js").Gate[]} */
export const GATES = ["i", "f", "g", "o"];

/** @param {Product["source"]} source @param {ArrayLike<number>} weights @param {ArrayLike<number>} values @returns {Product[]} */
const productsOf = (source, weights, values) =>
  Array.from(values, (value, index) => {
    const weight = weights[index] ?? NaN;
    return { source, index, weight, value, product: weight * value };
  });

/** What the cell had before this timestep, in the order in which it computes. @param {Trace} trace @param {Cursor} cursor @param {Left} left */
function before(trace, cursor, left) {
  const { timestep, sample, direction } = cursor;
  const cell = cellOf(trace, cursor);
  const previous = timestep + (direction === "forward" ? -1 : 1);
  const within = previous >= 0 && previous < (trace.lengths[sample] ?? trace.seqLen);
  return within
    ? { h: vectorAt(cell.h, previous, sample), c: vectorAt(cell.c, previous, sample) }
    : { h: rowAt(left.h_0, [sample]), c: rowAt(left.c_0, [sample]) };
}

/** @param {Trace} trace @param {Cursor} cursor @param {Left} left of the cursor's cell @returns {Explanation} */
export function explanationOf(trace, cursor, left) {
  const { layer, direction, timestep, sample, unit } = cursor;
  const cell = cellOf(trace, cursor);
  const { hidden_size: units } = trace.request.config;
  const x = layerInput(trace, layer, timestep, sample);
  const past = before(trace, cursor, left);
  const row = (/** @type {string} */ kind, /** @type {number} */ index) => {
    const found = parameterOf(trace, cursor, kind);
    return found ? rowAt(found.values, [index]) : null;
  };
  const number = (/** @type {string} */ kind, /** @type {number} */ index) =>
    parameterOf(trace, cursor, kind)?.values.data[index] ?? 0;
  const at = (/** @type {Tensor} */ tensor, /** @type {number} */ index) =>
    vectorAt(tensor, timestep, sample)[index] ?? NaN;
  const opened = GATES.map((gate, k) => {
    const index = k * units + unit;
    return /** @type {const} */ ([
      gate,
      {
        products: [
          ...productsOf("x", row("weight_ih", index) ?? [], x),
          ...productsOf("h", row("weight_hh", index) ?? [], past.h),
        ],
        bias_ih: number("bias_ih", index),
        bias_hh: number("bias_hh", index),
        z_x: at(left.z_x, index),
        z_h: at(left.z_h, index),
        pre_activation: at(left.z, index),
        activation: gate === "g" ? /** @type {const} */ ("tanh") : /** @type {const} */ ("sigmoid"),
        value: at(cell[gate], unit),
      },
    ]);
  });
  const gates = /** @type {Explanation["gates"]} */ (Object.fromEntries(opened));
  const cPrev = past.c[unit] ?? NaN;
  const explanation = {
    layer,
    direction,
    timestep,
    sample,
    unit,
    gates,
    c_prev: cPrev,
    forget_term: gates.f.value * cPrev,
    input_term: gates.i.value * gates.g.value,
    c: at(cell.c, unit),
    tanh_c: at(left.tanh_c, unit),
    h: unit < (cell.h.shape[2] ?? 0) ? at(cell.h, unit) : null,
  };
  const projected = explanation.h === null ? null : row("weight_hr", unit);
  if (!cell.m) return explanation;
  return {
    ...explanation,
    m: at(cell.m, unit),
    projection: projected ? productsOf("m", projected, vectorAt(cell.m, timestep, sample)) : [],
  };
}
