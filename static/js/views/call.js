/** The call being looked at, as Python to copy, and the parameters that it makes. */

import { bandsOf, callLines, parameterCount } from "../call.js";
import { copied, el, find, setText } from "../dom.js";
import { count, shapeText } from "../format.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function createCall({ store, t, toast }) {
  const code = find("#call-code code");
  const body = find("#parameters tbody");

  find("#copy-call").addEventListener("click", async () => {
    const { trace } = store.get();
    if (!trace) return;
    toast(t(await copied(`${callLines(trace.request).join("\n")}\n`) ? "call.copied" : "copy.refused"));
  });

  /** A long name may break before its direction, not within the word. @param {string} name @returns {(string | Node)[]} */
  function breakable(name) {
    const [stem = name, ...rest] = name.split(/(?=_reverse)/);
    return [stem, ...rest.flatMap((part) => [el("wbr"), part])];
  }

  /** @param {import("../types.js").Parameter} parameter */
  function row(parameter) {
    const bands = bandsOf(parameter);
    const rows = bands.length
      ? el("span", { class: "bands" }, ...bands.map(({ gate, start, stop }) =>
        el("span", { class: `band band-${gate}`, title: t("parameters.band", { gate, start, stop: stop - 1 }) }, gate)))
      : el("span", { class: "muted" }, t("parameters.projection"));
    return el("tr", {}, el("th", { scope: "row" }, ...breakable(parameter.name)), el("td", {}, shapeText(parameter.shape)), el("td", {}, rows));
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ trace }, previous) {
      if (!trace || trace === previous?.trace) return;
      code.replaceChildren(...callLines(trace.request).map((line) => el("span", { class: "line" }, line, "\n")));
      body.replaceChildren(...trace.parameters.map(row));
      const height = trace.request.config.hidden_size;
      setText(find("#parameters-caption"), t("parameters.caption", { count: count(parameterCount(trace.parameters)), height }));
    },
  };
}
