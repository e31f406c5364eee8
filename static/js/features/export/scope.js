/**
 * Which part of a trace is meant: all of it, or the cell, the sample, the timesteps and the units that the maps show.
 *
 * @typedef {import("../../types.js").State} State
 * @typedef {import("../../types.js").Trace} Trace
 * @typedef {{layer: number, direction: string, sample: number, start: number, stop: number, units: number[] | null}} Seen
 *   units: in the order of the maps' rows; null for all
 */
import { sightOf } from "../../model/map-view.js";

/** @param {State & {trace: Trace}} state @param {readonly number[]} order the unit of each row of the maps @returns {Seen} */
export function seenOf({ trace, cursor, maps }, order) {
  const {
    time: [start, stop],
    rows: [top, bottom],
  } = sightOf(maps, trace);
  const { layer, direction, sample } = cursor;
  return {
    layer,
    direction,
    sample,
    start,
    stop,
    units: maps.rows ? order.slice(top, bottom) : null,
  };
}

/** The query that narrows an export to that. @param {Seen} seen @param {Trace} trace */
export function exportQuery({ layer, direction, sample, start, stop, units }, { seqLen }) {
  const query = new URLSearchParams({ layer: String(layer), direction, sample: String(sample) });
  if (start > 0) query.set("start", String(start));
  if (stop < seqLen) query.set("stop", String(stop));
  for (const unit of units ?? []) query.append("units", String(unit));
  return query;
}

/** How many numbers of cells that are. @param {Trace} trace @param {Seen | null} seen null for the whole trace */
export function numbersOf({ request: { config }, seqLen, batchSize, directions }, seen) {
  const { hidden_size: size, proj_size: projection, num_layers: layers } = config;
  const units = seen?.units?.length ?? size;
  const projected = projection
    ? (seen?.units?.filter((unit) => unit < projection).length ?? projection)
    : units;
  const ofCell = (projection ? 6 : 5) * units + projected;
  return seen
    ? (seen.stop - seen.start) * ofCell
    : seqLen * batchSize * layers * directions.length * ofCell;
}
