/**
 * What a trained preset answers: its own linear layer on the recorded h, read as the preset says. It stands on top of the
 * LSTM and is no part of it; it holds for its own weights alone, whatever the input. Targets hold for the preset's own input
 * alone, whatever the weights.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Readout} Readout
 * @typedef {{readout: Readout | null, targets: string[] | null}} Asked
 * @typedef {{text: string, values: number[], right: boolean | null}} Answer right: null where there is nothing to compare
 */
import { glance } from "../base/format.js";
import { targetsOf } from "./state.js";
import { vectorAt } from "../base/tensor.js";

/** What is known of the shown run. @param {State} state @returns {Asked} */
export function askedOf(state) {
  const { weights } = state.trace?.request ?? {};
  const preset =
    weights?.kind === "preset"
      ? state.presets.find(({ name }) => name === weights.name)
      : undefined;
  return { readout: preset?.readout ?? null, targets: targetsOf(state) };
}

/** Whether answers are numbers, which are shown as tiles, too. @param {Readout | null} readout */
export const answersNumber = (readout) => readout?.answer.kind === "number";

/** Whether an answer can be called right or wrong. @param {Asked} asked */
export const isJudged = ({ readout, targets }) =>
  readout !== null &&
  targets !== null &&
  !(readout.answer.kind === "number" && readout.answer.near === null);

/** A label as the number that it writes, NaN if it writes none. @param {string | undefined} label */
export const numberOf = (label) => Number((label ?? "?").replace("\u2212", "-"));

/** The top layer's h at a timestep, both directions joined as in output. @param {Trace} trace @param {number} timestep @param {number} sample */
const shownH = (trace, timestep, sample) =>
  trace.cells
    .slice(-trace.directions.length)
    .flatMap((cell) => Array.from(vectorAt(cell.h, timestep, sample)));

/** @param {Trace} trace @param {Asked} asked @param {number} timestep @param {number} sample
 * @returns {Answer | null} null without a read-out, and beyond the sample's end */
export function answerAt(trace, { readout, targets }, timestep, sample) {
  if (!readout || timestep >= (trace.lengths[sample] ?? trace.seqLen)) return null;
  const h = shownH(trace, timestep, sample);
  const values = readout.weight.map((row, k) =>
    row.reduce((sum, weight, unit) => sum + weight * (h[unit] ?? NaN), readout.bias[k] ?? 0),
  );
  const text = textOf(readout.answer, values);
  return {
    text,
    values,
    right: verdict(readout.answer, text, values[0] ?? NaN, targets?.[timestep]),
  };
}

/** @param {Readout["answer"]} answer @param {number[]} values */
function textOf(answer, values) {
  if (answer.kind === "number") return glance(values[0] ?? NaN);
  if (answer.kind === "likeliest") return answer.labels[values.indexOf(Math.max(...values))] ?? "";
  /** @type {any} */
  let label = answer.labels;
  for (const value of values) label = label[answer.cuts.filter((cut) => value > cut).length];
  return String(label);
}

/** @param {Readout["answer"]} answer @param {string} text @param {number} value @param {string | undefined} target */
function verdict(answer, text, value, target) {
  if (target === undefined) return null;
  if (answer.kind !== "number") return text === target;
  const wanted = numberOf(target);
  return answer.near === null || Number.isNaN(wanted)
    ? null
    : Math.abs(value - wanted) < answer.near;
}
