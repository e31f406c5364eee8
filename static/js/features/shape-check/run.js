/** A checked shape as a run of this page: its sizes as torch reads them, small enough to be looked at. */

import { inputShape } from "../../model/call.js";
import { layoutOf } from "./diagnosis.js";
import { complete } from "../../model/request.js";

/** @typedef {import("../../types.js").ShapeQuestion} Question */
/** @typedef {{name: string, from: number, to: number}} Cap */

/** What can be taken in at a look. @type {Record<string, number>} */
export const RUN_LIMITS = { T: 60, N: 8, input_size: 32, hidden_size: 32, num_layers: 4 };

/** Waves, a little apart from feature to feature. @param {number} timesteps @param {number} features */
const waves = (timesteps, features) =>
  Array.from({ length: timesteps }, (_, t) =>
    Array.from({ length: features }, (_feature, k) => Math.round(100 * Math.sin(t / 3 + k)) / 100),
  );

/** The call of a run, as a question whose axes mean what torch reads. @param {import("../../types.js").TraceRequest} request
 * @returns {Question} */
export function questionOf(request) {
  const { input_size, hidden_size, num_layers, batch_first, bidirectional, proj_size } =
    request.config;
  const shape = inputShape(request);
  return {
    shape,
    means: layoutOf(shape.length, batch_first),
    batch_first,
    input_size,
    hidden_size,
    num_layers,
    bidirectional,
    proj_size,
    lengths: request.lengths,
    h_0: null,
  };
}

/** The request, and which sizes were made smaller for it. @param {Question} question a legal one
 * @returns {{request: import("../../types.js").TraceRequest, caps: Cap[]}} */
export function runOf(question) {
  const {
    shape,
    batch_first: batchFirst,
    proj_size: projection,
    lengths,
    bidirectional,
  } = question;
  const layout = layoutOf(shape.length, batchFirst);
  /** @type {Cap[]} */
  const caps = [];
  const capped = (/** @type {string} */ name, /** @type {number} */ from) => {
    const to = Math.min(from, RUN_LIMITS[name] ?? from);
    if (to < from) caps.push({ name, from, to });
    return to;
  };
  const seqLen = capped("T", shape[layout.indexOf("T")] ?? 1);
  const batchSize = layout.includes("N")
    ? capped("N", lengths?.length ?? shape[layout.indexOf("N")] ?? 1)
    : 1;
  const config = {
    input_size: capped("input_size", question.input_size),
    hidden_size: capped("hidden_size", question.hidden_size),
    num_layers: capped("num_layers", question.num_layers),
    batch_first: batchFirst,
    bidirectional,
  };
  const size = Math.min(projection, config.hidden_size - 1);
  if (size < projection) caps.push({ name: "proj_size", from: projection, to: size });
  const input =
    layout === "TI"
      ? { kind: "values", values: waves(seqLen, config.input_size) }
      : { kind: "random", seq_len: seqLen, batch_size: batchSize, seed: 0 };
  const kept = lengths
    ? { lengths: lengths.slice(0, batchSize).map((length) => Math.min(length, seqLen)) }
    : {};
  return { request: complete({ config: { ...config, proj_size: size }, input, ...kept }), caps };
}
