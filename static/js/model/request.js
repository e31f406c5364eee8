/**
 * A request as a value: its defaults, single settings by path, and what must change together.
 *
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 * @typedef {import("../types.js").Nested} Nested
 */
import { filledInput } from "./input-kinds.js";

/** nn.LSTM's defaults, and the API's. @type {Omit<TraceRequest, "config"> & {config: Record<string, unknown>}} */
const DEFAULTS = {
  config: {
    num_layers: 1,
    bias: true,
    batch_first: false,
    dropout: 0,
    bidirectional: false,
    proj_size: 0,
  },
  dtype: "float32",
  weights: { kind: "seed", seed: 0 },
  input: { kind: "random", seq_len: 12, batch_size: 1, seed: 0 },
  lengths: null,
  h_0: null,
  c_0: null,
  training: false,
  dropout_seed: 0,
};

/** @param {unknown} value @param {string} path @returns {unknown} */
export function valueAt(value, path) {
  return path.split(".").reduce((inner, key) => /** @type {any} */ (inner)?.[key], value);
}

/** A copy with one value set. @template T @param {T} value @param {string} path @param {unknown} setting @returns {T} */
export function withValue(value, path, setting) {
  const [key, ...rest] = path.split(".");
  const inner = rest.length
    ? withValue(
        /** @type {any} */ (value)?.[/** @type {string} */ (key)] ?? {},
        rest.join("."),
        setting,
      )
    : setting;
  return /** @type {T} */ ({ ...value, [/** @type {string} */ (key)]: inner });
}

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Only what differs from the defaults: what a link needs to carry.
 * @param {TraceRequest} request @returns {Record<string, unknown>} */
export function compact(request) {
  /** @type {Record<string, unknown>} */
  const kept = { config: without(request.config, DEFAULTS.config) };
  for (const key of /** @type {const} */ ([
    "dtype",
    "weights",
    "input",
    "lengths",
    "h_0",
    "c_0",
    "training",
    "dropout_seed",
  ])) {
    if (!same(request[key], DEFAULTS[key])) kept[key] = request[key];
  }
  if (request.notes) kept.notes = request.notes;
  return kept;
}

/** @param {object} value @param {Record<string, unknown>} defaults */
function without(value, defaults) {
  return Object.fromEntries(
    Object.entries(value).filter(([key, entry]) => !same(entry, defaults[key])),
  );
}

/** The inverse of `compact`; what a link written by hand leaves out is the API's default too.
 * @param {any} kept @returns {TraceRequest} */
export function complete(kept) {
  const { input = DEFAULTS.input } = kept ?? {};
  return /** @type {TraceRequest} */ ({
    ...DEFAULTS,
    ...kept,
    config: { ...DEFAULTS.config, ...kept?.config },
    input: filledInput(input),
  });
}

/** @param {Nested} values @returns {number[]} */
function nestedShape(values) {
  const shape = [];
  for (let inner = values; Array.isArray(inner); inner = inner[0] ?? null) shape.push(inner.length);
  return shape;
}

/** T and N of the input, as the call would read it. @param {TraceRequest} request */
export function inputSizes(request) {
  const { input, config } = request;
  if (input.kind !== "values") return { seqLen: input.seq_len, batchSize: input.batch_size };
  const shape = nestedShape(input.values);
  if (shape.length < 3) return { seqLen: shape[0] ?? 1, batchSize: 1 };
  const [first = 1, second = 1] = shape;
  return config.batch_first
    ? { seqLen: second, batchSize: first }
    : { seqLen: first, batchSize: second };
}

/** @type {readonly (keyof import("../types.js").Config)[]} */
const SIZES_WEIGHTS = [
  "input_size",
  "hidden_size",
  "num_layers",
  "bias",
  "bidirectional",
  "proj_size",
];
/** @type {readonly (keyof import("../types.js").Config)[]} */
const SIZES_STATES = ["hidden_size", "num_layers", "bidirectional", "proj_size"];
const RESIZING = new Set([
  ...SIZES_WEIGHTS.map((name) => `config.${name}`),
  "config.batch_first",
  "input.seq_len",
  "input.batch_size",
]);

