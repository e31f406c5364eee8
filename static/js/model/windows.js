/**
 * How much of a trace is read at once. A long one is read in windows of timesteps, all of the same size and next to each
 * other from t = 0 on, so that a timestep is always found in the same window.
 *
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 */
import { inputSizes } from "./request.js";

/** What a reply may bring for the page to stay quick: numbers in all, and timesteps to draw. */
export const REPLY_LIMITS = { numbers: 8_000_000, timesteps: 10_000 };
/** How many numbers one timestep of a trace holds. @param {TraceRequest} request */
export function numbersPerTimestep(request) {
  const { batchSize } = inputSizes(request);
  const { config } = request;
  const {
    input_size: width,
    hidden_size: units,
    num_layers: layers,
    proj_size: projection,
  } = config;
  const directions = config.bidirectional ? 2 : 1;
  const size = projection || units;
  const cell = 5 * units + size + (projection ? units : 0);
  return batchSize * (width + layers * directions * cell + directions * size);
}

/** Timesteps of one window: all of a trace that can be read at once, else a round number.
 * @param {TraceRequest} request */
export function windowSize(request) {
  const { seqLen } = inputSizes(request);
  const fitting = Math.min(
    REPLY_LIMITS.timesteps,
    REPLY_LIMITS.numbers / numbersPerTimestep(request),
  );
  return seqLen > fitting ? roundDown(fitting) : seqLen;
}

/** The next smaller of 1, 2, 5, 10, 20, 50 and so on, or the number itself if it is one; at least 1.
 * @param {number} number */
export function roundDown(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return Math.max(
    1,
    .../** @type {number[]} */ (
      [1, 2, 5].map((factor) => factor * power).filter((round) => round <= number)
    ),
  );
}

/** The window that holds a timestep. @param {number} timestep @param {number} seqLen @param {number} size
 * @returns {import("../types.js").Window} */
export function windowAt(timestep, seqLen, size) {
  const start = Math.floor(Math.max(0, Math.min(seqLen - 1, timestep)) / size) * size;
  return { start, stop: Math.min(seqLen, start + size), size, seqLen };
}

/** Whether only a window of a trace is here. @param {import("../types.js").Trace} trace */
export const isWindowed = ({ start, stop, seqLen }) => stop - start < seqLen;
