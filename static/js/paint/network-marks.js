/** What moves over the tiles of the network strip: the cursors, what the tile at the cursor reads, what torch returns of it all.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../figures/strip.js").Plan} Plan
 * @typedef {import("../state/answers.js").Asked} Asked
 * @typedef {CanvasRenderingContext2D} Canvas2D
 */
import { answerAt, isJudged, answersNumber } from "../state/answers.js";
import * as clock from "../model/cursor.js";
import { computedSpan, tileX } from "../figures/strip.js";
import { rowsOf } from "../model/notes.js";
import { HUES, INKS } from "../base/palette.js";
import { litBy } from "../model/places.js";
import { finalTimestep } from "../model/returns.js";
import { outline, showsUnits } from "./network-paint.js";
import { rowOf } from "./network-places.js";

/** Where a sample's valid timesteps end, within those that are here. @param {Trace} trace @param {number} sample */
export const endOf = (trace, sample) =>
  Math.max(trace.start, Math.min(trace.lengths[sample] ?? trace.seqLen, trace.stop));

/** @param {Trace} trace @param {Asked} asked @param {number} sample @returns {import("../figures/strip.js").Noted} */
export const notedOf = (trace, asked, sample) => ({
  rows: rowsOf(trace, sample),
  names: [
    ...(asked.targets ? [/** @type {const} */ ("targets")] : []),
    ...(asked.readout ? [/** @type {const} */ ("answers")] : []),
  ],
  marked: isJudged(asked),
});

/** What stands below the strip. @param {Trace} trace @param {Asked} asked @param {number} sample @returns {import("./notes-paint.js").AnswerNotes} */
export function notesOf(trace, asked, sample) {
  const { targets, readout } = asked;
  const answers =
    readout &&
    Array.from({ length: trace.stop - trace.start }, (_, k) =>
      answerAt(trace, asked, trace.start + k, sample),
    );
  return { targets, answers, numbers: answersNumber(readout), rows: rowsOf(trace, sample) };
}

/** How far the clock is: where the sample ends, and which timesteps of a row it has passed.
 * @param {State} state @param {Trace} trace */
export function clockIn({ cursor, order }, trace) {
  const extent = clock.extentOf(trace, cursor.sample);
  return {
    extent,
    end: endOf(trace, cursor.sample),
    spanOf: (/** @type {import("../figures/strip.js").Row} */ row) =>
      computedSpan(cursor, extent, order, row),
  };
}

/** All marks, on any context that has the plan's pixels. @param {Canvas2D} pen @param {State} state @param {Plan} plan */
export function drawMarks(pen, state, plan) {
  const { trace } = state;
  if (!trace) return;
  if (state.showReturns) drawReturns(pen, state, trace, plan);
  drawSources(pen, state, trace, plan);
  drawCursors(pen, state, trace, plan);
  drawHover(pen, state, trace, plan);
}

/** @param {Canvas2D} pen @param {State} state @param {Trace} trace @param {Plan} plan */
function drawCursors(pen, state, trace, plan) {
  const { cursor, order, theme } = state;
  const { extent } = clockIn(state, trace);
  const colour = INKS[theme].accent;
  for (const row of plan.rows) {
    const here = row.layer === cursor.layer && row.direction === cursor.direction;
    const timestep =
      order === "column" || row.direction === cursor.direction
        ? cursor.timestep
        : clock.mirrored(cursor.timestep, extent);
    if (here) outline(pen, plan, row, [timestep, timestep + 1], { colour, width: 2.5 });
    else if (order === "column" || row.layer === cursor.layer)
      outline(pen, plan, row, [timestep, timestep + 1], { colour, width: 1.5, dash: [3, 2] });
  }
}

/** What is pointed at, and what it was made of. @param {Canvas2D} pen @param {State} state @param {Trace} trace @param {Plan} plan */
function drawHover(pen, state, trace, plan) {
  const { hover, cursor, theme } = state;
  const colour = INKS[theme].text;
  const asked = hover?.answer && rowOf(plan, hover);
  if (asked)
    outline(pen, plan, asked, [hover.timestep, hover.timestep + 1], { colour, outset: 0.5 });
  for (const place of litBy(state)) {
    const row = rowOf(plan, place);
    if (
      !row ||
      place.sample !== cursor.sample ||
      place.timestep < plan.start ||
      place.timestep >= plan.stop
    )
      continue;
    const size =
      place.quantity === "x"
        ? (trace.input.shape[2] ?? 1)
        : showsUnits(trace, plan)
          ? (trace.cells[0]?.h.shape[2] ?? 1)
          : 0;
    const part =
      place.unit === null || !size
        ? row
        : { y: row.y + (place.unit * row.height) / size, height: row.height / size };
    outline(pen, plan, part, [place.timestep, place.timestep + 1], {
      colour,
      width: 1.5,
      outset: place.unit === null ? 1.5 : 0.5,
      dash: place.self ? [] : [3, 2],
    });
  }
}

/** What the tile at the cursor reads: its own past, and the input or both directions below.
 * @param {Canvas2D} pen @param {State} state @param {Trace} trace @param {Plan} plan */
function drawSources(pen, { cursor, theme }, trace, plan) {
  const hues = HUES[theme];
  const end = endOf(trace, cursor.sample);
  const before = cursor.timestep + (cursor.direction === "forward" ? -1 : 1);
  for (const row of plan.rows) {
    if (
      row.layer === cursor.layer &&
      row.direction === cursor.direction &&
      before >= plan.start &&
      before < end
    ) {
      outline(pen, plan, row, [before, before + 1], { colour: hues.h, width: 1 });
    }
    if (row.layer === cursor.layer - 1)
      outline(pen, plan, row, [cursor.timestep, cursor.timestep + 1], { colour: hues.h, width: 1 });
  }
  const below =
    cursor.layer === 0 ? plan.input : plan.joins.find((join) => join.layer === cursor.layer - 1);
  if (below)
    outline(pen, plan, below, [cursor.timestep, cursor.timestep + 1], {
      colour: cursor.layer ? hues.h : hues.x,
      width: 1.5,
    });
}

/** @param {Canvas2D} pen @param {State} state @param {Trace} trace @param {Plan} plan */
function drawReturns(pen, { cursor, theme }, trace, plan) {
  const hues = HUES[theme];
  const end = endOf(trace, cursor.sample);
  for (const row of plan.rows) {
    if (row.layer === trace.request.config.num_layers - 1)
      outline(pen, plan, row, [plan.start, end], { colour: hues.h, width: 1.5, outset: 2.5 });
    const final = finalTimestep(trace, row.direction, cursor.sample);
    if (final < plan.start || final >= plan.stop) continue;
    pen.fillStyle = hues.c;
    pen.fillRect(tileX(plan, final), row.y + row.height - 4, Math.max(plan.tile, 2), 4);
    pen.fillStyle = hues.h;
    pen.fillRect(tileX(plan, final), row.y, Math.max(plan.tile, 2), 4);
  }
}
