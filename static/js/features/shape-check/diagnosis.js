/**
 * What nn.LSTM makes of a tensor by its shape alone: as what it reads each axis, what it returns, which error it raises, and
 * what it mixes without one. Every rule here is held against torch itself, by the cases in tests/shape-cases.json.
 *
 * N stands for samples, T for timesteps, I for features.
 *
 * @typedef {"N" | "T" | "I"} AxisLetter
 * @typedef {import("../../types.js").ShapeQuestion} Question
 * @typedef {"projection" | "rank" | "features" | "empty" | "state_rank" | "state_shape" | "lengths_batch" | "lengths_zero" |
 *   "lengths_many" | "lengths_long" | "packed_features" | "packed_states"} Reason
 * @typedef {{type: "ValueError" | "RuntimeError" | "IndexError", message: string | null, reason: Reason}} Fault
 *   `message` is torch's own; null where torch says something unhelpful, or nothing before it goes wrong
 * @typedef {{output: number[], h_n: number[], c_n: number[]}} Shapes
 * @typedef {"carry" | "apart" | "at_once" | "as_time" | "features_apart" | "samples_at_once"} Mix
 * @typedef {{batchSizes: number[], order: number[], sorted: boolean, dropped: number, cut: number}} Packing
 *   rows of each timestep, samples from the longest on, whether they came so; samples left out, and timesteps cut off
 * @typedef {{size: number, means: AxisLetter | null, reads: AxisLetter | null}} Axis
 * @typedef {{
 *   verdict: "error" | "mixes" | "fits" | "open", axes: Axis[], layout: string, fault: Fault | null, returns: Shapes | null,
 *   states: {h_0: number[], c_0: number[]} | null, same: [string, string][], mixes: Mix[], packing: Packing | null,
 * }} Diagnosis `same` are pairs of expressions with equal numbers
 */

/** Which axes torch sees in an input of so many: it has no other way to know. @param {number} rank @param {boolean} batchFirst */
export const layoutOf = (rank, batchFirst) =>
  rank === 2 ? "TI" : rank === 3 ? (batchFirst ? "NTI" : "TNI") : "";

/** What is not said of the axes, or does not fit their number, is not known. @param {Question} question */
export const meaningOf = ({ means, shape }) =>
  means.length === shape.length &&
  new Set(means).size === means.length &&
  [...means].every((letter) => "NTI".includes(letter))
    ? means
    : "";

/** @param {Question} question */
const directionsOf = ({ bidirectional }) => (bidirectional ? 2 : 1);
/** @param {Question} question the size of h, which a projection makes smaller than c */
const hiddenOf = ({ hidden_size: units, proj_size: projection }) => projection || units;

/** The size of an axis by its letter. @param {number[]} shape @param {string} layout @param {AxisLetter} letter */
const sizeOf = (shape, layout, letter) => shape[layout.indexOf(letter)] ?? 0;

/** The shapes that h_0 and c_0 must have: the batch is never first. @param {Question} question */
function statesOf(question) {
  const { shape, batch_first: batchFirst, num_layers: layers, hidden_size: units } = question;
  const layout = layoutOf(shape.length, batchFirst);
  if (!layout) return null;
  const rows = layers * directionsOf(question);
  const batch = layout.includes("N") ? [sizeOf(shape, layout, "N")] : [];
  return { h_0: [rows, ...batch, hiddenOf(question)], c_0: [rows, ...batch, units] };
}

/** @param {readonly number[]} shape as torch prints one in an error */
const tupleOf = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/** @param {readonly number[]} one @param {readonly number[]} other */
const isSameShape = (one, other) =>
  one.length === other.length && one.every((size, axis) => size === other[axis]);

/** What torch raises, its checks in its own order. @param {Question} question @returns {Fault | null} */
function faultOf(question) {
  const {
    shape,
    input_size: width,
    hidden_size: units,
    proj_size: projection,
    lengths,
    h_0: given,
  } = question;
  if (projection >= units)
    return {
      type: "ValueError",
      message: "proj_size has to be smaller than hidden_size",
      reason: "projection",
    };
  const rank = shape.length;
  if (lengths) return packedFault(question, lengths);
  if (rank !== 2 && rank !== 3) {
    return {
      type: "ValueError",
      message: `LSTM: Expected input to be 2D or 3D, got ${rank}D instead`,
      reason: "rank",
    };
  }
  if (given && given.length !== rank) {
    const kind = rank === 3 ? "batched 3-D" : "unbatched 2-D";
    const message = `For ${kind} input, hx and cx should also be ${rank}-D but got (${given.length}-D, ${rank}-D) tensors`;
    return { type: "RuntimeError", message, reason: "state_rank" };
  }
  const last = shape[rank - 1] ?? 0;
  if (last !== width) {
    const message = `input.size(-1) must be equal to input_size. Expected ${width}, got ${last}`;
    return { type: "RuntimeError", message, reason: "features" };
  }
  const wanted = statesOf(question)?.h_0 ?? [];
  if (given && !isSameShape(given, wanted)) {
    // An unbatched state has been given its batch of one by then.
    const [one, other] =
      rank === 2 ? [wanted, given].map(([rows = 0, size = 0]) => [rows, 1, size]) : [wanted, given];
    const message = `Expected hidden[0] size ${tupleOf(one ?? [])}, got [${other?.join(", ")}]`;
    return { type: "RuntimeError", message, reason: "state_shape" };
  }
  if (sizeOf(shape, layoutOf(rank, question.batch_first), "T") === 0) {
    return {
      type: "RuntimeError",
      message: "Expected sequence length to be larger than 0 in RNN",
      reason: "empty",
    };
  }
  return null;
}

