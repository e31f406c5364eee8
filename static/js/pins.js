/**
 * Pinned numbers: places in the trace that stay in sight, with whatever value the shown trace has there.
 *
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").State} State
 */
import { QUANTITIES, focusOf } from "./cursor.js";
import { isSame, packPlace, placeAt, unpackPlace } from "./places.js";

/** More would be no small list. */
export const MOST_PINS = 8;

/** Pinned, or no longer; the oldest gives way. @param {Place} place @returns {(state: State) => State} */
export const pinToggled = (place) => (state) => {
  const others = state.pins.filter((pin) => !isSame(pin, place));
  const { quantity, layer, direction, timestep, unit, sample } = place;
  const pins = others.length < state.pins.length ? others : [...others, { quantity, layer, direction, timestep, unit, sample }].slice(-MOST_PINS);
  return { ...state, pins };
};

/** @param {State} state @param {Place | null} place */
export const isPinned = ({ pins }, place) => place !== null && pins.some((pin) => isSame(pin, place));

/** What a key pins: the number that is pointed at, else that of the cursor; a weight is no number of the trace.
 * @param {State} state @returns {Place | null} */
export function pinnable({ trace, hover, cursor }) {
  if (!trace) return null;
  if (!hover) return placeAt(cursor, focusOf(cursor), cursor.unit);
  return hover.weight || hover.unit === null ? null : hover;
}

/** The cursor that stands on a pinned number; of x and z on what they belong to.
 * @param {Place} pin @returns {Partial<import("./types.js").Cursor>} */
export function cursorOf({ quantity, layer, direction, timestep, unit, sample }) {
  const letter = quantity.startsWith("z_") ? quantity.slice(2) : quantity === "m" ? "h" : quantity;
  const place = { layer, direction, timestep, sample };
  const found = QUANTITIES.find((one) => one === letter);
  return found ? { ...place, unit: unit ?? 0, quantity: found } : place;
}

/** @param {Place[]} pins */
export const packPins = (pins) => pins.map(packPlace).join(",");

/** @param {string} text @returns {Place[]} */
export const unpackPins = (text) => text.split(",").flatMap((part) => unpackPlace(part) ?? []).slice(0, MOST_PINS);
