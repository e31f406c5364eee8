/** The chosen unit over time, with its readings at the cursor. */

import { QUANTITIES, clamp } from "../../model/cursor.js";
import { el, find, setText } from "../../base/dom.js";
import { GROUPS, curveGrid, curvesFigure } from "../../figures/curves.js";
import { STEPS } from "../../figures/map-grid.js";
import { axisSuffix } from "../../figures/panels.js";
import { short } from "../../base/format.js";
import { rowsOf, noteScales } from "../../model/notes.js";
import { litBy, valueOf } from "../../model/places.js";
import { createPlot } from "../../paint/plot.js";
import { cellOf, cursorSet, tokensOf } from "../../state/state.js";
import { vectorAt } from "../../base/tensor.js";
import { createOverlays } from "../../paint/overlays.js";
import { rectWithin } from "../pointing/probes.js";
import { createPanelWalk } from "../pointing/panel-walk.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {{timestep: number, quantity: import("../../types.js").Quantity}} CurveSpot */

/** @param {import("../../types.js").Context} context */
export function createCurves(context) {
  const { store, t, probes } = context;
  const host = find("#curves");
  const unit = /** @type {HTMLInputElement} */ (find("#unit"));
  const plot = createPlot(find("#curves-plot"), {
    click: (point) => store.update(cursorSet({ timestep: point.x })),
  });
  const overlays = createOverlays(find("#curves-overlays"), "line");
  const readings = QUANTITIES.map((quantity) => {
    const value = el("span", { class: "reading" });
    find("#curves-readings").append(
      el("li", { class: `q-${quantity}`, "data-name": quantity }, el("b", {}, quantity), value),
    );
    return value;
  });

  /** @type {{x: [number, number], y: [number, number]}[]} */
  let ranges = [];
  // The curve that is nearest to the pointer, at its timestep.
  probes.add(host, (point) => {
    const { trace } = store.get();
    const box = host.getBoundingClientRect();
    const found = point && overlays.under(point.x - box.left, point.y - box.top);
    const range = found && ranges[found.index];
    if (!trace || !found || !range) return null;
    const timestep = clamp(
      Math.round(range.x[0] + found.right * (range.x[1] - range.x[0])),
      trace.start,
      trace.stop - 1,
    );
    const away = (/** @type {{y: number}} */ { y }) => Math.abs(y - found.down * found.rect.height);
    const [nearest] = pointsOf(found.index, timestep).sort((a, b) => away(a) - away(b));
    return nearest ? hitOf(found.index, { timestep, quantity: nearest.quantity }) : null;
  });

  /** The curves of a panel at a timestep, from top to bottom, with their heights in pixels. @param {number} panel @param {number} timestep */
  function pointsOf(panel, timestep) {
    const { trace, cursor } = store.get();
    const [rect, range] = [overlays.rectOf(panel), ranges[panel]];
    if (!trace || !rect || !range) return [];
    return (GROUPS[panel] ?? [])
      .flatMap((quantity) => {
        const value =
          vectorAt(cellOf(trace, cursor)[quantity], timestep, cursor.sample)[cursor.unit] ?? NaN;
        return Number.isNaN(value)
          ? []
          : [{ quantity, y: ((range.y[1] - value) / (range.y[1] - range.y[0])) * rect.height }];
      })
      .sort((a, b) => a.y - b.y);
  }

  /** @param {number} panel @param {CurveSpot} spot @returns {import("../pointing/probes.js").Hit | null} */
  function hitOf(panel, { timestep, quantity }) {
    const { layer, direction, sample, unit: chosen } = store.get().cursor;
    const [rect, range] = [overlays.rectOf(panel), ranges[panel]];
    const point = pointsOf(panel, timestep).find((one) => one.quantity === quantity);
    if (!rect || !range || !point) return null;
    const x = rect.x + ((timestep - range.x[0]) / (range.x[1] - range.x[0])) * rect.width;
    return {
      hover: { quantity, layer, direction, timestep, unit: chosen, sample },
      anchor: rectWithin(host, { x: x - 5, y: rect.y + point.y - 5, width: 10, height: 10 }),
    };
  }

  /** At the cursor, on the uppermost curve. @param {number} panel @returns {CurveSpot | null} */
  function start(panel) {
    const { timestep } = store.get().cursor;
    const [first] = pointsOf(panel, timestep);
    return first ? { timestep, quantity: first.quantity } : null;
  }

  const walk = createPanelWalk(
    find("#curves-walk"),
    GROUPS.length,
    context,
    /** @type {import("../pointing/panel-walk.js").Walk<CurveSpot>} */ ({
      start,
      step: (panel, spot, key) => {
        const { trace } = store.get();
        const points = pointsOf(panel, spot.timestep);
        const here = points.findIndex(({ quantity }) => quantity === spot.quantity);
        if (!trace || here < 0) return start(panel);
        const [right, down] = STEPS[key] ?? [0, 0];
        const timestep = clamp(spot.timestep + right, trace.start, trace.stop - 1);
        return {
          timestep: pointsOf(panel, timestep).length ? timestep : spot.timestep,
          quantity: points[clamp(here + down, 0, points.length - 1)]?.quantity ?? spot.quantity,
        };
      },
      hit: hitOf,
      press: (_, __, { key }) => {
        if (key === "Enter") context.actions.pin();
        return key === "Enter";
      },
    }),
  );

  /** @param {State} state */
  function light(state) {
    const { trace, cursor } = state;
    if (!trace) return;
    const marks = litBy(state).flatMap((place) => {
      const panel = GROUPS.findIndex((group) =>
        group.some((quantity) => quantity === place.quantity),
      );
      const here =
        panel >= 0 &&
        place.layer === cursor.layer &&
        place.direction === cursor.direction &&
        place.sample === cursor.sample;
      const value =
        here && (place.unit === null || place.unit === cursor.unit)
          ? valueOf(state, { ...place, unit: cursor.unit })
          : undefined;
      return value === undefined ? [] : [{ ...place, row: null, panel, value }];
    });
    overlays.light(ranges, marks);
  }

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

  /** Pinned numbers of the cell and sample that are drawn. @param {State} state */
  const pinsHere = ({ pins, cursor }) =>
    pins.filter(
      (pin) =>
        QUANTITIES.some((quantity) => quantity === pin.quantity) &&
        pin.layer === cursor.layer &&
        pin.direction === cursor.direction &&
        pin.sample === cursor.sample,
    );

  /** @param {State} state */
  function draw(state) {
    const { trace, cursor, theme } = state;
    if (!trace) return;
    const width = host.clientWidth;
    const notes = noteScales(rowsOf(trace, cursor.sample));
    const { rects, height } = curveGrid(width, notes.length);
    host.style.height = `${height}px`;
    overlays.place(rects);
    const figure = curvesFigure(trace, cellOf(trace, cursor), {
      unit: cursor.unit,
      sample: cursor.sample,
      width,
      theme,
      tokens: tokensOf(state),
      pins: pinsHere(state),
      notes,
      kindOf: (kind) => t(`notes.kind.${kind}`),
    });
    ranges = [figure.layout, figure.layout].map((layout, k) => ({
      x: layout[`xaxis${axisSuffix(k)}`].range,
      y: layout[`yaxis${axisSuffix(k)}`].range,
    }));
    plot.show(figure);
    walk.place(rects.slice(0, GROUPS.length), (panel) =>
      t("curves.walk", { letters: (GROUPS[panel] ?? []).join(", ") }),
    );
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
      const redraw =
        !before ||
        resized ||
        state.trace !== previous.trace ||
        state.theme !== previous.theme ||
        state.preset !== previous.preset ||
        cursor.layer !== before.layer ||
        cursor.direction !== before.direction ||
        cursor.sample !== before.sample ||
        cursor.unit !== before.unit ||
        state.pins !== previous.pins;
      if (redraw) draw(state);
      if (redraw || cursor !== before) move(state);
      if (redraw || state.hover !== previous?.hover) light(state);
    },
  };
}
