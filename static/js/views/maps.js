/** The six maps of the chosen cell. Drawn once per cell; the cursor floats above them. */

import { QUANTITIES, focusOf } from "../cursor.js";
import { el, find, setAttribute } from "../dom.js";
import { HEADING, mapGrid, mapsFigure, scalesOf } from "../figures/maps.js";
import { short } from "../format.js";
import { DIVERGING, SEQUENTIAL, gradient } from "../palette.js";
import { litBy } from "../places.js";
import { createPlot } from "../plot.js";
import { cellOf, quantityChosen, tokensOf } from "../state.js";
import { vectorAt } from "../tensor.js";
import { createOverlays } from "./overlays.js";
import { within } from "./probes.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function createMaps({ store, t, actions, probes }) {
  const host = find("#maps");
  const reset = /** @type {HTMLButtonElement} */ (find("#maps-reset"));
  const scales = find("#maps-scales");
  const overlays = createOverlays(find("#maps-overlays"), "tile");
  /** @type {{x: [number, number], y: [number, number]}} */
  let ranges = { x: [-0.5, 0.5], y: [0.5, -0.5] };
  /** @type {HTMLElement[]} */
  let headings = [];

  const plot = createPlot(find("#maps-plot"), {
    click: (point) => {
      const quantity = QUANTITIES[point.curveNumber] ?? "f";
      actions.level("scalar", { timestep: point.x, unit: point.y, quantity });
    },
    ranges: (layout) => {
      ranges = { x: layout.xaxis.range.map(Number), y: layout.yaxis.range.map(Number) };
      const { trace } = store.get();
      reset.hidden = !trace || ranges.x[1] - ranges.x[0] >= trace.stop - trace.start - 0.01 &&
        Math.abs(ranges.y[1] - ranges.y[0]) >= trace.request.config.hidden_size - 0.01;
      move(store.get());
      light(store.get());
    },
  });
  probes.add(host, (point) => {
    const { trace, cursor } = store.get();
    const box = host.getBoundingClientRect();
    const found = point && overlays.under(point.x - box.left, point.y - box.top);
    const quantity = found && QUANTITIES[found.index];
    if (!trace || !found || !quantity) return null;
    const { x: [left, right], y: [bottom, top] } = ranges;
    const timestep = Math.round(left + found.right * (right - left));
    const unit = Math.round(top + found.down * (bottom - top));
    const size = cellOf(trace, cursor)[quantity].shape[2] ?? 0;
    if (timestep < trace.start || timestep >= trace.stop || unit < 0 || unit >= size) return null;
    const width = found.rect.width / (right - left);
    const height = found.rect.height / Math.abs(top - bottom);
    const { layer, direction, sample } = cursor;
    return {
      hover: { quantity, layer, direction, timestep, unit, sample },
      anchor: within(host, { x: found.rect.x + (timestep - 0.5 - left) * width, y: found.rect.y + (unit - 0.5 - top) * height, width, height }),
    };
  });

  /** @param {State} state */
  function light(state) {
    const { cursor } = state;
    const marks = litBy(state).flatMap((place) => {
      const panel = QUANTITIES.findIndex((quantity) => quantity === place.quantity);
      const here = panel >= 0 && place.layer === cursor.layer && place.direction === cursor.direction && place.sample === cursor.sample;
      return here ? [{ ...place, panel, value: NaN }] : [];
    });
    overlays.light(QUANTITIES.map(() => ranges), marks);
  }

  reset.addEventListener("click", () => { void plot.reset(); });

  /** @param {State} state */
  function move({ trace, cursor }) {
    if (!trace) return;
    const cell = cellOf(trace, cursor);
    overlays.move(ranges, cursor.timestep, cursor.unit, (k) => cursor.unit < (cell[QUANTITIES[k] ?? "h"].shape[2] ?? 0));
    headings.forEach((heading, k) => {
      const quantity = QUANTITIES[k] ?? "h";
      setAttribute(heading, "aria-pressed", String(focusOf(cursor) === quantity));
      const value = vectorAt(cell[quantity], cursor.timestep, cursor.sample)[cursor.unit];
      const reading = find("output", heading);
      reading.textContent = short(value);
    });
  }

  /** @param {State} state */
  function draw(state) {
    const { trace, cursor, theme } = state;
    if (!trace) return;
    const width = host.clientWidth;
    const cell = cellOf(trace, cursor);
    const figure = mapsFigure(trace, cell, { sample: cursor.sample, width, theme, tokens: tokensOf(state) });
    const { rects, height } = mapGrid(width, trace.request.config.hidden_size);
    host.style.height = `${height}px`;
    ranges = { x: [trace.start - 0.5, trace.stop - 0.5], y: [trace.request.config.hidden_size - 0.5, -0.5] };
    overlays.place(rects);
    headings.forEach((heading) => heading.remove());
    const heading = rects[0]?.y ?? HEADING;
    headings = QUANTITIES.map((quantity, k) => el("button", {
      type: "button", class: `map-heading q-${quantity}`, "data-name": quantity,
      style: `left:${rects[k]?.x}px;top:${(rects[k]?.y ?? 0) - heading}px;width:${rects[k]?.width}px;height:${heading - 2}px`,
      onclick: () => store.update(quantityChosen(quantity)),
    }, el("b", {}, quantity), el("span", { class: "map-name" }, t(`name.${quantity}`)), el("output", { class: "reading" })));
    find("#maps-overlays").append(...headings);
    plot.show(figure);
    legend(cell, cursor.sample, theme);
  }

  /** @param {import("../types.js").Cell} cell @param {number} sample @param {import("../types.js").Theme} theme */
  function legend(cell, sample, theme) {
    const most = scalesOf(cell, sample);
    const entry = (/** @type {string} */ letters, /** @type {number} */ low, /** @type {number} */ high, /** @type {readonly any[]} */ stops) => el("li", {},
      el("b", {}, letters), el("span", { class: "scale-end" }, short(low, 2)),
      el("span", { class: "scale-bar", style: `background:${gradient(stops)}` }), el("span", { class: "scale-end" }, short(high, 2)));
    scales.replaceChildren(
      entry("i f o", 0, 1, SEQUENTIAL[theme]), entry("g h", -most.g, most.g, DIVERGING[theme]), entry("c", -most.c, most.c, DIVERGING[theme]),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      if (!state.trace) return;
      const redraw = !previous || resized || state.trace !== previous.trace || state.theme !== previous.theme || state.preset !== previous.preset ||
        state.cursor.layer !== previous.cursor.layer || state.cursor.direction !== previous.cursor.direction || state.cursor.sample !== previous.cursor.sample;
      if (redraw) draw(state);
      if (redraw || state.cursor !== previous?.cursor) move(state);
      if (redraw || state.hover !== previous?.hover) light(state);
    },
  };
}
