/**
 * The four levels of the page: the network, one cell of it, one quantity of the cell, one number of that. How deep the
 * reader looks is a word of the state; where, the cursor alone says.
 *
 * @typedef {import("../types.js").Level} Level
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Cursor} Cursor
 */
import { letterOf } from "../model/cursor.js";
import { cellOf, cursorSet, quantityChosen } from "./state.js";
import { vectorAt } from "../base/tensor.js";

/** From the whole to the part. @type {readonly Level[]} */
export const LEVELS = ["network", "cell", "gate", "scalar"];

/** @param {unknown} word @returns {Level} */
export const levelNamed = (word) => LEVELS.find((level) => level === word) ?? "network";

/** A level, and with it the place that was pointed at.
 * @param {Level} level @param {Partial<Cursor>} [place] @returns {(state: State) => State} */
export const wentTo =
  (level, { quantity, ...place } = {}) =>
  (state) => {
    const moved = Object.keys(place).length ? cursorSet(place)(state) : state;
    const chosen = quantity ? quantityChosen(quantity)(moved) : moved;
    return chosen.level === level ? chosen : { ...chosen, level };
  };

/** The level above; the network has none. @param {State} state @returns {State} */
export function wentUp(state) {
  const above = LEVELS[LEVELS.indexOf(state.level) - 1];
  return above ? { ...state, level: above } : state;
}

/** Whether a level is as deep as another, or deeper. @param {Level} level @param {Level} other */
export const reaches = (level, other) => LEVELS.indexOf(level) >= LEVELS.indexOf(other);

/** What the breadcrumb says of the cursor: the cell, the quantity, the unit and its number, null before there is a trace.
 * @param {State} state */
export function whereabouts({ trace, cursor }) {
  if (!trace) return null;
  const quantity = letterOf(trace, cursor);
  const cell = cellOf(trace, cursor);
  const value = vectorAt(cell[quantity] ?? cell.h, cursor.timestep, cursor.sample)[cursor.unit];
  return { ...cursor, quantity, value };
}
