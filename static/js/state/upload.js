/**
 * The file of weights that the page knows of, and the transitions around it.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 * @typedef {{prefix: string, config: import("../types.js").Config, dtype: "float32" | "float64", parameters: number, remark_items: import("../types.js").FieldError[]}} Lstm
 * @typedef {{id: string, format: string, lstms: Lstm[], matrices: {name: string, shape: number[]}[],
 *            refused: {name: string, reason: string, type: string, ctx?: import("../types.js").FieldError["ctx"]}[], others: number}} UploadedFile what the server tells of a file
 * @typedef {{phase: "sending", name: string} | {phase: "found", name: string | null, found: UploadedFile}
 *   | {phase: "failed", name: string, failure: import("../types.js").Failure | null}} Upload
 *   `name` is that of the file on the reader's machine, which no server knows
 */
/** @param {string} name @returns {(state: State) => State} */
export const sending = (name) => (state) => ({ ...state, upload: { phase: "sending", name } });

/** @param {string | null} name @param {UploadedFile} file @returns {(state: State) => State} */
export const found = (name, file) => (state) => ({
  ...state,
  upload: { phase: "found", name, found: file },
});

/** @param {string} name @param {import("../types.js").Failure | null} failure @returns {(state: State) => State} */
export const failed = (name, failure) => (state) => ({
  ...state,
  upload: { phase: "failed", name, failure },
});

/** @type {(state: State) => State} */
export const forgotten = (state) => ({ ...state, upload: null });

/** The upload that a request's weights are in. @param {TraceRequest | null} request */
export const uploadOf = (request) =>
  request?.weights.kind === "upload" ? request.weights.id : null;

/** What an LSTM gets to read whose own input nobody has brought yet: long enough to see something. */
const STAND_IN = { kind: /** @type {const} */ ("random"), seq_len: 24, batch_size: 1, seed: 0 };

/** Whether what an upload's LSTM reads is no more than a stand-in. @param {TraceRequest | null} request */
export const readsNoise = (request) =>
  request?.weights.kind === "upload" && request.input.kind === "random";

/**
 * The request that runs an LSTM of a file, as near to another request as can be: states are zeros, and an input of another
 * width becomes a random one.
 * @param {TraceRequest} request @param {UploadedFile} found @param {Lstm} lstm @returns {TraceRequest}
 */
export function requestWithLstm(request, { id }, { prefix, config, dtype }) {
  const { batch_first, dropout } = request.config;
  const fits = request.input.kind !== "values" || request.config.input_size === config.input_size;
  return {
    ...request,
    dtype,
    config: { ...config, batch_first, dropout },
    weights: { kind: "upload", id, prefix },
    h_0: null,
    c_0: null,
    ...(fits ? {} : { input: STAND_IN, lengths: null, notes: null }),
  };
}
