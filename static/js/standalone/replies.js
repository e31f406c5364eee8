/** The answers of the API, from what the file holds. They have the form of those in ../server/api.js. */

import { complete } from "../model/request.js";
import { decode, largestMagnitude, vectorAt } from "../base/tensor.js";
import { GATES, explanationOf } from "./explained.js";

/** @typedef {import("../types.js").Cursor} Cursor */

/** A request as text that does not depend on the order of keys. @param {any} value @returns {string} */
const inOrder = (value) =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );

/**
 * @param {import("./data.js").Data} data
 * @param {Pick<typeof import("../server/api.js"), "ApiError" | "traceOf">} api what of the page's own module asks nobody
 */
export function createReplies(data, { ApiError, traceOf }) {
  const trace = traceOf(data.trace);
  const request = complete(data.trace.request);
  const left = data.cells.map((cell) => {
    const { h_0, c_0, z_x, z_h, z, tanh_c } = cell;
    return {
      ...cell,
      h_0: decode(h_0),
      c_0: decode(c_0),
      z_x: decode(z_x),
      z_h: decode(z_h),
      z: decode(z),
      tanh_c: decode(tanh_c),
    };
  });
  /** @param {Pick<Cursor, "layer" | "direction">} place */
  const leftOf = ({ layer, direction }) => {
    const found = left.find((cell) => cell.layer === layer && cell.direction === direction);
    if (!found) throw refusal();
    return found;
  };

  const refusal = () =>
    new ApiError(405, [
      {
        type: "standalone",
        loc: [],
        msg: "This file holds one recorded run and computes no other.",
      },
    ]);

  /** One gate of one sample, cut out of the pre-activations of all, at the timesteps [start, stop).
   * @param {import("../types.js").Tensor} z @param {number} gate @param {number} sample @param {number} start @param {number} stop */
  function cut(z, gate, sample, start, stop) {
    const units = (z.shape[2] ?? 0) / GATES.length;
    const values =
      z.data instanceof Float64Array
        ? new Float64Array((stop - start) * units)
        : new Float32Array((stop - start) * units);
    for (let t = start; t < stop; t += 1)
      values.set(
        vectorAt(z, t, sample).subarray(gate * units, (gate + 1) * units),
        (t - start) * units,
      );
    return { shape: [stop - start, 1, units], data: values, first: start };
  }

  return {
    trace: async () => trace,
    refuse: async () => {
      throw refusal();
    },
    /** The recorded run, for its own request and for no other. @param {any} asked */
    async runTrace(asked) {
      if (inOrder(complete(asked)) !== inOrder(request)) throw refusal();
      return { trace };
    },
    request: async () => request,
    /** @returns {Promise<import("../types.js").Preset[]>} */
    presets: async () =>
      data.preset ? [{ ...data.preset, request: complete(data.preset.request) }] : [],
    /** @param {Cursor} cursor */
    explanation: async (cursor) => explanationOf(trace, cursor, leftOf(cursor)),
    /** @param {Cursor} cursor @param {import("../types.js").Window} window @returns {Promise<import("../types.js").Sums>} */
    async sums({ layer, direction, sample }, { start, stop }) {
      const { z } = leftOf({ layer, direction });
      const parts = GATES.map(
        (gate, k) => /** @type {const} */ ([gate, cut(z, k, sample, start, stop)]),
      );
      return {
        id: trace.id,
        layer,
        direction,
        sample,
        start,
        stop,
        z: /** @type {any} */ (Object.fromEntries(parts)),
        most: /** @type {any} */ (
          Object.fromEntries(parts.map(([gate, tensor]) => [gate, largestMagnitude([tensor], 0)]))
        ),
      };
    },
    /** @param {Cursor} cursor */
    async units(cursor) {
      const found = leftOf(cursor).units[cursor.sample];
      if (!found) throw refusal();
      return found;
    },
  };
}
