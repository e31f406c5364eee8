/** The fields of the sections, each with its label. */

import { el } from "../../../base/dom.js";

/** @param {string} id @param {string} label @param {HTMLElement} field */
const labelled = (id, label, field) =>
  el("label", { class: "pictures-field", for: id }, el("span", {}, label), field);

/** @param {string} id @param {string} label @param {[string, string][]} options values and what they are called */
export function choice(id, label, options) {
  const select = /** @type {HTMLSelectElement} */ (
    el("select", { id }, ...options.map(([value, text]) => el("option", { value }, text)))
  );
  return {
    element: labelled(id, label, select),
    select,
    get: () => select.value,
    label: () => select.selectedOptions[0]?.textContent ?? "",
    set: (/** @type {string} */ value) => {
      select.value = value;
    },
  };
}

/** A whole number. @param {string} id @param {string} label */
export function wholeNumber(id, label) {
  const select = /** @type {HTMLInputElement} */ (
    el("input", { id, type: "number", min: 0, value: 0, step: 1, inputmode: "numeric" })
  );
  return {
    element: labelled(id, label, select),
    select,
    get: () => Math.trunc(Number(select.value)) || 0,
    set: (/** @type {number} */ value) => {
      select.value = String(value);
    },
    limit: (/** @type {number} */ low, /** @type {number} */ high) =>
      Object.assign(select, { min: String(low), max: String(high) }),
  };
}
