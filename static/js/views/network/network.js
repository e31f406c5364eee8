/** The network strip: layers and directions over timesteps, filling in the order in which they are computed. */

import { askedOf } from "../../state/answers.js";
import * as clock from "../../model/cursor.js";
import { el, find, setAttribute, setText } from "../../base/dom.js";
import { answeredSpan, stripPlan, stripTileAt, tileX } from "../../figures/strip.js";
import { short } from "../../base/format.js";
import { returnedAs } from "../../model/returns.js";
import { cursorSet, tokensOf, viewSet } from "../../state/state.js";
import { meanMagnitude, vectorAt } from "../../base/tensor.js";
import { answerSpan, spokenAnswer } from "./answers.js";
import { rowLabels } from "./network-labels.js";
import { clockIn, drawMarks, endOf, notedOf, notesOf } from "../../paint/network-marks.js";
import { copyTiles, paintFrame, paintTiles, showsUnits } from "../../paint/network-paint.js";
import { isPadding } from "../../model/places.js";
import { rowOf, timestepBelow, valueUnder } from "../../paint/network-places.js";
import { copyNotes, paintNotes } from "../../paint/notes-paint.js";
import { rectWithin } from "../pointing/probes.js";

/** @typedef {import("../../types.js").State} State */

/** @typedef {{layer: number, direction: import("../../types.js").Direction, timestep: number}} CellTile */
/** @param {CellTile | null} one @param {CellTile | null} other */
const isSameTile = (one, other) =>
  one?.layer === other?.layer &&
  one?.direction === other?.direction &&
  one?.timestep === other?.timestep;

