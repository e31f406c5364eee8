/** The six maps of the chosen cell. Drawn when what they show changes; the cursor and all that is lit or pinned float above. */

import { QUANTITIES, clamp, focusOf } from "../../model/cursor.js";
import { el, find, setAttribute } from "../../base/dom.js";
import { isSingleNumber, mapTileAt } from "../../figures/map-grid.js";
import { scalesOf } from "../../figures/map-scales.js";
import { HEADING, axisRange, mapGrid, mapsFigure } from "../../figures/maps.js";
import { short } from "../../base/format.js";
import { createMapSource } from "../../server/map-source.js";
import { mapsSet, spanOrAll } from "../../model/map-view.js";
import { isPadding, litBy } from "../../model/places.js";
import { createPlot } from "../../paint/plot.js";
import { cellOf, cursorSet, quantityChosen, tokensOf } from "../../state/state.js";
import { vectorAt } from "../../base/tensor.js";
import { createMapControls } from "./map-controls.js";
import { drawLegend } from "./map-legend.js";
import { createMapSketch } from "./map-sketch.js";
import { createMapWalk } from "./map-walk.js";
import { createOverlays, tileRect } from "../../paint/overlays.js";
import { rectWithin } from "../pointing/probes.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").Quantity} Quantity */
/** @typedef {import("../../figures/map-grid.js").Tile} Tile */
/** @typedef {import("../../model/map-view.js").Span} Span */

/** Milliseconds in which Plotly takes two clicks for one. */
const TWICE = 320;

/** @param {number} k @returns {Quantity} */
const quantityOf = (k) => QUANTITIES[k] ?? "h";

/** @param {Span | null} one @param {Span | null} other */
const isSameSpan = (one, other) => one?.[0] === other?.[0] && one?.[1] === other?.[1];

/** The span between the ends of an axis, to the next whole tile. @param {any} axis of Plotly's layout @param {number} size @returns {Span | null} */
function spanOf(axis, size) {
  if (axis.autorange) return null;
  const ends = axis.range
    .map(Number)
    .sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
  const start = clamp(Math.round(ends[0] + 0.5), 0, size - 1);
  return spanOrAll([start, clamp(Math.round(ends[1] + 0.5), start + 1, size)], size);
}

