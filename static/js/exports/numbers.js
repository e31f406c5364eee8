/** Every number of the run as a file. */

import { el } from "../dom.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function create({ t }) {
  const link = el("a", { class: "button primary", download: "" }, t("export.download"));
  return {
    element: el("div", {}, link),
    /** @param {State} state */
    render({ trace }) {
      if (trace) link.href = `/api/traces/${encodeURIComponent(trace.id)}.safetensors`;
    },
  };
}
