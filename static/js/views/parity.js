/** Whether the recorded numbers are torch's own: measured on this very run. */

import { find, setAttribute, setText } from "../dom.js";
import { difference } from "../format.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function createParity({ t }) {
  const line = find("#parity-line");

  /** @param {import("../types.js").Parity} parity */
  function wording({ reference, max_abs_difference: most, bit_equal: bits, tolerance, ok }) {
    if (bits) return t("parity.bits", { reference });
    if (most === null) return t("parity.nonfinite", { reference });
    return t(ok ? "parity.ok" : "parity.off", { reference, difference: difference(most), tolerance: difference(tolerance) });
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ trace }, previous) {
      if (!trace || trace === previous?.trace) return;
      const { parity, nonfinite } = trace;
      setAttribute(line, "data-state", parity.ok ? "ok" : "off");
      setText(line, wording(parity));
      setText(find("#parity-meaning"), nonfinite ? t("parity.nonfinite.count", { count: nonfinite }) : t("parity.meaning"));
    },
  };
}
