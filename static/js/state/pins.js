/**
 * Pinned numbers: places in the trace that stay in sight, with whatever value the shown trace has there.
 *
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").State} State
 */
import { QUANTITIES, letterOf } from "../model/cursor.js";
import { isSingleNumber } from "../figures/map-grid.js";
import { isSamePlace, packPlace, placeAt, unpackPlace } from "../model/places.js";
import { inputSizes } from "../model/request.js";

/** More would be no small list. */
export const MOST_PINS = 8;

/** Pinned, or no longer; the oldest gives way. @param {Place} place @returns {(state: State) => State} */
export const pinToggled = (place) => (state) => {
  const others = state.pins.filter((pin) => !isSamePlace(pin, place));
  const { quantity, layer, direction, timestep, unit, sample } = place;
  const pins =
    others.length < state.pins.length
      ? others
      : [...others, { quantity, layer, direction, timestep, unit, sample }].slice(-MOST_PINS);
  return { ...state, pins };
};

/** Of more pins in a link than stay, the last that gave way, by those that stay, until it has been told.
 * @type {WeakMap<Place[], Place>} */
const untold = new WeakMap();
/** Of pins in a new run, those that do not stand in it, by those that do, until they have been told.
 * @type {WeakMap<Place[], Place[]>} */
const missed = new WeakMap();

/** The last pin that has just given way, to another or in a link, which is told once.
 * @param {Place[]} before @param {Place[]} after @returns {Place | null} */
export function gaveWay(before, after) {
  const linked = untold.get(after);
  untold.delete(after);
  if (linked) return linked;
  if (missed.has(after)) return null;
  const [oldest, ...kept] = before;
  const shifted =
    before.length === MOST_PINS &&
    after.length === MOST_PINS &&
    kept.every((pin, k) => pin === after[k]) &&
    oldest !== after[0];
  return shifted ? (oldest ?? null) : null;
}

/** Those pins that stand in the run of a request. @param {Place[]} pins @param {import("../types.js").TraceRequest} request */
export function fitting(pins, request) {
  const {
    input_size: inputs,
    hidden_size: units,
    proj_size: projection,
    num_layers: layers,
    bidirectional,
  } = request.config;
  const { seqLen, batchSize } = inputSizes(request);
  const shown = projection || units;
  const sizeOf = (/** @type {Place} */ { quantity, layer }) =>
    quantity === "x"
      ? layer
        ? shown * (bidirectional ? 2 : 1)
        : inputs
      : quantity === "h"
        ? shown
        : quantity === "m" && !projection
          ? 0
          : units;
  return pins.filter(
    (pin) =>
      pin.layer < layers &&
      (bidirectional || pin.direction === "forward") &&
      (pin.unit ?? 0) < sizeOf(pin) &&
      pin.timestep < seqLen &&
      pin.sample < batchSize,
  );
}

/** What is pinned in another run: those that stand in it, also of those that an earlier run had lost, since who types 12 has
 * a run of 1 on the way. @param {Pick<State, "pins" | "lost">} state @param {import("../types.js").TraceRequest} request
 * @returns {Pick<State, "pins" | "lost">} */
export function pinsIn({ pins, lost }, request) {
  const kept = fitting(pins, request);
  const back = fitting(lost, request)
    .filter((one) => !kept.some((pin) => isSamePlace(pin, one)))
    .slice(0, MOST_PINS - kept.length);
  const gone = pins.filter((pin) => !kept.includes(pin));
  if (gone.length + back.length === 0) return { pins, lost };
  const after = [...kept, ...back];
  if (gone.length) missed.set(after, gone);
  const linked = untold.get(pins);
  if (linked) untold.set(after, linked);
  return {
    pins: after,
    lost: [...lost.filter((one) => !back.includes(one)), ...gone].slice(-MOST_PINS),
  };
}

/** The pins that the run which is shown has not, told once. @param {Place[]} after @returns {Place[]} */
export function notInRun(after) {
  const gone = missed.get(after) ?? [];
  missed.delete(after);
  return gone;
}

/** @param {State} state @param {Place | null} place */
export const isPinned = ({ pins }, place) =>
  place !== null && pins.some((pin) => isSamePlace(pin, place));

/** What a key pins: the number that is pointed at, else that of the cursor; a weight is no number of the trace.
 * @param {State} state @returns {Place | null} */
export function pinnable({ trace, hover, cursor }) {
  if (!trace) return null;
  if (!hover) return placeAt(cursor, letterOf(trace, cursor), cursor.unit);
  return hover.weight || (hover.tile && !isSingleNumber(hover.tile)) || hover.unit === null
    ? null
    : hover;
}

/** The cursor that stands on a pinned number; of x and z on what they belong to.
 * @param {Place} pin @returns {Partial<import("../types.js").Cursor>} */
export function cursorOf({ quantity, layer, direction, timestep, unit, sample }) {
  const letter = quantity.startsWith("z_") ? quantity.slice(2) : quantity === "m" ? "h" : quantity;
  const place = { layer, direction, timestep, sample };
  const found = QUANTITIES.find((one) => one === letter);
  return found ? { ...place, unit: unit ?? 0, quantity: found } : place;
}

/** @param {Place[]} pins */
export const packPins = (pins) => pins.map(packPlace).join(",");

/** As if they had been pinned one after another, each once. @param {string} text @returns {Place[]} */
export function unpackPins(text) {
  const found = text.split(",").flatMap((part) => unpackPlace(part) ?? []);
  const all = found.filter((pin, k) => found.findIndex((other) => isSamePlace(pin, other)) === k);
  const pins = all.slice(-MOST_PINS);
  const gone = all.at(-MOST_PINS - 1);
  if (gone) untold.set(pins, gone);
  return pins;
}
