/**
 * The REST API, as the page uses it: the public one, nothing else.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 */
import { inputShape } from "../model/call.js";
import { QUANTITIES } from "../model/cursor.js";
import { complete } from "../model/request.js";
import { decode, largestMagnitude } from "../base/tensor.js";

/** The server answered, and the answer is an error in the one shape that it has. */
export class ApiError extends Error {
  /** @param {number} status @param {import("../types.js").FieldError[]} detail */
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
  const detail = Array.isArray(body?.detail)
    ? body.detail
    : [{ type: "http", loc: [], msg: `HTTP ${response.status}` }];
  throw new ApiError(response.status, detail);
}

/** The trace of a request, or the run to watch where the server needs more than `wait` seconds or one reply is too small.
 * @param {TraceRequest | {[key: string]: unknown}} request @param {number} wait @param {AbortSignal} signal
 * @returns {Promise<{trace: Trace} | {run: import("../types.js").LongRun}>} */
export async function runTrace(request, wait, signal) {
  const body = JSON.stringify(request);
  const headers = { "content-type": "application/json", prefer: `respond-async, wait=${wait}` };
  const options = { method: "POST", body, headers, signal };
  const reply = await ask("/api/traces?encoding=base64", options);
  return "status" in reply ? { run: reply } : { trace: traceOf(reply) };
}

/** @param {import("../types.js").Window} window */
const firstOf = ({ start }) => Math.max(0, start - 1);

/** A kept trace, or a window of it, with a timestep more at either end: what the first tile in sight comes from.
 * @param {string} id @param {import("../types.js").Window | null} window @param {AbortSignal} signal
 * @returns {Promise<Trace>} */
export async function fetchTrace(id, window, signal) {
  const narrowed = window
    ? `&start=${firstOf(window)}&stop=${Math.min(window.seqLen, window.stop + 1)}`
    : "";
  return traceOf(
    await ask(`/api/traces/${encodeURIComponent(id)}?encoding=base64${narrowed}`, { signal }),
    window,
  );
}

/** The request that a kept trace answers. @param {string} id @param {AbortSignal} signal
 * @returns {Promise<TraceRequest>} */
export async function fetchRequest(id, signal) {
  const least = "stop=1&layer=0&direction=forward&quantity=h&sample=0&encoding=base64";
  return (await ask(`/api/traces/${encodeURIComponent(id)}?${least}`, { signal })).request;
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<import("../types.js").LongRun>} */
export const fetchRun = (id, signal) => ask(`/api/runs/${encodeURIComponent(id)}`, { signal });

/** Nobody here waits for it any more; another page may. Sent even while the page is being left. @param {string} id @returns {Promise<void>} */
export const cancelRun = (id) =>
  ask(`/api/runs/${encodeURIComponent(id)}?unless_watched=true`, {
    method: "DELETE",
    keepalive: true,
  });

/** @param {string} id */
export const runEvents = (id) => new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);

/** @returns {Promise<import("../types.js").Preset[]>} */
export async function fetchPresets() {
  const { presets } = await ask("/api/presets");
  return presets.map((/** @type {any} */ preset) => ({
    ...preset,
    request: complete(preset.request),
  }));
}

/** @param {string} id @param {import("../types.js").Cursor} cursor @param {AbortSignal} signal
 * @returns {Promise<import("../types.js").Explanation>} */
export function fetchExplanation(id, cursor, signal) {
  const { layer, direction, timestep, sample, unit } = cursor;
  const query = new URLSearchParams(
    Object.entries({ layer, direction, timestep, sample, unit }).map(([key, value]) => [
      key,
      String(value),
    ]),
  );
  return ask(`/api/traces/${encodeURIComponent(id)}/explanation?${query}`, { signal });
}

const GATES = /** @type {const} */ (["i", "f", "g", "o"]);

/** @param {string} id @param {import("../types.js").Cursor} cursor @param {import("../types.js").Window} window @param {AbortSignal} signal
 * @returns {Promise<import("../types.js").Sums>} */
export async function fetchSums(id, { layer, direction, sample }, { start, stop }, signal) {
  const query = new URLSearchParams(
    Object.entries({ layer, direction, sample, start, stop, encoding: "base64" }).map(
      ([key, value]) => [key, String(value)],
    ),
  );
  for (const gate of GATES) query.append("quantity", `z_${gate}`);
  const {
    cells: [cell],
  } = await ask(`/api/traces/${encodeURIComponent(id)}?${query}`, { signal });
  const z = GATES.map(
    (gate) => /** @type {const} */ ([gate, { ...decode(cell[`z_${gate}`]), first: start }]),
  );
  return {
    id,
    layer,
    direction,
    sample,
    start,
    stop,
    z: /** @type {any} */ (Object.fromEntries(z)),
    most: /** @type {any} */ (
      Object.fromEntries(z.map(([gate, tensor]) => [gate, largestMagnitude([tensor], 0)]))
    ),
  };
}

