/** What a section is made of: choices, code to copy, ways to take it. */

import { copied, el } from "../../base/dom.js";

/**
 * Radio buttons side by side, with what they choose between as their name.
 * @param {string} name @param {string} legend @param {[string, string][]} options value and label; the first is chosen
 * @param {() => void} changed
 */
export function segments(name, legend, options, changed) {
  const inputs = options.map(([value], k) =>
    el("input", { type: "radio", name, value, checked: k === 0, onchange: changed }),
  );
  const labels = options.map(([, label], k) => el("label", {}, inputs[k], el("span", {}, label)));
  const element = el(
    "fieldset",
    { class: "export-field" },
    el("legend", {}, legend),
    el("div", { class: "segments" }, ...labels),
  );
  return {
    element,
    get: () => /** @type {string} */ (inputs.find((input) => input.checked)?.value),
    /** @param {string} value */
    set: (value) => {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

/** Lines of code with a button that copies them. @param {import("../../types.js").Context} context @param {string} label */
export function code({ t, toast }, label) {
  const text = el("code");
  const button = el(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-label": t("export.copy.what", { what: label }),
      onclick: async () => toast(t((await copied(whole)) ? "call.copied" : "copy.refused")),
    },
    t("call.copy"),
  );
  let whole = "";
  return {
    element: el(
      "div",
      { class: "export-code" },
      el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label }, text),
      button,
    ),
    /** @param {string} source @param {string} [shown] */
    set(source, shown = source) {
      if (source === whole) return;
      whole = source;
      text.replaceChildren(shown.trimEnd());
    },
  };
}
