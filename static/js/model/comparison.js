/**
 * What packing changes: the numbers that torch returned for a packed sequence, beside those of the same run in which the
 * padding is read as data. Differences of returned numbers, and nothing else.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Direction} Direction
 * @typedef {{layer: number | null, direction: Direction, difference: number}} Difference  `layer` null for output
 * @typedef {{sample: number, length: number, output: Difference[], h_n: Difference[], c_n: Difference[]}} ComparisonRow
 */
import { isMasked } from "./parity.js";
import { outputIndex, returnedRow } from "./returns.js";

/** Whether a trace is of a packed sequence with padding in it. @param {Trace} trace */
export const hasPadding = ({ request, lengths, seqLen }) =>
  request.lengths !== null && lengths.some((length) => length < seqLen);

/** The same request with its padding read as data. @param {Trace} trace @returns {import("../types.js").TraceRequest} */
export const paddedRequest = ({ request }) => ({ ...request, lengths: null });

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b NaN where either holds one */
export function largestDifference(a, b) {
  let largest = 0;
  for (let k = 0; k < a.length; k += 1) {
    const difference = Math.abs((a[k] ?? NaN) - (b[k] ?? NaN));
    if (Number.isNaN(difference)) return NaN;
    if (difference > largest) largest = difference;
  }
  return largest;
}

/** Sample by sample; output at the valid timesteps that are here.
 * @param {Trace} packed @param {Trace} padded @returns {ComparisonRow[]} */
export function differences(packed, padded) {
  return packed.lengths.map((length, sample) => ({
    sample,
    length,
    output: ofOutput(packed, padded, sample),
    h_n: ofStates(packed, padded, "h_n", sample),
    c_n: ofStates(packed, padded, "c_n", sample),
  }));
}

/** @param {Trace} packed @param {Trace} padded @param {number} sample @returns {Difference[]} */
function ofOutput(packed, padded, sample) {
  const { directions } = packed;
  const size = (packed.output.shape.at(-1) ?? 0) / directions.length;
  const start = Math.max(packed.start, padded.start);
  const stop = Math.min(packed.stop, padded.stop, packed.lengths[sample] ?? 0);
  return directions.map((direction, k) => {
    let largest = 0;
    for (let t = start; t < stop; t += 1) {
      const [ours, theirs] = [packed, padded].map((trace) =>
        returnedRow(trace, "output", outputIndex(trace, t, sample)).subarray(
          k * size,
          (k + 1) * size,
        ),
      );
      const difference = largestDifference(ours ?? [], theirs ?? []);
      if (!(difference <= largest)) largest = difference;
    }
    return { layer: null, direction, difference: largest };
  });
}

/** @param {Trace} packed @param {Trace} padded @param {"h_n" | "c_n"} name @param {number} sample @returns {Difference[]} */
function ofStates(packed, padded, name, sample) {
  return packed.cells.map(({ layer, direction }, cell) => {
    const index = packed.unbatched ? [cell] : [cell, sample];
    return {
      layer,
      direction,
      difference: largestDifference(
        returnedRow(packed, name, index),
        returnedRow(padded, name, index),
      ),
    };
  });
}

/** Why they differ, and where they do not: the sentences that hold of this trace.
 * @param {Trace} trace @returns {("same" | "reverse" | "stack" | "forward" | "whole" | "masks")[]} */
export function reasons(trace) {
  const both = trace.directions.length === 2;
  return [
    ...(both ? ["reverse"] : ["same"]),
    ...(both && trace.request.config.num_layers > 1 ? ["stack"] : []),
    "forward",
    ...(trace.lengths.some((length) => length === trace.seqLen) && !isMasked(trace.request)
      ? ["whole"]
      : []),
    ...(isMasked(trace.request) ? ["masks"] : []),
  ].map((reason) => /** @type {any} */ (reason));
}
