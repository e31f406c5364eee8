/**
 * What the tooltip says of a number: what it is, and how it came about, from numbers that are already on the page.
 *
 * @typedef {import("../../types.js").Hover} Hover
 * @typedef {import("../../types.js").State} State
 * @typedef {import("../../base/i18n.js").Translate} Translate
 */
import { answerAt, askedOf } from "../../state/answers.js";
import { short } from "../../base/format.js";
import { featureName, notedAt } from "../../model/notes.js";
import { before, isInitial, sourcesOf, valueOf, vectorOf } from "../../model/places.js";
import { meanMagnitude } from "../../base/tensor.js";

/** x has entries, not units, and they may have names. @param {Translate} t @param {import("../../types.js").Place} place @param {string} letter @param {string} [name] */
export const identity = (t, { layer, direction, timestep, unit }, letter, name = "") =>
  t(unit === null || letter === "x" ? "hover.vector" : "hover.value", {
    letter: letter === "x" && unit !== null ? `x[${unit}]${name ? ` ${name}` : ""}` : letter,
    layer,
    direction: t(`direction.${direction}`),
    timestep,
    unit: unit ?? "",
  });

/** @param {State} state @param {Hover} hover @param {Translate} t @returns {{title: string, value: string, lines: string[]} | null} */
export function wordsOf(state, hover, t) {
  const { trace } = state;
  if (!trace) return null;
  if (hover.weight) return weightWords(state, hover, hover.weight, t);
  if (hover.answer) return answerWords(state, hover, t);
  if (hover.tile) return tileWords(trace, hover, hover.tile, t);
  const letter = hover.quantity;
  const title = identity(t, hover, letter, entryName(trace, hover));
  const noted = notedAt(trace, hover.sample, hover.timestep, t);
  if (hover.unit === null) {
    const vector = vectorOf(state, hover);
    return {
      title,
      value: "",
      lines: vector
        ? [t("hover.mean", { letter, value: short(meanMagnitude(vector)) }), ...noted]
        : [t("network.padded")],
    };
  }
  const value = valueOf(state, hover);
  return {
    title,
    value: short(value, 4),
    lines:
      value === undefined ? [] : [...madeOf(state, { ...hover, unit: hover.unit }, t), ...noted],
  };
}

/** What people call an entry of x; nothing for any other number. @param {import("../../types.js").Trace | null} trace @param {import("../../types.js").Place} place */
export const entryName = (trace, { quantity, layer, unit }) =>
  quantity === "x" ? (featureName(trace, layer, unit) ?? "") : "";

/** A tile from afar: how many numbers its colour is the mean of. @param {import("../../types.js").Trace} trace @param {Hover} hover
 * @param {NonNullable<Hover["tile"]>} tile @param {Translate} t */
function tileWords(
  trace,
  { quantity: letter, layer, direction, sample },
  { start, stop, unit, row, rows, value, low, high },
  t,
) {
  const end = Math.min(stop, trace.lengths[sample] ?? trace.seqLen);
  const through = (/** @type {number} */ first, /** @type {number} */ past) =>
    past - first > 1 ? t("hover.through", { first, last: past - 1 }) : String(first);
  const title = t("hover.value", {
    letter,
    layer,
    direction: t(`direction.${direction}`),
    timestep: through(start, stop),
    unit:
      rows > 1 && unit !== row
        ? t("hover.ordered", { unit, more: rows - 1 })
        : through(unit, unit + rows),
  });
  if (end <= start) return { title, value: "", lines: [t("network.padded")] };
  const mean =
    rows > 1
      ? t("hover.tile.units", { count: end - start, units: rows })
      : t("hover.tile", { count: end - start });
  const lines =
    end - start > 1 || rows > 1
      ? [mean, t("hover.tile.range", { low: short(low, 4), high: short(high, 4) })]
      : [];
  return {
    title,
    value: short(value, 4),
    lines: [...lines, t("hover.tile.go", { timestep: start })],
  };
}

