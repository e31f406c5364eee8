/**
 * Where the maps have their numbers from. What is in sight and here is shown number by number. A trace that is too large to be
 * read whole is seen from afar, at most one tile a pixel: the whole of it, and in it, finer, the part that is in sight.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Quantity} Quantity
 * @typedef {import("../types.js").Tiles} Tiles
 * @typedef {import("../model/map-view.js").Span} Span
 * @typedef {Record<Quantity, import("../figures/map-grid.js").Grid>} Grids
 * @typedef {{grids: Grids, arrangement: import("../model/unit-order.js").Arrangement, reach: import("../figures/map-scales.js").Reach,
 *            sight: {time: Span, rows: Span}, far: boolean}} Sources
 */
import { QUANTITIES } from "../model/cursor.js";
import { joined, tilesGrid } from "../figures/map-grid.js";
import { reachOf } from "../figures/map-scales.js";
import { recordedGrids } from "../figures/maps.js";
import { createLatest } from "../base/latest.js";
import { lies, sightOf } from "../model/map-view.js";
import { isWindowed } from "../model/windows.js";
import { cellOf } from "../state/state.js";
import { arrangementOf } from "../model/unit-order.js";

/** Tiles of one answer of the server, and along one axis of it. */
const TILE_LIMITS = { tiles: 12_000, along: 4096 };

/** How many tiles to ask for: as many as there are pixels.
 * @param {{time: Span, rows: Span}} sight @param {number} units @param {{width: number, height: number}} pixels */
export function tilesFor({ time, rows }, units, pixels) {
  const height = Math.max(
    1,
    Math.min(units, Math.floor((units * pixels.height) / (rows[1] - rows[0])), TILE_LIMITS.along),
  );
  const width = Math.max(
    1,
    Math.min(Math.floor(pixels.width), Math.floor(TILE_LIMITS.tiles / height), TILE_LIMITS.along),
  );
  return { start: time[0], stop: time[1], width, height };
}

/** The largest magnitudes among tiles. @param {Record<Quantity, Tiles>} tiles @returns {import("../figures/map-scales.js").Reach} */
function reachOfTiles(tiles) {
  const most = (/** @type {"g" | "c" | "h"} */ quantity) =>
    [...tiles[quantity].min, ...tiles[quantity].max].reduce(
      (reach, value) => Math.max(reach, Math.abs(value) || 0),
      0,
    );
  return { g: most("g"), c: most("c"), h: most("h") };
}

/** @template T @param {(quantity: Quantity) => T} make @returns {Record<Quantity, T>} */
const each = (make) =>
  /** @type {any} */ (Object.fromEntries(QUANTITIES.map((quantity) => [quantity, make(quantity)])));

/**
 * @param {Pick<typeof import("./api.js"), "fetchTiles" | "fetchUnits">} api
 * @param {() => void} heard something that was asked for has come, or will not come
 */
export function createMapSource({ fetchTiles, fetchUnits }, heard) {
  const units = createLatest(fetchUnits, heard);
  const whole = createLatest(fetchTiles, heard, 8);
  const parts = createLatest(fetchTiles, heard);
  /** The finest tiles that have come for a cell: they stay until there are others. @type {{cell: string, tiles: Record<Quantity, Tiles> | null}} */
  let last = { cell: "", tiles: null };

  /** @param {State & {trace: Trace}} state @param {string} cell and the order of its units
   * @param {readonly number[] | null} order @param {{time: Span, rows: Span}} sight @param {{width: number, height: number}} pixels */
  function tilesOf({ trace, cursor }, cell, order, sight, pixels) {
    const { hidden_size: size } = trace.request.config;
    /** @param {typeof sight} seen */
    const asked = (seen) => {
      const view = tilesFor(seen, size, pixels);
      return { view, key: [cell, ...Object.values(view)].join("/") };
    };
    const all = asked({ ...sight, time: [0, trace.seqLen] });
    const part = asked(sight);
    const coarse = whole.get(all.key, trace.id, cursor, all.view, order);
    if (last.cell !== cell || part.key === all.key) last = { cell, tiles: null };
    if (part.key === all.key) parts.drop();
    else last.tiles = parts.get(part.key, trace.id, cursor, part.view, order) ?? last.tiles;
    const { tiles: fine } = last;
    return {
      coarse,
      tiles:
        coarse && fine
          ? each((quantity) => joined(coarse[quantity], fine[quantity]))
          : (fine ?? coarse),
    };
  }

  return {
    /** What can be drawn now; null while all there is would be a picture of something else. `busy`: better is on its way.
     * @param {State & {trace: Trace}} state @param {{width: number, height: number}} pixels of one map
     * @returns {{found: Sources | null, busy: boolean}} */
    read(state, pixels) {
      const { trace, cursor, maps } = state;
      const { hidden_size: size } = trace.request.config;
      const key = [trace.id, cursor.layer, cursor.direction, cursor.sample].join("/");
      if (maps.units === "index") units.drop();
      const known = maps.units === "index" ? null : units.get(key, trace.id, cursor);
      // Of more units than an address can name, those from afar stand by index.
      const ordered = known !== null && (size <= TILE_LIMITS.along || !isWindowed(trace));
      const arrangement = arrangementOf(ordered ? maps.units : "index", known, size);
      if (units.busy) return { found: null, busy: true };
      const sight = sightOf(maps, trace);
      const cell = cellOf(trace, cursor);
      const recorded = () => recordedGrids(trace, cell, cursor.sample, arrangement);
      if (!isWindowed(trace)) {
        whole.drop();
        parts.drop();
        return {
          found: {
            grids: recorded(),
            arrangement,
            reach: reachOf(cell, cursor.sample),
            sight,
            far: false,
          },
          busy: false,
        };
      }
      const near = lies(sight.time, [trace.start, trace.stop]);
      const { coarse, tiles } = tilesOf(
        state,
        ordered ? `${key}/${maps.units}` : key,
        ordered ? arrangement.units : null,
        near ? { ...sight, time: [0, trace.seqLen] } : sight,
        pixels,
      );
      const reach = coarse ? reachOfTiles(coarse) : reachOf(cell, cursor.sample);
      if (near)
        return { found: { grids: recorded(), arrangement, reach, sight, far: false }, busy: false };
      const busy = whole.busy || parts.busy;
      if (tiles) {
        const grids = each((quantity) =>
          tilesGrid(tiles[quantity], arrangement, cell[quantity].shape[2] ?? 0),
        );
        return { found: { grids, arrangement, reach, sight, far: true }, busy };
      }
      if (busy) return { found: null, busy };
      // The server has no tiles, or is away: the window is what there is.
      return {
        found: {
          grids: recorded(),
          arrangement,
          reach,
          sight: { ...sight, time: [trace.start, trace.stop] },
          far: false,
        },
        busy,
      };
    },
  };
}
