/**
 * What the tooltip says of a number: what it is, and how it came about, from numbers that are already on the page.
 *
 * @typedef {import("../../types.js").Hover} Hover
 * @typedef {import("../../types.js").State} State
 * @typedef {import("../../base/i18n.js").Translate} Translate
 */
import { answerAt, askedOf } from "../../state/answers.js";
import { short } from "../../base/format.js";
import { vectorAt, meanMagnitude } from "../../base/tensor.js";
import { featureName, notedAt } from "../../model/notes.js";
import { before, isInitial, pastIndex, sourcesOf, valueOf, vectorOf } from "../../model/places.js";

/** What a place is called. x has entries, not units, and they may have names; c_0 and h_0 have no timestep.
 * @param {Translate} t @param {import("../../types.js").Trace | null} trace @param {Hover} place */
export function identity(t, trace, place) {
  const { quantity, layer, direction, timestep, unit } = place;
  const starts = trace !== null && !place.padded && isInitial(trace, place);
  const whole = unit === null || quantity === "x";
  const name = whole ? entryName(trace, place) : "";
  const entry = `x[${unit}]${name ? ` ${name}` : ""}`;
  return t(`hover.${starts ? "initial_" : ""}${whole ? "vector" : "value"}`, {
    letter: quantity === "x" && unit !== null ? entry : starts ? `${quantity}_0` : quantity,
    layer,
    direction: t(`direction.${direction}`),
    timestep,
    unit: unit ?? "",
  });
}

/** @param {State} state @param {Hover} hover @param {Translate} t @returns {{title: string, value: string, lines: string[]} | null} */
export function wordsOf(state, hover, t) {
  const { trace } = state;
  if (!trace) return null;
  if (hover.weight) return weightWords(state, hover, hover.weight, t);
  if (hover.answer) return answerWords(state, hover, t);
  if (hover.tile) return tileWords(trace, hover, hover.tile, t);
  const letter = hover.quantity;
  const title = identity(t, trace, hover);
  if (hover.padded) return { title, value: "", lines: [t("network.padded")] };
  const noted = notedAt(trace, hover.sample, hover.timestep, t);
  if (hover.unit === null) {
    const vector = vectorOf(state, hover);
    return {
      title,
      value: "",
      lines: vector
        ? [t("hover.mean", { letter, value: short(meanMagnitude(vector)) }), ...noted]
        : noted,
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
const entryName = (trace, { quantity, layer, unit }) =>
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
            operand: identity(t, state.trace, hover),
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

/** What stands below the state before, as it is written in a text. @type {Record<string, string>} */
const SUBSCRIPTS = {
  "t\u22121": "\u209c\u208b\u2081",
  "t+1": "\u209c\u208a\u2081",
  0: "\u2080",
};

/** The equation of a number with its numbers. @param {State} state @param {import("../../types.js").Place & {unit: number}} place @param {Translate} t
 * @returns {string[]} */
function madeOf(state, place, t) {
  const { trace } = state;
  if (!trace) return [];
  const { quantity } = place;
  if (isInitial(trace, place)) return [t("hover.initial")];
  const past = before(place);
  const below = SUBSCRIPTS[pastIndex(trace, place)];
  const { proj_size: projected, bias } = trace.request.config;
  const number = (/** @type {string} */ name, timestep = place.timestep) =>
    wrapped(valueOf(state, { ...place, quantity: name, timestep }));
  if (quantity === "c")
    return [
      `f \u00b7 c${below} + i \u00b7 g`,
      `${number("f")} \u00b7 ${number("c", past)} + ${number("i")} \u00b7 ${number("g")}`,
    ];
  if (quantity === "m" || (quantity === "h" && !projected))
    return [
      "o \u00b7 tanh(c)",
      `${number("o")} \u00b7 tanh(${short(valueOf(state, { ...place, quantity: "c" }), 4)})`,
    ];
  if (quantity === "h") return ["W_hr m"];
  if (quantity === "x") return inputWords(state, trace, place, t);
  const summed = bias
    ? `W_ih x\u209c + b_ih + W_hh h${below} + b_hh`
    : `W_ih x\u209c + W_hh h${below}`;
  if (quantity.startsWith("z_")) return [summed];
  const sum = valueOf(state, { ...place, quantity: `z_${quantity}` });
  const activation = quantity === "g" ? "tanh" : "\u03c3";
  return [
    `${activation}(${summed})`,
    ...(sum === undefined ? [] : [`${activation}(${short(sum, 4)})`]),
  ];
}

/** @param {State} state @param {import("../../types.js").Trace} trace @param {import("../../types.js").Place & {unit: number}} place @param {Translate} t */
function inputWords(state, trace, place, t) {
  const [found] = sourcesOf(trace, place);
  if (!found) return [t("hover.input")];
  const source = identity(t, trace, found);
  const mask = trace.masks[place.layer - 1];
  if (!mask) return [t("hover.from", { source })];
  const factor = vectorAt(mask, place.timestep, place.sample)[place.unit];
  return [
    t("hover.masked", { source }),
    `${short(valueOf(state, found), 4)} \u00b7 ${short(factor, 4)} = ${short(valueOf(state, place), 4)}`,
  ];
}