/** @param {State} state @param {Hover} hover @param {NonNullable<Hover["weight"]>} weight @param {Translate} t */
function weightWords(state, hover, { name, row, column }, t) {
  const found = state.trace?.parameters.find((parameter) => parameter.name === name);
  if (!found) return null;
  if (column === null)
    return {
      title: `${name}[${row}]`,
      value: short(found.values.data[row], 4),
      lines: [t("hover.bias")],
    };
  const weight = found.values.data[row * (found.shape[1] ?? 1) + column] ?? NaN;
  const operand = valueOf(state, hover);
  const lines =
    operand === undefined
      ? []
      : [
          t("hover.times", {
            operand: identity(t, hover, hover.quantity, entryName(state.trace, hover)),
            value: short(operand, 4),
          }),
          `${short(weight, 4)} \u00b7 ${wrapped(operand)} = ${short(weight * operand, 4)}`,
        ];
  return { title: `${name}[${row}, ${column}]`, value: short(weight, 4), lines };
}

/** Of many values those that came nearest to being the answer. */
const NEAREST = 3;

/** @param {State} state @param {Hover} hover @param {Translate} t */
function answerWords(state, { timestep, sample }, t) {
  const asked = askedOf(state);
  const answer = state.trace && answerAt(state.trace, asked, timestep, sample);
  if (!answer) return null;
  const { kind, ...rest } = asked.readout?.answer ?? {};
  const labels = kind === "likeliest" && "labels" in rest ? rest.labels : null;
  const ranked = answer.values
    .map((value, k) => ({ value, label: labels?.[k] }))
    .sort((a, b) => (labels ? b.value - a.value : 0));
  const values = ranked
    .slice(0, NEAREST)
    .map(({ value, label }) =>
      label === undefined ? short(value, 4) : `${label} ${short(value, 4)}`,
    );
  const target = asked.targets?.[timestep];
  return {
    title: t("answers.at", { timestep }),
    value: answer.text,
    lines: [
      `W h\u209c + b = ${values.join(", ")}${ranked.length > NEAREST ? ", \u2026" : ""}`,
      ...(target === undefined
        ? []
        : [
            [`${t("answers.target")} ${target}`, verdictText(answer.right, t)]
              .filter(Boolean)
              .join(", "),
          ]),
    ],
  };
}

/** @param {boolean | null} right @param {Translate} t */
export const verdictText = (right, t) =>
  right === null ? "" : t(right ? "answers.right" : "answers.wrong");

/** A negative factor in parentheses. @param {number | undefined} value */
const wrapped = (value) =>
  value !== undefined && value < 0 ? `(${short(value, 4)})` : short(value, 4);

/** The equation of a number with its numbers. @param {State} state @param {import("../../types.js").Place & {unit: number}} place @param {Translate} t
 * @returns {string[]} */
function madeOf(state, place, t) {
  const { trace } = state;
  if (!trace) return [];
  const { quantity } = place;
  if (isInitial(trace, place)) return [t("hover.initial")];
  const past = before(place);
  const number = (/** @type {string} */ name, timestep = place.timestep) =>
    wrapped(valueOf(state, { ...place, quantity: name, timestep }));
  if (quantity === "c")
    return [
      "f \u00b7 c\u209c\u208b\u2081 + i \u00b7 g",
      `${number("f")} \u00b7 ${number("c", past)} + ${number("i")} \u00b7 ${number("g")}`,
    ];
  if (quantity === "m" || (quantity === "h" && !trace.request.config.proj_size))
    return [
      "o \u00b7 tanh(c)",
      `${number("o")} \u00b7 tanh(${short(valueOf(state, { ...place, quantity: "c" }), 4)})`,
    ];
  if (quantity === "h") return ["W_hr m"];
  if (quantity.startsWith("z_")) return ["W_ih x\u209c + b_ih + W_hh h\u209c\u208b\u2081 + b_hh"];
  if (quantity === "x") return inputWords(trace, place, t);
  const sum = valueOf(state, { ...place, quantity: `z_${quantity}` });
  const activation = quantity === "g" ? "tanh" : "\u03c3";
  return [
    `${activation}(W_ih x\u209c + b_ih + W_hh h\u209c\u208b\u2081 + b_hh)`,
    ...(sum === undefined ? [] : [`${activation}(${short(sum, 4)})`]),
  ];
}

/** @param {import("../../types.js").Trace} trace @param {import("../../types.js").Place} place @param {Translate} t */
function inputWords(trace, place, t) {
  const [source] = sourcesOf(trace, place);
  return [
    source ? t("hover.from", { source: identity(t, source, source.quantity) }) : t("hover.input"),
  ];
}
