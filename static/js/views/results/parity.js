/** Whether the recorded numbers are torch's own: measured on this very run, and in a stack on each of its layers. */

import { el, find, setAttribute, setText } from "../../base/dom.js";
import { difference } from "../../base/format.js";
import { isMasked, layersOf, parityVerdict } from "../../model/parity.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createParity({ t }) {
  const line = find("#parity-line");
  const fold = find("#parity-fold");

  /** @param {import("../../types.js").Parity} parity */
  function wording(parity) {
    const { reference, max_abs_difference: most, tolerance } = parity;
    return t(`parity.${parityVerdict(parity)}`, {
      reference,
      difference: most === null ? "" : difference(most),
      tolerance: difference(tolerance),
    });
  }

  /** @param {import("../../types.js").Agreement & {layer: number}} agreement */
  function row(agreement) {
    const { layer, max_abs_difference: most, tolerance, ok } = agreement;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, t("layer.name", { layer })),
      el(
        "td",
        most === null ? {} : { title: String(most) },
        most === null ? t("parity.layer.none") : difference(most),
      ),
      el("td", {}, difference(tolerance)),
      el(
        "td",
        { class: "verdict", "data-state": ok ? "ok" : "off" },
        t(`parity.layer.${parityVerdict(agreement)}`),
      ),
    );
  }

  /** @param {import("../../types.js").Trace} trace */
  function layers({ parity, request }) {
    const rows = layersOf(parity);
    fold.hidden = rows.length === 0;
    find("#parity-layers tbody").replaceChildren(...rows.map(row));
    setText(
      find("#parity-layers-note"),
      t(isMasked(request) ? "parity.layers.masked" : "parity.layers.plain"),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ trace }, previous) {
      if (!trace || trace === previous?.trace) return;
      const { parity, nonfinite } = trace;
      setAttribute(line, "data-state", parity.ok ? "ok" : "off");
      setText(line, wording(parity));
      setText(
        find("#parity-meaning"),
        nonfinite ? t("parity.nonfinite.count", { count: nonfinite }) : t("parity.meaning"),
      );
      layers(trace);
    },
  };
}
