/** Beside the network strip: what each of its rows is. Rows of cells are buttons, which lead the cursor there. */

import { el } from "../../base/dom.js";
import { rowsOf, timesOf, titleOf } from "../../model/notes.js";
import { cursorSet, tokensOf } from "../../state/state.js";
import { labelled } from "../../paint/network-paint.js";

/** @typedef {import("../../types.js").State} State */

/** @param {State} state @param {import("../../figures/strip.js").Plan} drawn @param {CanvasRenderingContext2D | null} context that measures text
 * @param {import("../../types.js").Context} page @returns {HTMLElement[]} */
export function rowLabels(state, drawn, context, { store, t }) {
  const { trace, showReturns } = state;
  if (!trace) return [];
  const width = trace.cells[0]?.h.shape[2] ?? 0;
  const top = trace.request.config.num_layers - 1;
  const joined = trace.directions.length === 2;
  const joins = drawn.joins.map(({ layer, y }) =>
    el(
      "span",
      { class: "strip-join", style: `top:${y - 5}px` },
      layer === top
        ? t("network.output")
        : t(joined ? "network.concat" : "network.passes", {
            size: width * trace.directions.length,
          }),
    ),
  );
  const names = drawn.rows.map(({ layer, direction, y, height }) => {
    const row = layer * trace.directions.length + trace.directions.indexOf(direction);
    const note = showReturns
      ? el(
          "span",
          { class: "strip-note" },
          el("span", { class: "mark-h" }, `h_n[${row}]`),
          " ",
          el("span", { class: "mark-c" }, `c_n[${row}]`),
        )
      : null;
    return el(
      "button",
      {
        type: "button",
        class: "strip-row",
        style: `top:${y}px;height:${height}px`,
        "data-layer": layer,
        "data-direction": direction,
        onclick: () => store.update(cursorSet({ layer, direction })),
      },
      el(
        "span",
        { class: "strip-name" },
        t("layer.name", { layer }),
        el("span", { class: "unseen" }, ` ${t(`direction.${direction}`)}`),
        el(
          "span",
          { class: "strip-arrow", "aria-hidden": "true" },
          direction === "forward" ? "\u2192" : "\u2190",
        ),
      ),
      note,
    );
  });
  const input = el(
    "span",
    { class: "strip-input", style: `top:${drawn.input.y - 3}px` },
    el("b", { class: "q-x" }, "x"),
    ` ${trace.input.shape[2]}`,
  );
  const beside = (/** @type {number} */ y, /** @type {string} */ name) =>
    el("span", { class: "strip-input", style: `top:${y}px` }, name);
  const tokens = tokensOf(state);
  const labels =
    context && drawn.notes.length
      ? [
          beside(
            drawn.labels - 11,
            tokens && labelled(context, drawn, tokens).length
              ? t(timesOf(trace, state.cursor.sample) ? "notes.time" : "answers.token")
              : "t",
          ),
        ]
      : [];
  const annotated = rowsOf(trace, state.cursor.sample);
  const noted = drawn.notes.map(({ name, y, height }) => {
    const row = name.startsWith("row") ? annotated[Number(name.slice(3))] : undefined;
    if (!row) return beside(y, t(name === "targets" ? "answers.target" : "answers.answer"));
    const title = titleOf(row, t);
    const kind = title.endsWith(row.name) ? title.slice(0, -row.name.length) : "";
    return el(
      "span",
      { class: "strip-input strip-annotation", style: `top:${y + (height - 15) / 2}px`, title },
      kind,
      el("b", {}, row.name),
    );
  });
  return [...joins, ...names, input, ...labels, ...noted];
}
