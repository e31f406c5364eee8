/**
 * Every kind of input with its fields and what they begin with: the API's own defaults, in the order of the form.
 *
 * @typedef {import("../types.js").Input} Input
 * @typedef {Input["kind"]} InputKind
 */

const SIZES = { seq_len: 32, batch_size: 1 };

/** @type {Record<Exclude<InputKind, "values">, Record<string, number | null>>} */
export const DEFAULTS = {
  random: { seq_len: 12, batch_size: 1, seed: 0 },
  noise: { ...SIZES, low: -1, high: 1, seed: 0 },
  impulse: { ...SIZES, at: 4, width: 1, amplitude: 1, feature: null },
  step: { ...SIZES, at: 4, low: 0, high: 1, feature: null },
  sine: { ...SIZES, period: 12, phase: 0, amplitude: 1, feature: null },
  sawtooth: { ...SIZES, period: 12, phase: 0, low: -1, high: 1, feature: null },
  one_hot: { ...SIZES, pattern: null, amplitude: 1 },
};

/** The fields of all kinds. */
export const FIELDS = [
  ...new Set(["values", ...Object.values(DEFAULTS).flatMap((fields) => Object.keys(fields))]),
];

/** Whether a kind of input has a field. @param {InputKind} kind @param {string} field */
export const hasField = (kind, field) =>
  kind === "values" ? field === "values" : field in DEFAULTS[kind];

/** Fewer timesteps than these show no signal. */
const LEAST = 8;

/** What a chosen kind begins with: as many samples as there are, and as many timesteps where they show something.
 * @param {Exclude<InputKind, "values">} kind @param {{seqLen: number, batchSize: number}} sizes @returns {Input} */
export function startOf(kind, { seqLen, batchSize }) {
  const fields = DEFAULTS[kind];
  const steps = kind === "random" || seqLen >= LEAST ? seqLen : SIZES.seq_len;
  return /** @type {Input} */ (
    /** @type {unknown} */ ({ kind, ...fields, seq_len: steps, batch_size: batchSize })
  );
}

/** An input with what it leaves out, as the API fills it. @param {any} input @returns {Input} */
export const filledInput = (input) => ({
  kind: input?.kind,
  .../** @type {Record<string, object>} */ (DEFAULTS)[input?.kind],
  ...input,
});
