/** The chosen unit over time, with its readings at the cursor. */

import { QUANTITIES } from "../cursor.js";
import { el, find, setText } from "../dom.js";
import { curveGrid, curvesFigure } from "../figures/curves.js";
import { short } from "../format.js";
import { createPlot } from "../plot.js";
import { cellOf, cursorSet, tokensOf } from "../state.js";
import { vectorAt } from "../tensor.js";
import { createOverlays } from "./overlays.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function createCurves({ store, t }) {
  const host = find("#curves");
  const unit = /** @type {HTMLInputElement} */ (find("#unit"));
  const plot = createPlot(find("#curves-plot"), { click: (point) => store.update(cursorSet({ timestep: point.x })) });
  const overlays = createOverlays(find("#curves-overlays"), "line");
  const readings = QUANTITIES.map((quantity) => {
    const value = el("span", { class: "reading" });
    find("#curves-readings").append(el("li", { class: `q-${quantity}` }, el("b", {}, quantity), value));
    return value;
  });

  unit.addEventListener("change", () => {
    const wanted = Number(unit.value);
    if (Number.isInteger(wanted)) store.update(cursorSet({ unit: wanted }));
    unit.value = String(store.get().cursor.unit);
  });

  /** @param {State} state */
  function move({ trace, cursor }) {
    if (!trace) return;
    const cell = cellOf(trace, cursor);
    overlays.move({ x: [trace.start - 0.5, trace.stop - 0.5], y: null }, cursor.timestep, null);
    QUANTITIES.forEach((quantity, k) => {
      const value = vectorAt(cell[quantity], cursor.timestep, cursor.sample)[cursor.unit];
      setText(/** @type {Element} */ (readings[k]), short(value));
    });
  }

  /** @param {State} state */
  function draw(state) {
    const { trace, cursor, theme } = state;
    if (!trace) return;
    const width = host.clientWidth;
    const { rects, height } = curveGrid(width);
    host.style.height = `${height}px`;
    overlays.place(rects);
    plot.show(curvesFigure(trace, cellOf(trace, cursor), { unit: cursor.unit, sample: cursor.sample, width, theme, tokens: tokensOf(state) }));
    unit.max = String(trace.request.config.hidden_size - 1);
    if (document.activeElement !== unit) unit.value = String(cursor.unit);
    setText(find("#curves-title"), t("curves.title.unit", { unit: cursor.unit }));
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      if (!state.trace) return;
      const before = previous?.cursor;
      const { cursor } = state;
      const redraw = !before || resized || state.trace !== previous.trace || state.theme !== previous.theme || state.preset !== previous.preset ||
        cursor.layer !== before.layer || cursor.direction !== before.direction || cursor.sample !== before.sample || cursor.unit !== before.unit;
      if (redraw) draw(state);
      if (redraw || cursor !== before) move(state);
    },
  };
}
