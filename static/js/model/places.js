/**
 * Which number is meant: a quantity of one cell at one timestep, and of it one unit or (null) the whole vector. From the
 * names that the panels use, relative to the cursor, to places in the trace; and from a place to what it was made of.
 *
 * @typedef {import("../types.js").Place} Place
 * @typedef {import("../types.js").Hover} Hover
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").State} State
 * @typedef {Place & {self: boolean}} Lit
 */
import { vectorsAt } from "./cell-vectors.js";
import { isAbout } from "./explanation.js";
import { sumsAt } from "./pre-activations.js";

const GATES = ["i", "f", "g", "o"];

/** The timestep that a cell read its states from. @param {Pick<Place, "timestep" | "direction">} place */
export const before = ({ timestep, direction }) => timestep + (direction === "forward" ? -1 : 1);

/** A vector of the cell at the cursor by its name in the circuit: c_prev is c of the timestep before.
 * @param {Cursor} cursor @param {string} name @param {number | null} unit @returns {Place} */
export function placeAt(cursor, name, unit) {
  const { layer, direction, sample } = cursor;
  const past = name.endsWith("_prev");
  return {
    quantity: past ? name.slice(0, 1) : name,
    layer,
    direction,
    sample,
    timestep: past ? before(cursor) : cursor.timestep,
    unit,
  };
}

/** A name with an optional index, as panels write it into their nodes: "f", "x.3", "w_ih.3" (the weight of x's entry 3 in the
 * row of the cursor's unit, of the gate that is spoken of), "b_ih".
 * @param {string} text @param {Cursor} cursor @param {string} quantity that is spoken of @param {number} units @returns {Hover} */
export function hoverOf(text, cursor, quantity, units) {
  const [name = "", index] = text.split(".");
  const column = index === undefined ? null : Number(index);
  const row = Math.max(0, GATES.indexOf(quantity)) * units + cursor.unit;
  const operand = /** @type {Record<string, string>} */ ({ w_ih: "x", w_hh: "h_prev", w_hr: "m" })[
    name
  ];
  if (operand) {
    const weight = {
      name: parameterName(cursor, `weight${name.slice(1)}`),
      row: name === "w_hr" ? cursor.unit : row,
      column,
    };
    return { ...placeAt(cursor, operand, column), weight };
  }
  if (name.startsWith("b_"))
    return {
      ...placeAt(cursor, quantity, cursor.unit),
      weight: { name: parameterName(cursor, `bias${name.slice(1)}`), row, column: null },
    };
  return placeAt(cursor, name, column ?? cursor.unit);
}

/** @param {Pick<Cursor, "layer" | "direction">} cursor @param {string} kind */
const parameterName = ({ layer, direction }, kind) =>
  `${kind}_l${layer}${direction === "reverse" ? "_reverse" : ""}`;

/** @param {Place} one @param {Place} other whose unit may be null, for the whole vector */
export const covers = (one, other) =>
  one.quantity === other.quantity &&
  one.layer === other.layer &&
  one.direction === other.direction &&
  one.timestep === other.timestep &&
  one.sample === other.sample &&
  (one.unit === null || other.unit === null || one.unit === other.unit);

/** @param {Hover | null} one @param {Hover | null} other */
export const isSamePlace = (one, other) =>
  one === other ||
  (one !== null &&
    other !== null &&
    covers(one, other) &&
    one.unit === other.unit &&
    one.answer === other.answer &&
    one.weight?.name === other.weight?.name &&
    one.weight?.row === other.weight?.row &&
    one.weight?.column === other.weight?.column &&
    one.tile?.start === other.tile?.start &&
    one.tile?.stop === other.tile?.stop &&
    one.tile?.rows === other.tile?.rows);

/** @param {Place} place @returns {Cursor} */
const cursorAt = ({ layer, direction, timestep, unit, sample }) => ({
  layer,
  direction,
  timestep,
  unit: unit ?? 0,
  sample,
  stage: 2,
  quantity: "f",
});

/** Whether a place is the state that a sample starts from. @param {Trace} trace
 * @param {Pick<Place, "timestep" | "direction" | "sample">} place */
export const isInitial = (trace, { timestep, direction, sample }) =>
  direction === "forward" ? timestep < 0 : timestep >= (trace.lengths[sample] ?? trace.seqLen);

/** Whether a tile lies beyond the end of its sample. @param {Trace} trace @param {Pick<Place, "timestep" | "sample">} tile */
export const isPadding = (trace, { timestep, sample }) =>
  timestep >= (trace.lengths[sample] ?? trace.seqLen);

/** What stands below the letter of a state that a cell read: "t\u22121", in the reverse direction "t+1", and "0" for c_0 and h_0.
 * @param {Trace} trace @param {Pick<Place, "timestep" | "direction" | "sample">} place of the cell */
export const pastIndex = (trace, place) =>
  isInitial(trace, { ...place, timestep: before(place) })
    ? "0"
    : place.direction === "forward"
      ? "t\u22121"
      : "t+1";