/** A file of weights, as it is. @param {File} file @param {AbortSignal} signal @returns {Promise<import("../state/upload.js").UploadedFile>} */
export const uploadFile = (file, signal) =>
  ask("/api/uploads", {
    method: "PUT",
    body: file,
    headers: { "content-type": "application/octet-stream" },
    signal,
  });

/** What an uploaded file holds. @param {string} id @param {AbortSignal} signal @returns {Promise<import("../state/upload.js").UploadedFile>} */
export const fetchUpload = (id, signal) =>
  ask(`/api/uploads/${encodeURIComponent(id)}`, { signal });

/** Remove an uploaded file for good. @param {string} id */
export async function deleteUpload(id) {
  await fetch(`/api/uploads/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** @param {string} path @param {URLSearchParams} query @param {Blob | string} body @param {string} type @param {AbortSignal} signal */
const askAbout = (path, query, body, type, signal) =>
  ask(`${path}?${query}`, { method: "POST", body, headers: { "content-type": type }, signal });

/** What data holds that might become an input. @param {URLSearchParams} query @param {Blob | string} body @param {string} type @param {AbortSignal} signal
 * @returns {Promise<import("../types.js").InputPreview>} */
export const previewInput = (query, body, type, signal) =>
  askAbout("/api/inputs/preview", query, body, type, signal);

/** The same data as an input. @param {URLSearchParams} query @param {Blob | string} body @param {string} type @param {AbortSignal} signal
 * @returns {Promise<import("../types.js").InputReading>} */
export const readInput = (query, body, type, signal) =>
  askAbout("/api/inputs", query, body, type, signal);

/** What the units of a cell are like, over the whole of a sample. @param {AbortSignal} signal @param {string} id
 * @param {import("../types.js").Cursor} cursor @returns {Promise<import("../model/unit-order.js").Units>} */
export function fetchUnits(signal, id, { layer, direction, sample }) {
  const query = new URLSearchParams({ layer: String(layer), direction, sample: String(sample) });
  return ask(`/api/traces/${encodeURIComponent(id)}/units?${query}`, { signal });
}

/** The quantities of a cell from afar, in at most so many tiles. @param {AbortSignal} signal @param {string} id
 * @param {import("../types.js").Cursor} cursor @param {{start: number, stop: number, width: number, height: number}} view
 * @param {readonly number[] | null} order the unit of each row, where they do not stand by index
 * @returns {Promise<Record<import("../types.js").Quantity, import("../types.js").Tiles>>} */
export async function fetchTiles(signal, id, { layer, direction, sample }, view, order) {
  const tiles = await Promise.all(
    QUANTITIES.map(async (quantity) => {
      const query = new URLSearchParams(
        Object.entries({ layer, direction, sample, quantity, ...view, encoding: "base64" }).map(
          ([key, value]) => [key, String(value)],
        ),
      );
      for (const unit of order ?? []) query.append("units", String(unit));
      const {
        time_edges: times,
        unit_edges: units,
        min,
        mean,
        max,
      } = await ask(`/api/traces/${encodeURIComponent(id)}/overview?${query}`, { signal });
      return [
        quantity,
        { times, units, min: decode(min).data, mean: decode(mean).data, max: decode(max).data },
      ];
    }),
  );
  return Object.fromEntries(tiles);
}

/** @param {any} reply @param {import("../types.js").Window | null} [window] @returns {Trace} */
export function traceOf(reply, window = null) {
  const first = window ? firstOf(window) : 0;
  /** @param {any} wire of timesteps from `first` on */
  const timed = (wire) => ({ ...decode(wire), first });
  const cells = reply.cells.map((/** @type {any} */ cell) => ({
    ...cell,
    ...Object.fromEntries(
      ["i", "f", "g", "o", "c", "m", "h"]
        .filter((name) => cell[name])
        .map((name) => [name, timed(cell[name])]),
    ),
  }));
  const input = timed(reply.input);
  /** @type {TraceRequest} */
  const request = reply.request;
  const [steps = 0, batchSize = 0] = input.shape;
  const seqLen = window?.seqLen ?? steps;
  return {
    id: reply.id,
    request,
    input,
    cells,
    parity: reply.parity,
    nonfinite: reply.nonfinite,
    parameters: reply.parameters.map((/** @type {any} */ { name, shape, values }) => ({
      name,
      shape,
      values: decode(values),
    })),
    masks: Object.fromEntries(
      (reply.dropout_masks ?? []).map((/** @type {any} */ { layer, values }) => [
        layer,
        timed(values),
      ]),
    ),
    output: timed(reply.output),
    h_n: decode(reply.h_n),
    c_n: decode(reply.c_n),
    seqLen,
    batchSize,
    start: window?.start ?? 0,
    stop: window?.stop ?? seqLen,
    windowSize: window?.size ?? seqLen,
    directions: request.config.bidirectional ? ["forward", "reverse"] : ["forward"],
    unbatched: inputShape(request).length === 2,
    lengths: request.lengths ?? Array.from({ length: batchSize }, () => seqLen),
  };
}
