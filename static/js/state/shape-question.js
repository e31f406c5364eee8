/** The shape check in the address bar, and what is typed into it as values. */

/** @typedef {import("../types.js").ShapeQuestion} Question */

/** The meanings that are offered, by the number of axes; the first is the usual one. @type {Record<number, string[]>} */
export const MEANINGS = { 1: ["T", "I"], 2: ["TI", "NT", "NI"], 3: ["NTI", "TNI", "NIT"] };

/** Axes and sizes beyond these are no tensor of anybody's. */
const TYPED_LIMITS = { axes: 6, size: 1e9 };

/** What is asked of a tensor that nothing else is said of. @type {Question} */
export const USUAL = {
  shape: [32, 100, 8],
  means: "NTI",
  batch_first: false,
  input_size: 8,
  hidden_size: 16,
  num_layers: 1,
  bidirectional: false,
  proj_size: 0,
  lengths: null,
  h_0: null,
};

/** "32, 100, 8", "(32, 100, 8)", "torch.Size([32, 100, 8])", "32x100x8". @param {string} text @returns {number[] | null} */
export function sizesIn(text) {
  const bare = text
    .trim()
    .replace(/^torch\.Size/, "")
    .replace(/^[([\s]+|[)\]\s]+$/g, "");
  if (bare === "") return /[([]/.test(text) ? [] : null;
  const sizes = bare.replace(/,\s*$/, "").split(/\s*[,x\u00d7*;\s]\s*/i);
  if (
    sizes.length > TYPED_LIMITS.axes ||
    sizes.some((size) => !/^\d+$/.test(size) || Number(size) > TYPED_LIMITS.size)
  )
    return null;
  return sizes.map(Number);
}

/** @param {string} text @returns {number[] | null} of any number of samples */
export function lengthsIn(text) {
  const lengths = text
    .trim()
    .replace(/^[([\s]+|[)\]\s,]+$/g, "")
    .split(/[\s,;]+/);
  return lengths.every((length) => /^\d{1,9}$/.test(length)) ? lengths.map(Number) : null;
}

/** A size that an argument of nn.LSTM can have. @param {string | null} text @param {number} least @returns {number | null} */
export function countIn(text, least) {
  const count = /^\d{1,9}$/.test(text?.trim() ?? "") ? Number(text) : -1;
  return count >= least ? count : null;
}

/** @param {string | null} text */
const flagIn = (text) => text === "1" || text === "true" || text === "True";

/** `doctor=32,100,8&means=NTI&batch_first=0&input_size=8`, and what else is not as usual.
 * @param {Question} question */
export function packQuestion(question) {
  const {
    shape,
    means,
    batch_first: batchFirst,
    input_size: width,
    hidden_size: units,
    lengths,
    h_0: state,
  } = question;
  const rest = [
    units !== USUAL.hidden_size ? `hidden_size=${units}` : "",
    question.num_layers !== 1 ? `num_layers=${question.num_layers}` : "",
    question.bidirectional ? "bidirectional=1" : "",
    question.proj_size ? `proj_size=${question.proj_size}` : "",
    lengths ? `lengths=${lengths.join()}` : "",
    state ? `h_0=${state.join()}` : "",
  ];
  return [
    `doctor=${shape.join()}`,
    `means=${means}`,
    `batch_first=${Number(batchFirst)}`,
    `input_size=${width}`,
    ...rest,
  ]
    .filter(Boolean)
    .join("&");
}

/** What an address asks; null if it does not. What it leaves out is as usual, and what cannot be read too.
 * @param {URLSearchParams} settings @returns {Question | null} */
export function questionIn(settings) {
  const text = settings.get("doctor");
  if (text === null) return null;
  const shape = sizesIn(text) ?? (text.trim() ? USUAL.shape : []);
  const asked = settings.get("means");
  const lengths = settings.get("lengths");
  const state = settings.get("h_0");
  return {
    shape,
    means: asked ?? MEANINGS[shape.length]?.[0] ?? "",
    batch_first: flagIn(settings.get("batch_first")),
    input_size: countIn(settings.get("input_size"), 1) ?? Math.max(1, shape.at(-1) ?? 1),
    hidden_size: countIn(settings.get("hidden_size"), 1) ?? USUAL.hidden_size,
    num_layers: countIn(settings.get("num_layers"), 1) ?? 1,
    bidirectional: flagIn(settings.get("bidirectional")),
    proj_size: countIn(settings.get("proj_size"), 0) ?? 0,
    lengths: lengths ? lengthsIn(lengths) : null,
    h_0: state ? sizesIn(state) : null,
  };
}