/** Whether every size is one that torch takes. Until it is, the reader is still typing. @param {TraceRequest} request */
function isLegal({ config, input }) {
  const {
    input_size: width,
    hidden_size: units,
    num_layers: layers,
    proj_size: projection,
  } = config;
  const counts = [
    width,
    units,
    layers,
    ...(input.kind !== "values" ? [input.seq_len, input.batch_size] : []),
  ];
  return (
    counts.every((size) => Number.isInteger(size) && size > 0) &&
    Number.isInteger(projection) &&
    projection >= 0 &&
    projection < units
  );
}

/**
 * One setting changed, and with it whatever can no longer fit: given weights of other sizes become seeded ones, given
 * input of another width becomes random of the same length, given states and lengths become the defaults. What is given
 * fits the sizes that it was run with, so a size typed over and back loses nothing.
 * `notes` names what was replaced, for the reader to be told.
 *
 * @param {TraceRequest} request @param {string} path @param {unknown} setting
 * @param {TraceRequest} [run] the request whose trace is shown
 * @returns {{request: TraceRequest, notes: string[]}}
 */
export function changed(request, path, setting, run = request) {
  if (same(valueAt(request, path), setting)) return { request, notes: [] };
  const next = noted(withValue(request, path, setting), request, path);
  return RESIZING.has(path) && isLegal(next)
    ? fitted(next, request, run)
    : { request: next, notes: [] };
}

/** Names and annotations speak of an input, and go with it. @param {TraceRequest} next @param {TraceRequest} request @param {string} path */
function noted(next, request, path) {
  const other =
    path === "input" || (path.startsWith("input.") && !same(inputSizes(next), inputSizes(request)));
  return next.notes && other ? { ...next, notes: null } : next;
}

/** @param {TraceRequest} next @param {TraceRequest} request @param {TraceRequest} run
 * @returns {{request: TraceRequest, notes: string[]}} */
function fitted(next, request, run) {
  const { input_size: width } = next.config;
  const sizes = inputSizes(next);
  /** @param {(keyof TraceRequest)[]} parts */
  const basis = (...parts) =>
    parts.every((part) => same(request[part], run[part])) ? run : request;
  /** @param {readonly (keyof import("../types.js").Config)[]} names @param {TraceRequest} other */
  const moved = (names, other) => names.some((name) => next.config[name] !== other.config[name]);
  /** @param {TraceRequest} other */
  const batchMoved = (other) => inputSizes(other).batchSize !== sizes.batchSize;
  const weights = next.weights.kind !== "seed" && moved(SIZES_WEIGHTS, basis("weights"));
  const input = next.input.kind === "values" && basis("input").config.input_size !== width;
  const states =
    Boolean(next.h_0 || next.c_0) &&
    (moved(SIZES_STATES, basis("h_0", "c_0")) || batchMoved(basis("h_0", "c_0")));
  const turned =
    next.config.batch_first !== basis("input").config.batch_first && next.input.kind === "values";
  const notes = Boolean(next.notes) && (basis("input").config.input_size !== width || turned);
  const lengths =
    Boolean(next.lengths) &&
    (batchMoved(basis("lengths")) || inputSizes(basis("lengths")).seqLen !== sizes.seqLen);
  return {
    request: {
      ...next,
      ...(weights ? { weights: { kind: "seed", seed: 0 } } : {}),
      ...(input
        ? { input: { kind: "random", seq_len: sizes.seqLen, batch_size: sizes.batchSize, seed: 0 } }
        : {}),
      ...(notes ? { notes: null } : {}),
      ...(states ? { h_0: null, c_0: null } : {}),
      ...(lengths ? { lengths: null } : {}),
    },
    notes: Object.entries({ weights, input, states, lengths })
      .filter(([, replaced]) => replaced)
      .map(([name]) => name),
  };
}

/** Zeros in the shape that torch wants for h_0 or c_0: something to start typing from.
 * @param {TraceRequest} request @param {"h_0" | "c_0"} which @returns {Nested} */
export function zeroStates(request, which) {
  const { config } = request;
  const rows = config.num_layers * (config.bidirectional ? 2 : 1);
  const size = which === "h_0" && config.proj_size > 0 ? config.proj_size : config.hidden_size;
  const unbatched =
    request.input.kind === "values" && nestedShape(request.input.values).length === 2;
  const { batchSize } = inputSizes(request);
  const vector = () => Array.from({ length: size }, () => 0);
  const row = () => (unbatched ? vector() : Array.from({ length: batchSize }, vector));
  return Array.from({ length: rows }, row);
}
