/**
 * The REST API, as the page uses it: the public one, nothing else.
 *
 * @typedef {import("./types.js").Trace} Trace
 * @typedef {import("./types.js").TraceRequest} TraceRequest
 */
import { inputShape } from "./call.js";
import { complete } from "./request.js";
import { decode } from "./tensor.js";

/** The server answered, and the answer is an error in the one shape that it has. */
export class ApiError extends Error {
  /** @param {number} status @param {import("./types.js").FieldError[]} detail */
  constructor(status, detail) {
    super(detail[0]?.msg ?? `HTTP ${status}`);
    this.failure = { status, detail };
  }
}

/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
async function ask(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return response.json();
  const body = await response.json().catch(() => null);
  const detail = Array.isArray(body?.detail) ? body.detail : [{ type: "http", loc: [], msg: `HTTP ${response.status}` }];
  throw new ApiError(response.status, detail);
}

/** @param {TraceRequest | {[key: string]: unknown}} request @param {AbortSignal} signal @returns {Promise<Trace>} */
export async function runTrace(request, signal) {
  const body = JSON.stringify(request);
  const headers = { "content-type": "application/json" };
  return traceOf(await ask("/api/traces?encoding=base64", { method: "POST", body, headers, signal }));
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Trace>} */
export async function fetchTrace(id, signal) {
  return traceOf(await ask(`/api/traces/${encodeURIComponent(id)}?encoding=base64`, { signal }));
}

/** @returns {Promise<import("./types.js").Preset[]>} */
export async function fetchPresets() {
  const { presets } = await ask("/api/presets");
  return presets.map((/** @type {any} */ preset) => ({ ...preset, request: complete(preset.request) }));
}

/** @param {string} id @param {import("./types.js").Cursor} cursor @param {AbortSignal} signal
 * @returns {Promise<import("./types.js").Explanation>} */
export function fetchExplanation(id, cursor, signal) {
  const { layer, direction, timestep, sample, unit } = cursor;
  const query = new URLSearchParams(Object.entries({ layer, direction, timestep, sample, unit }).map(([key, value]) => [key, String(value)]));
  return ask(`/api/traces/${encodeURIComponent(id)}/explanation?${query}`, { signal });
}

/** @param {any} reply @returns {Trace} */
export function traceOf(reply) {
  const cells = reply.cells.map((/** @type {any} */ cell) => ({
    ...cell,
    ...Object.fromEntries(["i", "f", "g", "o", "c", "m", "h"].filter((name) => cell[name]).map((name) => [name, decode(cell[name])])),
  }));
  const input = decode(reply.input);
  const [seqLen = 0, batchSize = 0] = input.shape;
  /** @type {TraceRequest} */
  const request = reply.request;
  return {
    id: reply.id, request, input, cells, parity: reply.parity, nonfinite: reply.nonfinite,
    parameters: reply.parameters.map((/** @type {any} */ { name, shape, values }) => ({ name, shape, values: decode(values) })),
    masks: Object.fromEntries((reply.dropout_masks ?? []).map((/** @type {any} */ { layer, values }) => [layer, decode(values)])),
    output: decode(reply.output), h_n: decode(reply.h_n), c_n: decode(reply.c_n),
    seqLen, batchSize,
    directions: request.config.bidirectional ? ["forward", "reverse"] : ["forward"],
    unbatched: inputShape(request).length === 2,
    lengths: request.lengths ?? Array.from({ length: batchSize }, () => seqLen),
  };
}
