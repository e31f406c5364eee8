/** The network strip: layers and directions over timesteps, filling in the order in which they are computed. */

import { answerAt, askedOf, isJudged, isNumber } from "../answers.js";
import * as clock from "../cursor.js";
import { el, find, setAttribute, setText } from "../dom.js";
import { answeredSpan, computedSpan, stripPlan, tileAt, tileX } from "../figures/strip.js";
import { litBy } from "../places.js";
import { short } from "../format.js";
import { HUES, INKS } from "../palette.js";
import { finalTimestep, returnedAs } from "../returns.js";
import { cursorSet, tokensOf, viewSet } from "../state.js";
import { meanMagnitude, vectorAt } from "../tensor.js";
import { answerSpan, spokenAnswer } from "./answers.js";
import { rowLabels } from "./network-labels.js";
import { copyTiles, outline, paintFrame, paintTiles, showsUnits } from "./network-paint.js";
import { rowOf, timestepBelow, valueUnder } from "./network-places.js";
import { copyNotes, paintNotes } from "./notes-paint.js";
import { within } from "./probes.js";

/** @typedef {import("../types.js").State} State */

/** Where a sample's valid timesteps end, within those that are here.
 * @param {import("../types.js").Trace} trace @param {number} sample */
const endOf = (trace, sample) => Math.max(trace.start, Math.min(trace.lengths[sample] ?? trace.seqLen, trace.stop));

/** @typedef {{layer: number, direction: import("../types.js").Direction, timestep: number}} Tile */
/** @param {Tile | null} one @param {Tile | null} other */
const isSame = (one, other) => one?.layer === other?.layer && one?.direction === other?.direction && one?.timestep === other?.timestep;

/** @param {import("../answers.js").Asked} asked @returns {import("../figures/strip.js").Noted} */
const notedOf = (asked) => ({ names: [...(asked.targets ? [/** @type {const} */ ("targets")] : []), ...(asked.readout ? [/** @type {const} */ ("answers")] : [])], marked: isJudged(asked) });