/** Of a packed sequence torch checks almost nothing; what goes wrong then says little, or nothing at all.
 * @param {Question} question @param {number[]} lengths @returns {Fault | null} */
function packedFault(question, lengths) {
  const { shape, batch_first: batchFirst, input_size: width, h_0: given } = question;
  /** @param {Reason} reason @param {string | null} [message] @returns {Fault} */
  const fault = (reason, message = null) => ({ type: "RuntimeError", message, reason });
  if (shape.length !== 3) return fault("lengths_batch");
  const layout = layoutOf(3, batchFirst);
  if (lengths.some((length) => length <= 0)) {
    return fault(
      "lengths_zero",
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
  }
  if (lengths.length > sizeOf(shape, layout, "N"))
    return { ...fault("lengths_many"), type: batchFirst ? "IndexError" : "RuntimeError" };
  if (lengths.some((length) => length > sizeOf(shape, layout, "T"))) return fault("lengths_long");
  if (shape[2] !== width) return fault("packed_features");
  const [rows = 0, , size = 0] = statesOf(question)?.h_0 ?? [];
  return given && !isSameShape(given, [rows, lengths.length, size]) ? fault("packed_states") : null;
}

/** How pack_padded_sequence lays samples out: timestep by timestep, the longest sample first.
 * @param {Question} question @param {number[]} lengths @returns {Packing} */
function packingOf({ shape, batch_first: batchFirst }, lengths) {
  const layout = layoutOf(3, batchFirst);
  const longest = Math.max(...lengths);
  const order = lengths
    .map((_, sample) => sample)
    .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  return {
    batchSizes: Array.from(
      { length: longest },
      (_, t) => lengths.filter((length) => length > t).length,
    ),
    order,
    sorted: order.every((sample, place) => sample === place),
    dropped: sizeOf(shape, layout, "N") - lengths.length,
    cut: sizeOf(shape, layout, "T") - longest,
  };
}

/** @param {Question} question @param {Packing | null} packing @returns {Shapes} */
function returnsOf(question, packing) {
  const { shape, batch_first: batchFirst } = question;
  const size = directionsOf(question) * hiddenOf(question);
  const lead = shape.slice(0, -1).map((length, axis) => {
    if (!packing) return length;
    return layoutOf(3, batchFirst)[axis] === "T" ? length - packing.cut : length - packing.dropped;
  });
  const states = statesOf(question) ?? { h_0: [], c_0: [] };
  const kept = (/** @type {number[]} */ state) =>
    state.map((length, axis) => (packing && axis === 1 ? length - packing.dropped : length));
  return { output: [...lead, size], h_n: kept(states.h_0), c_n: kept(states.c_0) };
}

/** Which parts of output are rows of h_n; none where samples end at timesteps of their own.
 * @param {Question} question @returns {[string, string][]} */
function sameOf(question) {
  const { lengths, bidirectional, shape, batch_first: batchFirst } = question;
  if (lengths && new Set(lengths).size > 1) return [];
  const layout = layoutOf(shape.length, batchFirst);
  const at = (/** @type {string} */ timestep) =>
    layout === "NTI" ? `:, ${timestep}` : layout === "TNI" ? `${timestep}, :` : timestep;
  if (!bidirectional) return [[`output[${layout === "NTI" ? ":, -1" : "-1"}]`, "h_n[-1]"]];
  const size = hiddenOf(question);
  return [
    [`output[${at("-1")}, :${size}]`, "h_n[-2]"],
    [`output[${at("0")}, ${size}:]`, "h_n[-1]"],
  ];
}

/** What becomes of what the axes mean; of an axis of one there is nothing to mix. @param {Axis[]} axes @returns {Mix[]} */
function mixesOf(axes) {
  /** @type {Record<string, Mix>} */
  const consequence = {
    NT: "carry",
    TN: "apart",
    TI: "at_once",
    IT: "as_time",
    IN: "features_apart",
    NI: "samples_at_once",
  };
  const order = Object.values(consequence);
  return axes
    .flatMap(({ size, means, reads }) => (size > 1 && consequence[`${means}${reads}`]) || [])
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** @param {Question} question @returns {Diagnosis} */
export function diagnose(question) {
  const { shape, batch_first: batchFirst, lengths } = question;
  const means = meaningOf(question);
  const layout = layoutOf(shape.length, batchFirst);
  const axes = shape.map((size, axis) => ({
    size,
    means: /** @type {AxisLetter | null} */ (means[axis] ?? null),
    reads: /** @type {AxisLetter | null} */ (layout[axis] ?? null),
  }));
  const fault = faultOf(question);
  const mixes = fault || !means ? [] : mixesOf(axes);
  const packing = lengths && !fault ? packingOf(question, lengths) : null;
  return {
    verdict: fault ? "error" : !means ? "open" : mixes.length ? "mixes" : "fits",
    axes,
    layout,
    fault,
    mixes,
    packing,
    states: statesOf(question),
    returns: fault ? null : returnsOf(question, packing),
    same: fault ? [] : sameOf(question),
  };
}
