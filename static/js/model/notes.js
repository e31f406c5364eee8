/**
 * What people call the parts of the input of a trace: names of features, labels of timesteps, rows of annotations.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").NoteRow} NoteRow
 * @typedef {{name: string, kind: NoteRow["kind"], values: (string | number | null)[], numeric: boolean}} SampleRow of one sample
 */
import { short } from "../base/format.js";

/** Of each sample its own list, or one that is that of all. @template T @param {import("../types.js").Series<T>} series @param {number} sample
 * @returns {(T | null)[]} */
const ofSample = (series, sample) =>
  /** @type {any} */ (Array.isArray(series[0]) ? (series[sample] ?? []) : series);

/** @type {WeakMap<Trace, Map<string, any>>} */
const known = new WeakMap();

/** Made once for a trace. @template T @param {Trace} trace @param {string} key @param {() => T} make @returns {T} */
function once(trace, key, make) {
  const made = known.get(trace) ?? new Map();
  known.set(trace, made);
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

/** The label of each timestep of a sample, null where timesteps have none. @param {Trace} trace @param {number} sample @returns {string[] | null} */
export function timesOf(trace, sample) {
  const times = trace.request.notes?.times;
  if (!times) return null;
  return once(trace, `times ${sample}`, () => {
    const own = ofSample(times, sample);
    return Array.from({ length: trace.seqLen }, (_, t) => own[t] ?? "");
  });
}

/** The rows of annotations of a sample. @param {Trace} trace @param {number} sample @returns {SampleRow[]} */
export const rowsOf = (trace, sample) =>
  once(trace, `rows ${sample}`, () =>
    (trace.request.notes?.rows ?? []).map(({ name, kind, values }) => {
      const own = ofSample(values, sample);
      const present = own.filter((value) => value !== null);
      return {
        name,
        kind,
        values: own,
        numeric: present.length > 0 && present.every((value) => typeof value === "number"),
      };
    }),
  );

/** An annotation as text; empty where there is none. @param {string | number | null | undefined} value */
export const noteText = (value) => (typeof value === "number" ? short(value) : (value ?? ""));

/** The name of an entry of x, which only the lowest layer's have. @param {Trace | null} trace @param {number} layer @param {number | null} feature
 * @returns {string | null} */
export const featureName = (trace, layer, feature) =>
  layer === 0 && feature !== null ? (trace?.request.notes?.features?.[feature] ?? null) : null;

/** A name where there is little room. @param {string} name @param {number} [most] */
export const shortName = (name, most = 12) =>
  name.length > most ? `${name.slice(0, most - 1)}\u2026` : name;

/** What a row of annotations is called: its kind and its name, once where they are the same word.
 * @param {Pick<SampleRow, "kind" | "name">} row @param {import("../base/i18n.js").Translate} t */
export function titleOf({ kind, name }, t) {
  const word = t(`notes.kind.${kind}`);
  return [kind, word.toLowerCase()].includes(name.toLowerCase())
    ? word
    : t("notes.row", { kind: word, name });
}

/** What is said of a timestep beside its numbers, in words. @param {Trace} trace @param {number} sample @param {number} timestep
 * @param {import("../base/i18n.js").Translate} t @returns {string[]} */
export function notedAt(trace, sample, timestep, t) {
  const time = timesOf(trace, sample)?.[timestep];
  const rows = rowsOf(trace, sample).flatMap(({ name, kind, values }) => {
    const value = noteText(values[timestep]);
    return value === "" ? [] : [t("notes.value", { row: titleOf({ kind, name }, t), value })];
  });
  return [...(time ? [time] : []), ...rows];
}

/** Rows of numbers that are to be seen on one scale: one target and one prediction together, every other alone.
 * @param {SampleRow[]} rows @returns {SampleRow[][]} */
export function noteScales(rows) {
  const numeric = rows.filter((row) => row.numeric);
  const targets = numeric.filter(({ kind }) => kind === "target");
  const predictions = numeric.filter(({ kind }) => kind === "prediction");
  const [target, prediction] = [targets[0], predictions[0]];
  if (targets.length !== 1 || predictions.length !== 1 || !target || !prediction)
    return numeric.map((row) => [row]);
  return numeric
    .filter((row) => row !== prediction)
    .map((row) => (row === target ? [target, prediction] : [row]));
}

/** From the least to the largest number of some rows. @param {SampleRow[]} rows @returns {[number, number]} */
export function rangeOf(rows) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of rows) {
    for (const value of values) {
      if (typeof value !== "number") continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low < high ? [low, high] : [Math.min(low, 0) - 0.5, Math.max(high, 0) + 0.5];
}
