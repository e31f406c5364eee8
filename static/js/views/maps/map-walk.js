/** The maps by keyboard: from tile to tile, in and out, and what Enter does with one. */

import { QUANTITIES, clamp } from "../../model/cursor.js";
import { find } from "../../base/dom.js";
import { isSingleNumber, mapNeighbour, mapTileAt } from "../../figures/map-grid.js";
import { mapsSet, scaled, shifted, sightOf, spanOrAll } from "../../model/map-view.js";
import { createPanelWalk } from "../pointing/panel-walk.js";

/** @typedef {import("../../types.js").Quantity} Quantity */
/** @typedef {import("../../figures/map-grid.js").Tile} Tile */
/** @typedef {{timestep: number, row: number}} MapSpot */

/** How much of the timesteps a key leaves in sight. @type {Record<string, number>} */
const FACTORS = { "+": 0.5, "=": 0.5, "-": 2 };

/**
 * @param {import("../../types.js").Context} context
 * @param {{drawn: () => import("../../server/map-source.js").Sources | null, hitOf: (panel: number, tile: Tile) => import("../pointing/probes.js").Hit | null,
 *          open: (quantity: Quantity, tile: Tile) => void}} maps
 */
export function createMapWalk(context, { drawn, hitOf, open }) {
  const { store, actions } = context;
  const quantityOf = (/** @type {number} */ panel) => QUANTITIES[panel] ?? "h";
  const gridOf = (/** @type {number} */ panel) => drawn()?.grids[quantityOf(panel)] ?? null;

  /** @param {number} panel @param {MapSpot} spot */
  function tileOf(panel, { timestep, row }) {
    const grid = gridOf(panel);
    return grid && mapTileAt(grid, timestep, row);
  }

  /** What is in sight follows the tile. @param {Tile} tile */
  function follow({ start, stop, row }) {
    const { trace, maps } = store.get();
    if (!trace) return;
    const { time, rows } = sightOf(maps, trace);
    const { seqLen } = trace;
    const { hidden_size: size } = trace.request.config;
    const seen = spanOrAll(
      shifted(shifted(time, stop - 1, [0, seqLen]), start, [0, seqLen]),
      seqLen,
    );
    const shown = spanOrAll(shifted(rows, row, [0, size]), size);
    if (String(seen) !== String(maps.time) || String(shown) !== String(maps.rows))
      store.update(mapsSet({ time: seen, rows: shown }));
  }

  /** At the cursor, or as near to it as is in sight. @returns {MapSpot | null} */
  function start() {
    const { trace, cursor, maps } = store.get();
    const found = drawn();
    if (!trace || !found) return null;
    const { time, rows } = sightOf(maps, trace);
    return {
      timestep: clamp(cursor.timestep, time[0], time[1] - 1),
      row: clamp(found.arrangement.rows[cursor.unit] ?? 0, rows[0], rows[1] - 1),
    };
  }

  return createPanelWalk(
    find("#maps-walk"),
    QUANTITIES.length,
    context,
    /** @type {import("../pointing/panel-walk.js").Walk<MapSpot>} */ ({
      start,
      step: (panel, spot, key) => {
        const grid = gridOf(panel);
        const tile = tileOf(panel, spot);
        if (!grid || !tile) return start();
        const next = mapNeighbour(grid, tile, key);
        follow(next);
        return { timestep: next.start, row: next.row };
      },
      hit: (panel, spot) => {
        const tile = tileOf(panel, spot);
        return tile && hitOf(panel, tile);
      },
      press: (panel, spot, { key, shiftKey }) => {
        const { trace, maps } = store.get();
        const tile = tileOf(panel, spot);
        const factor = FACTORS[key];
        if (!trace || !tile || (!factor && key !== "Enter")) return false;
        if (factor)
          store.update(
            mapsSet({
              time: spanOrAll(
                scaled(sightOf(maps, trace).time, spot.timestep, factor, trace.seqLen),
                trace.seqLen,
              ),
            }),
          );
        else if (shiftKey || !isSingleNumber(tile)) open(quantityOf(panel), tile);
        else actions.pin();
        return true;
      },
    }),
  );
}
