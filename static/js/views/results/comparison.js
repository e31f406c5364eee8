/** Packing beside padding: by how much what torch returns would differ if the padding were read as data, and why. */

import { hasPadding, paddedRequest, reasons } from "../../model/comparison.js";
import { el, find, setAttribute, setText } from "../../base/dom.js";
import { difference, short } from "../../base/format.js";
import { shareOf } from "../../model/progress.js";
import { isWindowed } from "../../model/windows.js";
import { shownAs } from "../../state/state.js";
import { toHash } from "../../state/url.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../model/comparison.js").Difference} Difference */

/** @param {import("../../types.js").Context} context */
export function createComparison({ t, say, actions }) {
  const section = find("#comparison");
  const ask = find("#compare");
  const stop = find("#compare-stop");
  const status = find("#comparison-status");
  const result = find("#comparison-result");
  const link = find("#comparison-open");
  ask.addEventListener("click", () => {
    if (ask.getAttribute("aria-disabled") !== "true") actions.compare();
  });
  stop.addEventListener("click", () => {
    actions.stopComparing();
    ask.focus();
  });

  /** @param {Difference} column */
  const heading = ({ layer, direction }) =>
    el(
      "th",
      { scope: "col" },
      layer === null ? null : el("span", {}, t("layer.name", { layer }), " "),
      el("span", { "aria-hidden": "true" }, direction === "forward" ? "\u2192" : "\u2190"),
      el("span", { class: "unseen" }, t(`direction.${direction}`)),
    );

  /** What rounding explains is said, too, and stays in the background. @param {Difference} cell @param {number} tolerance */
  function value({ difference: size }, tolerance) {
    const state = Number.isNaN(size)
      ? "none"
      : size === 0
        ? "same"
        : size <= tolerance
          ? "rounding"
          : "differs";
    return el(
      "td",
      { "data-state": state, title: String(size) },
      size !== 0 && size < 0.0005 ? difference(size) : short(size),
    );
  }

  /** @param {import("../../types.js").Trace} trace @param {import("../../model/comparison.js").ComparisonRow[]} rows */
  function table(trace, rows) {
    const [first] = rows;
    if (!first) return el("table", {});
    const groups = /** @type {const} */ (["output", "h_n", "c_n"]);
    const seamed = (/** @type {HTMLElement[]} */ cells) => {
      cells[0]?.classList.add("seam");
      return cells;
    };
    const head = el(
      "tr",
      {},
      el("th", { scope: "col", rowspan: 2 }, t("comparison.sample")),
      el("th", { scope: "col", rowspan: 2 }, t("comparison.length")),
      ...groups.map((name) =>
        el("th", { scope: "colgroup", colspan: first[name].length, class: "seam" }, name),
      ),
    );
    const below = el("tr", {}, ...groups.flatMap((name) => seamed(first[name].map(heading))));
    const body = rows.map((row) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, t("samples.option", { sample: row.sample })),
        el("td", {}, `${row.length} / ${trace.seqLen}`),
        ...groups.flatMap((name) =>
          seamed(row[name].map((cell) => value(cell, trace.parity.tolerance))),
        ),
      ),
    );
    const caption = t(isWindowed(trace) ? "comparison.caption.window" : "comparison.caption", {
      first: trace.start,
      last: trace.stop - 1,
    });
    return el(
      "table",
      { class: "numbers-table comparison-table" },
      el("caption", {}, caption),
      el("thead", {}, head, below),
      el("tbody", {}, ...body),
    );
  }

  /** @param {State} state */
  function draw({ trace, comparison }) {
    section.hidden = !trace || !hasPadding(trace);
    if (!trace) return;
    const running = comparison?.phase === "running";
    // Not `disabled`: the button keeps the focus while it works.
    setAttribute(ask, "aria-disabled", running ? "true" : null);
    const asking = document.activeElement === ask;
    ask.hidden = comparison?.phase === "done";
    stop.hidden = !running;
    result.hidden = comparison?.phase !== "done";
    setAttribute(section, "aria-busy", String(running));
    setText(status, statusOf(comparison));
    setAttribute(status, "data-state", comparison?.phase ?? null);
    // Who sees the table needs no word for it.
    status.classList.toggle("unseen", comparison?.phase === "done");
    if (comparison?.phase !== "done") return;
    find("#comparison-table").replaceChildren(table(trace, comparison.rows));
    if (asking) find("#comparison-table").focus();
    find("#comparison-why").replaceChildren(
      ...reasons(trace).map((reason) => el("li", {}, t(`comparison.why.${reason}`))),
    );
  }

  /** @param {State["comparison"]} comparison */
  function statusOf(comparison) {
    if (comparison === null) return "";
    if (comparison.phase === "failed")
      return comparison.detail === null
        ? t("comparison.offline")
        : t("comparison.failed", { reason: comparison.detail.map(say).join("; ") });
    if (comparison.phase === "done") return t("comparison.done");
    const share = comparison.run && shareOf(comparison.run);
    return share
      ? t("comparison.share", { percent: Math.floor(share * 10) * 10 })
      : t("comparison.running");
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      const { trace, comparison, cursor } = state;
      if (trace !== previous?.trace || comparison !== previous.comparison) draw(state);
      if (
        !trace ||
        comparison?.phase !== "done" ||
        (comparison === previous?.comparison && cursor === previous.cursor)
      )
        return;
      link.setAttribute(
        "href",
        toHash({
          ...state,
          preset: shownAs(state).preset,
          edited: true,
          request: paddedRequest(trace),
          trace: comparison.padded,
        }),
      );
    },
  };
}
