/** In the export dialog: the page with the run inside, as one file. */

import { el } from "../../base/dom.js";
import { isWindowed, numbersPerTimestep } from "../../model/windows.js";
import { toHash } from "../../state/url.js";

/** Bytes of the page without its numbers, and of one number as text, by the bytes that it has. */
const PAGE = 2_300_000;
const NUMBER = { float32: 5.4, float64: 10.7 };
/** Numbers of a unit that explanations need besides the recorded ones. */
const EXPLAINED = 13;

/** About how many bytes the file has. @param {import("../../types.js").Trace} trace */
function sizeOf({ seqLen, batchSize, cells, request, parameters }) {
  const recorded =
    numbersPerTimestep(request) + EXPLAINED * batchSize * cells.length * request.config.hidden_size;
  const weights = parameters.reduce((sum, { values }) => sum + values.data.length, 0);
  return PAGE + (seqLen * recorded + weights) * NUMBER[request.dtype];
}

/** The part of the page's address that says where to look. @param {import("../../types.js").State} state */
function viewOf(state) {
  const settings = new URLSearchParams(toHash({ ...state, tour: null, shapeCheck: null }).slice(1));
  for (const key of ["preset", "request", "trace"]) settings.delete(key);
  return String(settings);
}

/** @param {import("../../types.js").Context} context */
export function create({ t }) {
  const link = el(
    "a",
    { class: "button primary", id: "standalone-save", download: "" },
    t("standalone.save"),
  );
  const size = el("p", { class: "muted" });
  return {
    element: el(
      "div",
      { class: "pictures" },
      el("p", {}, t("standalone.intro")),
      el("p", {}, t("standalone.opens")),
      size,
      el("div", { class: "pictures-ways" }, link),
    ),
    /** @param {import("../../types.js").State} state */
    render(state) {
      const { trace } = state;
      if (!trace) return;
      link.href = `/api/traces/${encodeURIComponent(trace.id)}.html?${new URLSearchParams({ view: viewOf(state) })}`;
      const megabytes = `${(sizeOf(trace) / 1e6).toFixed(1)} MB`;
      size.textContent = [
        t("standalone.size", { size: megabytes }),
        ...(isWindowed(trace) ? [t("standalone.windowed")] : []),
      ].join(" ");
    },
  };
}