/** @param {import("../../types.js").Context} context */
export function createNetwork(context) {
  const { store, t, actions, probes } = context;
  const plane = find("#strip-plane");
  const canvas = /** @type {HTMLCanvasElement} */ (find("#strip-canvas"));
  const rows = find("#strip-rows");
  const readout = find("#strip-readout");
  const toggle = /** @type {HTMLInputElement} */ (find("#show-returns"));
  /** @type {import("../../figures/strip.js").Plan | null} */
  let plan = null;
  /** @type {HTMLCanvasElement | null} */
  let tiles = null;
  /** @type {HTMLCanvasElement | null} */
  let frame = null;
  /** @type {HTMLCanvasElement | null} */
  let notes = null;
  let ratio = 1;

  toggle.addEventListener("change", () => store.update(viewSet({ showReturns: toggle.checked })));

  /** @type {CellTile | null} */
  let pressed = null;

  /** @template T @param {MouseEvent} event @param {(plan: import("../../figures/strip.js").Plan, x: number, y: number) => T} at @returns {T | null} */
  const under = (event, at) => {
    if (!plan) return null;
    const box = canvas.getBoundingClientRect();
    return at(plan, event.clientX - box.left, event.clientY - box.top);
  };
  plane.addEventListener("pointerdown", (event) => {
    const tile = under(event, stripTileAt);
    pressed = tile;
    const below = tile ? null : under(event, timestepBelow);
    if (tile) store.update(cursorSet(tile));
    else if (below !== null) store.update(cursorSet({ timestep: below }));
  });
  // A press that stays on its tile opens the tile's cell; one that moves on has scrubbed.
  plane.addEventListener("click", (event) => {
    const tile = under(event, stripTileAt);
    if (tile && pressed && isSameTile(tile, pressed)) actions.level("cell", tile);
  });
  plane.addEventListener("pointermove", (event) => {
    const tile = under(event, stripTileAt);
    if (event.buttons === 1 && tile) store.update(cursorSet(tile));
  });
  probes.add(plane, (point) => {
    const { trace, cursor } = store.get();
    if (!trace || !plan) return null;
    const box = canvas.getBoundingClientRect();
    const found = point
      ? valueUnder(plan, trace, point.x - box.left, point.y - box.top)
      : {
          quantity: "h",
          layer: cursor.layer,
          direction: cursor.direction,
          timestep: cursor.timestep,
          unit: null,
        };
    const row = found && rowOf(plan, found);
    if (!found || !row) return null;
    const place = { ...found, sample: cursor.sample };
    return {
      hover: { ...place, padded: isPadding(trace, place) },
      anchor: rectWithin(canvas, {
        x: tileX(plan, found.timestep),
        y: row.y,
        width: plan.tile,
        height: row.height,
      }),
      below: found.answer,
    };
  });

  /** @param {State} state */
  function rebuild(state) {
    const { trace, cursor, theme } = state;
    if (!trace) return;
    const asked = askedOf(state);
    plan = stripPlan(trace, plane.clientWidth, notedOf(trace, asked, cursor.sample));
    ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(plan.height * ratio);
    canvas.style.height = `${plan.height}px`;
    tiles = paintTiles(trace, plan, cursor.sample, theme, ratio);
    frame = paintFrame(trace, plan, endOf(trace, cursor.sample), theme, ratio, tokensOf(state));
    notes = plan.notes.length
      ? paintNotes(plan, notesOf(trace, asked, cursor.sample), theme, ratio)
      : null;
    rows.replaceChildren(...rowLabels(state, plan, canvas.getContext("2d"), context));
  }

  /** @param {State} state */
  function paint(state) {
    const pen = canvas.getContext("2d");
    if (!state.trace || !plan || !tiles || !frame || !pen) return;
    const drawn = plan;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, drawn.width, drawn.height);
    pen.drawImage(frame, 0, 0, drawn.width, drawn.height);
    const { end, spanOf } = clockIn(state, state.trace);
    copyTiles(pen, tiles, drawn, ratio, end, spanOf);
    if (notes) copyNotes(pen, notes, drawn, ratio, answeredSpan(drawn, spanOf));
    drawMarks(pen, state, drawn);
  }

  /** @param {State} state */
  function describe(state) {
    const { trace, cursor, hover } = state;
    if (!trace) return;
    const { layer, direction, timestep } =
      hover?.quantity === "h" && !hover.weight ? hover : cursor;
    const cell = trace.cells.find(
      (candidate) => candidate.layer === layer && candidate.direction === direction,
    );
    if (!cell) return;
    const size = meanMagnitude(vectorAt(cell.h, timestep, cursor.sample));
    const returned = returnedAs(trace, layer, direction, timestep, cursor.sample);
    const padded = Number.isNaN(size);
    readout.replaceChildren(
      el(
        "span",
        {},
        t("network.tile", { layer, direction: t(`direction.${direction}`), timestep }),
      ),
      el("span", {}, padded ? t("network.padded") : t("network.mean", { value: short(size) })),
      returned.length
        ? el("span", { class: "mono" }, returned.join("   "))
        : el("span", { class: "muted" }, padded ? "" : t("network.hidden")),
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
    const tile = t("network.tile", {
      layer: cursor.layer,
      direction: t(`direction.${cursor.direction}`),
      timestep: cursor.timestep,
    });
    setAttribute(
      plane,
      "aria-valuetext",
      [tile, ...spokenAnswer(state, cursor.timestep, t)].join(", "),
    );
    for (const row of rows.querySelectorAll("button")) {
      const chosen =
        row.dataset.layer === String(cursor.layer) && row.dataset.direction === cursor.direction;
      setAttribute(row, "aria-pressed", String(chosen));
    }
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      toggle.checked = state.showReturns;
      if (!state.trace) return;
      const fresh =
        !previous ||
        resized ||
        state.trace !== previous.trace ||
        state.theme !== previous.theme ||
        state.cursor.sample !== previous.cursor.sample ||
        state.showReturns !== previous.showReturns ||
        state.preset !== previous.preset;
      if (fresh) rebuild(state);
      const moved =
        fresh ||
        state.cursor !== previous?.cursor ||
        state.order !== previous?.order ||
        state.hover !== previous?.hover;
      if (!moved) return;
      paint(state);
      describe(state);
      accessible(state);
      setText(
        find("#network-question"),
        t(plan && showsUnits(state.trace, plan) ? "network.question" : "network.question.mean"),
      );
    },
  };
}