/** @param {import("../../types.js").Context} context @param {Pick<typeof import("../../server/api.js"), "fetchTiles" | "fetchUnits">} api */
export function createMaps(context, api) {
  const { store, t, actions, probes } = context;
  const host = find("#maps");
  const overlays = createOverlays(find("#maps-overlays"), "tile");
  const sketch = createMapSketch(/** @type {HTMLCanvasElement} */ (find("#maps-sketch")));
  const controls = createMapControls(context);
  const source = createMapSource(api, () => render(store.get()));
  /** What is drawn, and of which part. @type {import("../../server/map-source.js").Sources | null} */
  let drawn = null;
  /** @type {import("../../paint/overlays.js").OverlayRange} */
  let range = { x: [-0.5, 0.5], y: [0.5, -0.5] };
  /** The part that the plot reported last, or was given. @type {{time: Span | null, rows: Span | null}} */
  let reported = { time: null, rows: null };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let clicked;
  /** What a double click goes back to is what was drawn first, so that is always the whole. */
  let first = true;
  /** @type {HTMLElement[]} */
  let headings = [];

  const plot = createPlot(find("#maps-plot"), {
    click: ({ curveNumber, x, y }) => {
      const tile =
        drawn &&
        mapTileAt(drawn.grids[quantityOf(curveNumber)], Math.floor(x + 0.5), Math.floor(y + 0.5));
      if (!tile) return;
      // Where a double click leads back to the whole, one click waits whether there is another.
      clearTimeout(clicked);
      clicked = setTimeout(
        () => open(quantityOf(curveNumber), tile),
        reported.time || reported.rows ? TWICE : 0,
      );
    },
    ranges: ({ xaxis, yaxis }) => {
      range = { x: xaxis.range.map(Number), y: yaxis.range.map(Number) };
      const state = store.get();
      const { trace, maps } = state;
      if (!trace || !drawn) return;
      const time = spanOf(xaxis, trace.seqLen);
      const rows = spanOf(yaxis, trace.request.config.hidden_size);
      const moved = !isSameSpan(time, reported.time) || !isSameSpan(rows, reported.rows);
      reported = { time, rows };
      if (moved) {
        clearTimeout(clicked);
        store.update(mapsSet(reported));
      } else if (first && (maps.time || maps.rows)) {
        first = false;
        draw(state);
      }
      first = false;
      float(state);
    },
  });

  /** @param {number} k @param {Tile} tile @returns {import("../pointing/probes.js").Hit | null} */
  function hitOf(k, tile) {
    const {
      trace,
      cursor: { layer, direction, sample },
    } = store.get();
    const rect = overlays.rectOf(k);
    if (!trace || !rect) return null;
    const here = isSingleNumber(tile) && tile.start >= trace.start && tile.start < trace.stop;
    const { x, y, width, height } = tileRect(rect, range, {
      timestep: tile.start,
      row: tile.row,
      steps: tile.stop - tile.start,
      rows: tile.rows,
    });
    const left = clamp(x, 0, rect.width);
    const place = {
      quantity: quantityOf(k),
      layer,
      direction,
      timestep: tile.start,
      unit: tile.unit,
      sample,
    };
    return {
      hover: { ...place, padded: isPadding(trace, place), ...(here ? {} : { tile }) },
      anchor: rectWithin(host, {
        x: rect.x + left,
        y: rect.y + y,
        width: Math.max(1, Math.min(width - (left - x), rect.width - left)),
        height,
      }),
    };
  }

  probes.add(host, (point) => {
    const box = host.getBoundingClientRect();
    const found = point && overlays.under(point.x - box.left, point.y - box.top);
    if (!drawn || !found) return null;
    const {
      x: [left, right],
      y: [bottom, top],
    } = range;
    const timestep = Math.round(left + found.right * (right - left));
    const tile = mapTileAt(
      drawn.grids[quantityOf(found.index)],
      timestep,
      Math.round(top + found.down * (bottom - top)),
    );
    return tile && hitOf(found.index, tile);
  });

  /** A number is opened; from afar the cursor, and with it the window, goes to where the tile begins.
   * @param {Quantity} quantity @param {Tile} tile */
  function open(quantity, tile) {
    const { trace } = store.get();
    if (!trace) return;
    const place = { timestep: tile.start, unit: tile.unit };
    if (isSingleNumber(tile) && tile.start >= trace.start && tile.start < trace.stop) {
      actions.level("scalar", { ...place, quantity });
      return;
    }
    store.update((state) => cursorSet({ unit: place.unit })(quantityChosen(quantity)(state)));
    actions.look(place.timestep);
  }

  const walk = createMapWalk(context, { drawn: () => drawn, hitOf, open });

  /** Where a place of the shown cell and sample stands, if it is in one of the maps.
   * @param {State} state @param {import("../../types.js").Place} place */
  function markOf({ cursor }, { quantity, layer, direction, sample, timestep, unit }) {
    const panel = QUANTITIES.findIndex((one) => one === quantity);
    const here =
      panel >= 0 &&
      layer === cursor.layer &&
      direction === cursor.direction &&
      sample === cursor.sample;
    return here
      ? [{ panel, timestep, row: unit === null ? null : (drawn?.arrangement.rows[unit] ?? unit) }]
      : [];
  }

  /** @param {State} state */
  function light(state) {
    const { hover } = state;
    const marks = litBy(state).flatMap((place) =>
      markOf(state, place).map((mark) => ({ ...mark, self: place.self, value: NaN })),
    );
    if (hover?.tile) {
      const { tile } = hover;
      marks.push(
        ...markOf(state, hover).map((mark) => ({
          ...mark,
          row: tile.row,
          rows: tile.rows,
          steps: tile.stop - tile.start,
          self: true,
          value: NaN,
        })),
      );
    }
    overlays.light(
      QUANTITIES.map(() => range),
      marks,
    );
  }

  /** @param {State} state */
  const pin = (state) =>
    overlays.pin(
      QUANTITIES.map(() => range),
      state.pins.flatMap((place) => markOf(state, place)),
    );

  /** @param {State} state */
  function move({ trace, cursor }) {
    if (!trace) return;
    const cell = cellOf(trace, cursor);
    overlays.move(
      range,
      cursor.timestep,
      drawn?.arrangement.rows[cursor.unit] ?? cursor.unit,
      (k) => cursor.unit < (cell[quantityOf(k)].shape[2] ?? 0),
    );
    overlays.span(range, drawn?.far ? [trace.start, trace.stop] : null);
    headings.forEach((heading, k) => {
      const quantity = quantityOf(k);
      setAttribute(heading, "aria-pressed", String(focusOf(cursor) === quantity));
      const value = vectorAt(cell[quantity], cursor.timestep, cursor.sample)[cursor.unit];
      find("output", heading).textContent = short(value);
    });
  }

  /** All that floats above the plot. @param {State} state */
  function float(state) {
    move(state);
    light(state);
    pin(state);
  }

  /** @param {State} state */
  function draw(state) {
    const { trace, theme, maps } = state;
    if (!trace) return;
    const width = host.clientWidth;
    const { rects, height } = mapGrid(width, trace.request.config.hidden_size);
    const { found, busy } = source.read({ ...state, trace }, rects[0] ?? { width, height });
    setAttribute(host, "aria-busy", String(busy));
    if (!found) return;
    drawn = found;
    const { grids, arrangement, reach, sight } = found;
    const scales = scalesOf(maps.colours, reach, grids, sight);
    if (!first)
      reported = {
        time: spanOrAll(sight.time, trace.seqLen),
        rows: spanOrAll(sight.rows, arrangement.units.length),
      };
    range = { x: axisRange(sight.time), y: [sight.rows[1] - 0.5, sight.rows[0] - 0.5] };
    host.style.height = `${height}px`;
    overlays.place(rects);
    headings.forEach((heading) => heading.remove());
    const heading = rects[0]?.y ?? HEADING;
    headings = QUANTITIES.map((quantity, k) =>
      el(
        "button",
        {
          type: "button",
          class: `map-heading q-${quantity}`,
          "data-name": quantity,
          style: `left:${rects[k]?.x}px;top:${(rects[k]?.y ?? 0) - heading}px;width:${rects[k]?.width}px;height:${heading - 2}px`,
          onclick: () => store.update(quantityChosen(quantity)),
        },
        el("b", {}, quantity),
        el("span", { class: "map-name" }, t(`name.${quantity}`)),
        el("output", { class: "reading" }),
      ),
    );
    find("#maps-overlays").append(...headings);
    sketch.draw({ grids, sight }, scales, { rects, width, height }, theme);
    plot.show(
      mapsFigure(
        {
          grids,
          scales,
          units: arrangement.units,
          sight,
          zoomed: { time: reported.time !== null, rows: reported.rows !== null },
        },
        { width, theme, tokens: tokensOf(state) },
      ),
    );
    drawLegend(find("#maps-scales"), scales, theme);
    walk.place(rects, (k) =>
      t("maps.walk", { letter: quantityOf(k), name: t(`name.${quantityOf(k)}`) }),
    );
  }

  /** @param {State} state */
  function render(state) {
    controls.render(state);
    draw(state);
    float(state);
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      if (!state.trace) return;
      const redraw =
        !previous ||
        resized ||
        state.trace !== previous.trace ||
        state.theme !== previous.theme ||
        state.preset !== previous.preset ||
        state.maps !== previous.maps ||
        state.cursor.layer !== previous.cursor.layer ||
        state.cursor.direction !== previous.cursor.direction ||
        state.cursor.sample !== previous.cursor.sample;
      if (redraw) {
        render(state);
        return;
      }
      if (state.cursor !== previous.cursor) move(state);
      if (state.hover !== previous.hover) light(state);
      if (state.pins !== previous.pins) pin(state);
    },
  };
}
