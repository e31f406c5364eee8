/** The chosen cell at the current timestep as a table: the real numbers behind the circuit. */

import { vectorsAt } from "../../model/cell-vectors.js";
import { el, find } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { pastIndex } from "../../model/places.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createCellTable({ store, t }) {
  const fold = /** @type {HTMLDetailsElement} */ (find("#cell-table-fold"));
  const host = find("#cell-table");
  /** @type {unknown} */
  let shown = null;

  /** @param {State} state */
  function draw({ trace, cursor }) {
    if (!trace) return;
    shown = cursor;
    const vectors = vectorsAt(trace, cursor);
    const names = ["i", "f", "g", "o", "c_prev", "c", ...(vectors.m ? ["m"] : []), "h"];
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, t("word.unit")),
      ...names.map((name) =>
        el(
          "th",
          { scope: "col", class: `q-${name[0]}` },
          ...(name === "c_prev" ? ["c", el("sub", {}, pastIndex(trace, cursor))] : [name]),
        ),
      ),
    );
    const rows = Array.from({ length: trace.request.config.hidden_size }, (_, unit) =>
      el(
        "tr",
        unit === cursor.unit ? { class: "chosen" } : {},
        el("th", { scope: "row" }, String(unit)),
        ...names.map((name) => {
          const value = vectors[name]?.values[unit];
          return el(
            "td",
            value === undefined ? {} : { title: String(value), "data-name": `${name}.${unit}` },
            value === undefined ? "" : short(value),
          );
        }),
      ),
    );
    const caption = el(
      "caption",
      {},
      t("cell.table.caption", {
        layer: cursor.layer,
        direction: t(`direction.${cursor.direction}`),
        timestep: cursor.timestep,
        sample: cursor.sample,
      }),
    );
    host.replaceChildren(
      el(
        "table",
        { class: "numbers-table" },
        caption,
        el("thead", {}, head),
        el("tbody", {}, ...rows),
      ),
    );
  }

  fold.addEventListener("toggle", () => {
    if (fold.open) draw(store.get());
  });

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      const moved = state.trace !== previous?.trace || state.cursor !== shown;
      if (fold.open && moved && !state.playing) draw(state);
    },
  };
}