/** The vector at a place, as far as it is here. @param {State} state @param {Place} place @returns {ArrayLike<number> | null} */
export function vectorOf(state, place) {
  const { trace } = state;
  if (!trace) return null;
  const { quantity } = place;
  if (quantity.startsWith("z_"))
    return (
      sumsAt(state.sums, trace, cursorAt(place), /** @type {any} */ (quantity.slice(2)))?.values ??
      null
    );
  if (isInitial(trace, place)) {
    if (quantity !== "c" && quantity !== "h") return null;
    const after = { ...place, timestep: place.timestep + (place.direction === "forward" ? 1 : -1) };
    return vectorsAt(trace, cursorAt(after))[`${quantity}_prev`]?.values ?? null;
  }
  if (place.timestep < trace.start || place.timestep >= trace.stop) return null;
  return vectorsAt(trace, cursorAt(place))[quantity]?.values ?? null;
}

/** @param {State} state @param {Place} place @returns {number | undefined} */
export function valueOf(state, place) {
  if (place.unit === null) return undefined;
  const { quantity } = place;
  const known = vectorOf(state, place)?.[place.unit];
  if (known !== undefined || !quantity.startsWith("z_")) return known;
  const { explanation } = state;
  return explanation && isAbout(explanation, cursorAt(place))
    ? explanation.gates[/** @type {import("../types.js").Gate} */ (quantity.slice(2))]
        ?.pre_activation
    : undefined;
}

/** What the number at a place was made of. @param {Trace} trace @param {Place} place @returns {Place[]} */
export function sourcesOf(trace, place) {
  if (isInitial(trace, place)) return [];
  /** @type {(quantity: string, unit: number | null, timestep?: number) => Place} */
  const of = (quantity, unit, timestep = place.timestep) => ({
    ...plain(place),
    quantity,
    unit,
    timestep,
  });
  const { quantity, unit } = place;
  const projected = trace.request.config.proj_size > 0;
  if (GATES.includes(quantity) || quantity.startsWith("z_"))
    return [of("x", null), of("h", null, before(place))];
  if (quantity === "c")
    return [of("f", unit), of("c", unit, before(place)), of("i", unit), of("g", unit)];
  if (quantity === "h" && projected) return [of("m", null)];
  if (quantity === "h" || quantity === "m") return [of("o", unit), of("c", unit)];
  return below(trace, place);
}

/** Above the first layer, x is h of the layer below, both directions joined. @param {Trace} trace @param {Place} place @returns {Place[]} */
function below(trace, place) {
  if (place.quantity !== "x" || place.layer === 0) return [];
  const size = trace.cells[0]?.h.shape[2] ?? 1;
  const directions =
    place.unit === null
      ? trace.directions
      : [trace.directions[Math.floor(place.unit / size)] ?? "forward"];
  return directions.map((direction) => ({
    ...plain(place),
    quantity: "h",
    layer: place.layer - 1,
    direction,
    unit: place.unit === null ? null : place.unit % size,
  }));
}

/** @param {Place} place @returns {Place} */
const plain = ({ quantity, layer, direction, timestep, unit, sample }) => ({
  quantity,
  layer,
  direction,
  timestep,
  unit,
  sample,
});

/** @type {WeakMap<Hover, Lit[]>} */
const known = new WeakMap();

/** The vectors that an answer is read from. @param {Trace} trace @param {Place} place @returns {Lit[]} */
const readFrom = (trace, place) =>
  trace.directions.map((direction) => ({ ...plain(place), direction, self: false }));

/** What a hover lights: the value itself, and what it was made of; of a weight, what it is multiplied with. A tile that is seen
 * from afar is no number, and only its map frames it.
 * @param {State} state @returns {Lit[]} */
export function litBy({ trace, hover }) {
  if (!trace || !hover || hover.tile) return [];
  const found =
    known.get(hover) ??
    (hover.answer
      ? readFrom(trace, hover)
      : [
          { ...plain(hover), self: true },
          ...(hover.weight ? [] : sourcesOf(trace, hover)).map((place) => ({
            ...place,
            self: false,
          })),
        ]);
  known.set(hover, found);
  return found;
}

/** As text, in an address. @param {Place} place */
export const packPlace = ({ quantity, layer, direction, timestep, unit, sample }) =>
  [quantity, layer, direction, timestep, unit, sample].join(".");

/** @param {string} text @returns {Place | null} */
export function unpackPlace(text) {
  const match =
    /^([ifgochxm]|z_[ifgo])\.(\d{1,6})\.(forward|reverse)\.(\d{1,12})\.(\d{1,6})\.(\d{1,6})$/.exec(
      text,
    );
  if (!match) return null;
  const [, quantity = "", layer, direction, timestep, unit, sample] = match;
  return {
    quantity,
    layer: Number(layer),
    direction: /** @type {any} */ (direction),
    timestep: Number(timestep),
    unit: Number(unit),
    sample: Number(sample),
  };
}
