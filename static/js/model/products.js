/**
 * The terms that a number is the sum (or product) of, ranked: largest magnitude first.
 *
 * @typedef {import("../types.js").Explanation} Explanation
 * @typedef {{hue: string, name: string, index: string, left: number, right: number | null, product: number, source: string, entry?: number, label?: string}} Term
 *   index: what stands below the name. entry: which number of x it is. source: the name of the number behind it, as places.js reads it. label: what people call an entry of x
 */

/** Terms with the names that entries of x have. @param {Term[]} terms @param {(feature: number) => string | null} nameOf @returns {Term[]} */
export const named = (terms, nameOf) =>
  terms.map((term) => {
    const label = term.entry === undefined ? null : nameOf(term.entry);
    return label === null ? term : { ...term, label };
  });

/** @param {Explanation} opened @param {import("../types.js").Quantity} quantity @param {string} stage @param {boolean} biased
 * @param {string} past what stands below the state before @returns {Term[]} */
export function termsOf(opened, quantity, stage, biased, past) {
  const terms =
    quantity === "c"
      ? cellTerms(opened, past)
      : quantity === "h"
        ? hiddenTerms(opened, stage)
        : gateTerms(opened.gates[quantity], biased, past);
  return terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
}

/** @param {import("../types.js").OpenedGate} gate @param {boolean} biased @param {string} past @returns {Term[]} */
function gateTerms(gate, biased, past) {
  const terms = gate.products.map(({ source, index, weight, value, product }) => ({
    hue: source,
    name: source,
    index: `${source === "x" ? "t" : past}, ${index}`,
    left: weight,
    right: value,
    product,
    source: `w_${source === "x" ? "ih" : "hh"}.${index}`,
    ...(source === "x" ? { entry: index } : {}),
  }));
  if (!biased) return terms;
  const bias = (/** @type {string} */ name, /** @type {number} */ value) => ({
    hue: "w",
    name: "b",
    index: name,
    left: value,
    right: null,
    product: value,
    source: `b_${name}`,
  });
  return [...terms, bias("ih", gate.bias_ih), bias("hh", gate.bias_hh)];
}

/** @param {Explanation} opened @param {string} past @returns {Term[]} */
function cellTerms({ gates, c_prev: before, forget_term: kept, input_term: added }, past) {
  return [
    {
      hue: "f",
      name: "f \u00b7 c",
      index: past,
      left: gates.f.value,
      right: before,
      product: kept,
      source: "c_prev",
    },
    {
      hue: "i",
      name: "i \u00b7 g",
      index: "t",
      left: gates.i.value,
      right: gates.g.value,
      product: added,
      source: "g",
    },
  ];
}

/** @param {Explanation} opened @param {string} stage @returns {Term[]} */
function hiddenTerms(opened, stage) {
  if (stage === "projection" && opened.projection) {
    return opened.projection.map(({ index, weight, value, product }) => ({
      hue: "m",
      name: "m",
      index: `t, ${index}`,
      left: weight,
      right: value,
      product,
      source: `w_hr.${index}`,
    }));
  }
  return [
    {
      hue: "o",
      name: "o \u00b7 tanh c",
      index: "t",
      left: opened.gates.o.value,
      right: opened.tanh_c,
      product: opened.m ?? opened.h ?? 0,
      source: "c",
    },
  ];
}
