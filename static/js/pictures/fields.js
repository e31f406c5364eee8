/** The fields of the sections: a choice with its label. */

import { el } from "../dom.js";

/** @param {string} id @param {string} label @param {[string, string][]} options values and what they are called */
export function choice(id, label, options) {
  const select = /** @type {HTMLSelectElement} */ (el("select", { id }, ...options.map(([value, text]) => el("option", { value }, text))));
  return {
    element: el("label", { class: "pictures-field", for: id }, el("span", {}, label), select),
    get: () => select.value,
    label: () => select.selectedOptions[0]?.textContent ?? "",
    set: (/** @type {string} */ value) => { select.value = value; },
    select,
  };
}
