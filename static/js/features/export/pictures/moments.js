/** Which moments an animation shows: readings of the clock, or the stages of each. */

import * as clock from "../../../model/cursor.js";

/** @typedef {import("../../../types.js").State} State */
/** @typedef {{by: import("../../../types.js").Granularity, first: number, last: number}} MomentSpan first and last reading of the clock */

/** Frames that one animation may have: what is kept of them stays small, and so does the file. */
export const MAX_FRAMES = 600;

/** How many readings the clock has for the shown sample. @param {State} state */
export function readings({ trace, cursor, order }) {
  return trace ? clock.clockLength(clock.extentOf(trace, cursor.sample), order) : 0;
}

/** The state at each moment, in the order in which they are played. @param {State} state @param {MomentSpan} span @returns {State[]} */
export function momentsOf(state, { by, first, last }) {
  const { trace, cursor, order } = state;
  if (!trace) return [];
  const extent = clock.extentOf(trace, cursor.sample);
  const length = clock.clockLength(extent, order);
  const from = clock.clamp(Math.min(first, last), 0, length - 1);
  const to = clock.clamp(Math.max(first, last), 0, length - 1);
  const stages =
    by === "stage" ? Array.from({ length: extent.stages }, (_, stage) => stage) : [cursor.stage];
  return Array.from({ length: to - from + 1 }, (_, k) => from + k).flatMap((reading) =>
    stages.map((stage) => ({
      ...state,
      granularity: by,
      cursor: { ...clock.atClock(cursor, reading, extent, order), stage },
      hover: null,
      playing: false,
    })),
  );
}