/** @param {import("../main.js").Context} context */
export function createNetwork(context) {
  const { store, t, actions, probes } = context;
  const plane = find("#strip-plane");
  const canvas = /** @type {HTMLCanvasElement} */ (find("#strip-canvas"));
  const rows = find("#strip-rows");
  const readout = find("#strip-readout");
  const toggle = /** @type {HTMLInputElement} */ (find("#show-returns"));
  /** @type {import("../figures/strip.js").Plan | null} */
  let plan = null;
  /** @type {HTMLCanvasElement | null} */
  let tiles = null;
  /** @type {HTMLCanvasElement | null} */
  let frame = null;
  /** @type {HTMLCanvasElement | null} */
  let notes = null;
  let ratio = 1;

  toggle.addEventListener("change", () => store.update(viewSet({ showReturns: toggle.checked })));

  /** @type {Tile | null} */
  let pressed = null;

  /** @template T @param {MouseEvent} event @param {(plan: import("../figures/strip.js").Plan, x: number, y: number) => T} at @returns {T | null} */
  const under = (event, at) => {
    if (!plan) return null;
    const box = canvas.getBoundingClientRect();
    return at(plan, event.clientX - box.left, event.clientY - box.top);
  };
  plane.addEventListener("pointerdown", (event) => {
    const tile = under(event, tileAt);
    pressed = tile;
    const below = tile ? null : under(event, timestepBelow);
    if (tile) store.update(cursorSet(tile));
    else if (below !== null) store.update(cursorSet({ timestep: below }));
  });
  // A press that stays on its tile opens the tile's cell; one that moves on has scrubbed.
  plane.addEventListener("click", (event) => {
    const tile = under(event, tileAt);
    if (tile && pressed && isSame(tile, pressed)) actions.level("cell", tile);
  });
  plane.addEventListener("pointermove", (event) => {
    const tile = under(event, tileAt);
    if (event.buttons === 1 && tile) store.update(cursorSet(tile));
  });
  probes.add(plane, (point) => {
    const { trace, cursor } = store.get();
    if (!trace || !plan) return null;
    const box = canvas.getBoundingClientRect();
    const found = point ? valueUnder(plan, trace, point.x - box.left, point.y - box.top)
      : { quantity: "h", layer: cursor.layer, direction: cursor.direction, timestep: cursor.timestep, unit: null };
    const row = found && rowOf(plan, found);
    if (!found || !row) return null;
    return { hover: { ...found, sample: cursor.sample }, anchor: within(canvas, { x: tileX(plan, found.timestep), y: row.y, width: plan.tile, height: row.height }), below: found.answer };
  });

  /** @param {State} state */
  function rebuild(state) {
    const { trace, cursor, theme } = state;
    if (!trace) return;
    const asked = askedOf(state);
    plan = stripPlan(trace, plane.clientWidth, notedOf(asked));
    ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(plan.height * ratio);
    canvas.style.height = `${plan.height}px`;
    tiles = paintTiles(trace, plan, cursor.sample, theme, ratio);
    frame = paintFrame(trace, plan, endOf(trace, cursor.sample), theme, ratio, tokensOf(state));
    const { targets, readout: layer } = asked;
    const answers = layer && Array.from({ length: trace.stop - trace.start }, (_, k) => answerAt(trace, asked, trace.start + k, cursor.sample));
    notes = plan.notes.length ? paintNotes(plan, { targets, answers, numbers: isNumber(layer) }, theme, ratio) : null;
    rows.replaceChildren(...rowLabels(state, plan, canvas.getContext("2d"), context));
  }

  /** @param {State} state */
  function paint(state) {
    const { trace, cursor, order, theme, showReturns } = state;
    const pen = canvas.getContext("2d");
    if (!trace || !plan || !tiles || !frame || !pen) return;
    const drawn = plan;
    const extent = clock.extentOf(trace, cursor.sample);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, drawn.width, drawn.height);
    pen.drawImage(frame, 0, 0, drawn.width, drawn.height);
    const spanOf = (/** @type {import("../figures/strip.js").Row} */ row) => computedSpan(cursor, extent, order, row);
    copyTiles(pen, tiles, drawn, ratio, endOf(trace, cursor.sample), spanOf);
    if (notes) copyNotes(pen, notes, drawn, ratio, answeredSpan(drawn, spanOf));
    if (showReturns) paintReturns(pen, state, drawn);
    paintSources(pen, state, drawn);
    const ink = INKS[theme];
    for (const row of drawn.rows) {
      const here = row.layer === cursor.layer && row.direction === cursor.direction;
      const timestep = order === "column" || row.direction === cursor.direction ? cursor.timestep : clock.mirrored(cursor.timestep, extent);
      if (here) outline(pen, drawn, row, [timestep, timestep + 1], { colour: ink.accent, width: 2.5 });
      else if (order === "column" || row.layer === cursor.layer) {
        outline(pen, drawn, row, [timestep, timestep + 1], { colour: ink.accent, width: 1.5, dash: [3, 2] });
      }
    }
    const { hover } = state;
    const asked = hover?.answer && rowOf(drawn, hover);
    if (asked) outline(pen, drawn, asked, [hover.timestep, hover.timestep + 1], { colour: ink.text, outset: 0.5 });
    for (const place of litBy(state)) {
      const row = rowOf(drawn, place);
      if (!row || place.sample !== cursor.sample || place.timestep < drawn.start || place.timestep >= drawn.stop) continue;
      const size = place.quantity === "x" ? trace.input.shape[2] ?? 1 : showsUnits(trace, drawn) ? trace.cells[0]?.h.shape[2] ?? 1 : 0;
      const part = place.unit === null || !size ? row : { y: row.y + (place.unit * row.height) / size, height: row.height / size };
      outline(pen, drawn, part, [place.timestep, place.timestep + 1], { colour: ink.text, width: 1.5, outset: place.unit === null ? 1.5 : 0.5, dash: place.self ? [] : [3, 2] });
    }
  }

  /** What the tile at the cursor reads: its own past, and the input or both directions below.
   * @param {CanvasRenderingContext2D} context @param {State} state @param {import("../figures/strip.js").Plan} drawn */
  function paintSources(context, { trace, cursor, theme }, drawn) {
    if (!trace) return;
    const hues = HUES[theme];
    const end = endOf(trace, cursor.sample);
    const before = cursor.timestep + (cursor.direction === "forward" ? -1 : 1);
    for (const row of drawn.rows) {
      if (row.layer === cursor.layer && row.direction === cursor.direction && before >= drawn.start && before < end) {
        outline(context, drawn, row, [before, before + 1], { colour: hues.h, width: 1 });
      }
      if (row.layer === cursor.layer - 1) outline(context, drawn, row, [cursor.timestep, cursor.timestep + 1], { colour: hues.h, width: 1 });
    }
    const below = cursor.layer === 0 ? drawn.input : drawn.joins.find((join) => join.layer === cursor.layer - 1);
    if (below) outline(context, drawn, below, [cursor.timestep, cursor.timestep + 1], { colour: cursor.layer ? hues.h : hues.x, width: 1.5 });
  }

  /** @param {CanvasRenderingContext2D} context @param {State} state @param {import("../figures/strip.js").Plan} drawn */
  function paintReturns(context, { trace, cursor, theme }, drawn) {
    if (!trace) return;
    const hues = HUES[theme];
    const end = endOf(trace, cursor.sample);
    for (const row of drawn.rows) {
      if (row.layer === trace.request.config.num_layers - 1) outline(context, drawn, row, [drawn.start, end], { colour: hues.h, width: 1.5, outset: 2.5 });
      const final = finalTimestep(trace, row.direction, cursor.sample);
      if (final < drawn.start || final >= drawn.stop) continue;
      context.fillStyle = hues.c;
      context.fillRect(tileX(drawn, final), row.y + row.height - 4, Math.max(drawn.tile, 2), 4);
      context.fillStyle = hues.h;
      context.fillRect(tileX(drawn, final), row.y, Math.max(drawn.tile, 2), 4);
    }
  }

  /** @param {State} state */
  function describe(state) {
    const { trace, cursor, hover } = state;
    if (!trace) return;
    const { layer, direction, timestep } = hover?.quantity === "h" && !hover.weight ? hover : cursor;
    const cell = trace.cells.find((candidate) => candidate.layer === layer && candidate.direction === direction);
    if (!cell) return;
    const size = meanMagnitude(vectorAt(cell.h, timestep, cursor.sample));
    const returned = returnedAs(trace, layer, direction, timestep, cursor.sample);
    const padded = Number.isNaN(size);
    readout.replaceChildren(
      el("span", {}, t("network.tile", { layer, direction: t(`direction.${direction}`), timestep })),
      el("span", {}, padded ? t("network.padded") : t("network.mean", { value: short(size) })),
      returned.length ? el("span", { class: "mono" }, returned.join("   ")) : el("span", { class: "muted" }, padded ? "" : t("network.hidden")),
      ...answerSpan(state, timestep, t),
    );
  }

  /** @param {State} state */
  function accessible(state) {
    const { trace, cursor, order } = state;
    if (!trace) return;
    const extent = clock.extentOf(trace, cursor.sample);
    setAttribute(plane, "aria-valuemax", String(clock.clockLength(extent, order) - 1));
    setAttribute(plane, "aria-valuenow", String(clock.clockOf(cursor, extent, order)));
    const tile = t("network.tile", { layer: cursor.layer, direction: t(`direction.${cursor.direction}`), timestep: cursor.timestep });
    setAttribute(plane, "aria-valuetext", [tile, ...spokenAnswer(state, cursor.timestep, t)].join(", "));
    for (const row of rows.querySelectorAll("button")) {
      const chosen = row.dataset.layer === String(cursor.layer) && row.dataset.direction === cursor.direction;
      setAttribute(row, "aria-pressed", String(chosen));
    }
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      toggle.checked = state.showReturns;
      if (!state.trace) return;
      const fresh = !previous || resized || state.trace !== previous.trace || state.theme !== previous.theme ||
        state.cursor.sample !== previous.cursor.sample || state.showReturns !== previous.showReturns || state.preset !== previous.preset;
      if (fresh) rebuild(state);
      const moved = fresh || state.cursor !== previous?.cursor || state.order !== previous?.order || state.hover !== previous?.hover;
      if (!moved) return;
      paint(state);
      describe(state);
      accessible(state);
      setText(find("#network-question"), t(plan && showsUnits(state.trace, plan) ? "network.question" : "network.question.mean"));
    },
  };
}
