/**
 * The present trace written out as lists: where a reader starts who wants to change a number by hand.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Tensor} Tensor
 * @typedef {import("../types.js").Nested} Nested
 */
import { firstOf } from "../base/tensor.js";

/** The shortest decimal that reads back as the same float32. @param {number} value */
export function shortest(value) {
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** @param {Tensor} tensor @returns {Nested} */
export function asLists({ shape, data }) {
  const written = data instanceof Float32Array ? Array.from(data, shortest) : Array.from(data);
  /** @type {(axis: number, offset: number) => Nested} */
  const level = (axis, offset) => {
    if (axis === shape.length) return written[offset] ?? null;
    const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    return Array.from({ length: shape[axis] ?? 0 }, (_, k) => level(axis + 1, offset + k * stride));
  };
  return level(0, 0);
}

/** @param {Trace} trace @returns {Record<string, Nested>} */
export const parametersAsLists = (trace) =>
  Object.fromEntries(trace.parameters.map(({ name, values }) => [name, asLists(values)]));

/** The input in the layout that this very call takes; of a window, its timesteps. @param {Trace} trace @returns {Nested} */
export function inputInLayout(trace) {
  const first = firstOf(trace.input);
  const timeMajor = /** @type {Nested[][]} */ (asLists(trace.input)).slice(
    trace.start - first,
    trace.stop - first,
  );
  if (trace.unbatched) return timeMajor.map((samples) => samples[0] ?? null);
  if (!trace.request.config.batch_first) return timeMajor;
  return Array.from({ length: trace.batchSize }, (_, n) =>
    timeMajor.map((samples) => samples[n] ?? null),
  );
}
