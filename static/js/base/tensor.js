/**
 * Tensors as they come over the wire, and the slices that the page draws. Indexing only: no arithmetic of the LSTM.
 *
 * @typedef {import("../types.js").Tensor} Tensor
 * @typedef {import("../types.js").WireTensor} WireTensor
 * @typedef {import("../types.js").Numbers} Numbers
 */

/** @param {string} text @returns {ArrayBuffer} */
function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < binary.length; k += 1) bytes[k] = binary.charCodeAt(k);
  return bytes.buffer;
}

/** The exact numbers of a base64 tensor. @param {WireTensor} wire @returns {Tensor} */
export function decode(wire) {
  const buffer = bytesOf(wire.bdata);
  const data = wire.dtype === "f8" ? new Float64Array(buffer) : new Float32Array(buffer);
  const size = wire.shape.reduce((product, length) => product * length, 1);
  if (data.length !== size)
    throw new RangeError(`tensor of shape ${wire.shape} has ${data.length} numbers`);
  return { shape: wire.shape, data };
}

/** The timestep that a tensor begins with: that of a window, else 0. @param {Tensor} tensor */
export const firstOf = ({ first = 0 }) => first;

/** The vector at one timestep of one sample of a (T, N, size) tensor; shares its memory.
 * @param {Tensor} tensor @param {number} timestep @param {number} sample @returns {Numbers} */
export function vectorAt(tensor, timestep, sample) {
  const [, batch, size] = /** @type {[number, number, number]} */ (tensor.shape);
  const start = ((timestep - firstOf(tensor)) * batch + sample) * size;
  return tensor.data.subarray(start, start + size);
}

/** The timesteps [start, stop) that a tensor holds. @param {Tensor} tensor @returns {[number, number]} */
const spanOf = (tensor) => [firstOf(tensor), firstOf(tensor) + (tensor.shape[0] ?? 0)];

/** One unit over some timesteps [start, stop) of one sample of a (T, N, size) tensor, or over all.
 * @param {Tensor} tensor @param {number} unit @param {number} sample @param {[number, number]} [span] @returns {Numbers} */
export function unitOverTime(tensor, unit, sample, [start, stop] = spanOf(tensor)) {
  const [, batch, size] = /** @type {[number, number, number]} */ (tensor.shape);
  const steps = stop - start;
  const row = start - firstOf(tensor);
  const series =
    tensor.data instanceof Float64Array ? new Float64Array(steps) : new Float32Array(steps);
  for (let k = 0; k < steps; k += 1)
    series[k] = tensor.data[((row + k) * batch + sample) * size + unit] ?? NaN;
  return series;
}

/** The largest magnitude of one sample of (T, N, size) tensors, NaN left out.
 * @param {Tensor[]} tensors @param {number} sample */
export function largestMagnitude(tensors, sample) {
  let largest = 0;
  for (const tensor of tensors) {
    const [start, stop] = spanOf(tensor);
    for (let t = start; t < stop; t += 1) {
      for (const value of vectorAt(tensor, t, sample)) {
        const magnitude = Math.abs(value);
        if (magnitude > largest) largest = magnitude;
      }
    }
  }
  return largest;
}

/** NaN for a vector that holds any. @param {ArrayLike<number>} vector */
export function meanMagnitude(vector) {
  let sum = 0;
  for (let unit = 0; unit < vector.length; unit += 1) sum += Math.abs(vector[unit] ?? NaN);
  return sum / vector.length;
}

/** The mean magnitude of the vector at each of the timesteps [start, stop), NaN where there is none.
 * @param {Tensor} tensor @param {number} sample @param {[number, number]} span @returns {Float64Array} */
export const meanMagnitudes = (tensor, sample, [start, stop]) =>
  Float64Array.from({ length: stop - start }, (_, k) =>
    meanMagnitude(vectorAt(tensor, start + k, sample)),
  );

/** A row of the last axis, for any leading index. @param {Tensor} tensor @param {number[]} index @returns {Numbers} */
export function rowAt(tensor, index) {
  const size = tensor.shape[tensor.shape.length - 1] ?? 0;
  let offset = 0;
  index.forEach((position, axis) => {
    offset = offset * (tensor.shape[axis] ?? 1) + position;
  });
  return tensor.data.subarray(offset * size, offset * size + size);
}
