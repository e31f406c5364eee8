/**
 * How the maps are looked at: in which order the units stand, what the colours are measured by, and which part is in sight.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {readonly [number, number]} Span [first, after the last one), of timesteps or rows
 * @typedef {"index" | "mean_f" | "variance_c" | "half_life"} UnitOrder
 * @typedef {"own" | "shared" | "local"} Colours
 * @typedef {{units: UnitOrder, colours: Colours, time: Span | null, rows: Span | null}} MapView without a span, all is in sight
 */
import { clamp } from "./cursor.js";

/** @type {readonly UnitOrder[]} */
export const UNIT_ORDERS = ["index", "mean_f", "variance_c", "half_life"];
/** @type {readonly Colours[]} */
export const COLOURS = ["own", "shared", "local"];

/** @type {MapView} */
export const PLAIN_VIEW = { units: "index", colours: "own", time: null, rows: null };

/** @param {Partial<MapView>} part @returns {(state: State) => State} */
export const mapsSet = (part) => (state) => ({ ...state, maps: { ...state.maps, ...part } });

/** The same order and colours, with everything in sight. @param {MapView} view @returns {MapView} */
export const unzoomed = (view) =>
  view.time || view.rows ? { ...view, time: null, rows: null } : view;

/** @param {Span | null} span @param {number} size @returns {Span} */
function inside(span, size) {
  const start = clamp(span?.[0] ?? 0, 0, size - 1);
  return [start, clamp(span?.[1] ?? size, start + 1, size)];
}

/** What is in sight of a trace: timesteps of all that it has, and rows, one for each unit. @param {MapView} view @param {Trace} trace */
export const sightOf = ({ time, rows }, trace) => ({
  time: inside(time, trace.seqLen),
  rows: inside(rows, trace.request.config.hidden_size),
});

/** The whole is no span. @param {Span} span @param {number} size @returns {Span | null} */
export const spanOrAll = ([start, stop], size) =>
  start <= 0 && stop >= size ? null : [start, stop];

/** @param {Span} one @param {Span} other */
export const lies = ([start, stop], [first, end]) => start >= first && stop <= end;

/** A span of the same length with a place in it, moved no further than it must be.
 * @param {Span} span @param {number} place @param {Span} bounds @returns {Span} */
export function shifted([start, stop], place, [first, end]) {
  const length = Math.min(stop - start, end - first);
  const moved = place < start ? place : place >= start + length ? place - length + 1 : start;
  const from = clamp(moved, first, end - length);
  return [from, from + length];
}

/** A span that is `factor` as long, with a place where it was in it. @param {Span} span @param {number} place @param {number} factor
 * @param {number} size @returns {Span} */
export function scaled([start, stop], place, factor, size) {
  const length = clamp(Math.round((stop - start) * factor), 1, size);
  const from = Math.round(place - ((place - start) / (stop - start)) * length);
  const first = clamp(from, 0, size - length);
  return [first, first + length];
}

/** Another window of the trace has come: who looked at numbers of the last one, looks at this one; who looks from afar goes
 * on, with the cursor in sight.
 * @param {MapView} view @param {Trace | null} before @param {Trace} trace @param {number} timestep of the cursor @returns {MapView} */
export function followed(view, before, trace, timestep) {
  const { time } = view;
  if (!time || !before || before.start === trace.start) return view;
  const near = lies(time, [before.start, before.stop]);
  const whole = near && time[0] === before.start && time[1] === before.stop;
  if (whole) return { ...view, time: [trace.start, trace.stop] };
  return {
    ...view,
    time: shifted(time, timestep, near ? [trace.start, trace.stop] : [0, trace.seqLen]),
  };
}

/** As text, in an address: what is not as usual. @param {MapView | undefined} view */
export function packView(view = PLAIN_VIEW) {
  const span = (/** @type {Span} */ [start, stop]) => `${start}-${stop}`;
  return [
    view.units === "index" ? "" : `&units=${view.units}`,
    view.colours === "own" ? "" : `&colours=${view.colours}`,
    view.time ? `&time=${span(view.time)}` : "",
    view.rows ? `&rows=${span(view.rows)}` : "",
  ].join("");
}

/** @param {URLSearchParams} settings @returns {MapView} */
export function viewIn(settings) {
  return {
    units: UNIT_ORDERS.find((order) => order === settings.get("units")) ?? "index",
    colours: COLOURS.find((colours) => colours === settings.get("colours")) ?? "own",
    time: unpackSpan(settings.get("time")),
    rows: unpackSpan(settings.get("rows")),
  };
}

/** @param {string | null} text @returns {Span | null} */
function unpackSpan(text) {
  const [, start, stop] = /^(\d{1,12})-(\d{1,12})$/.exec(text ?? "") ?? [];
  return Number(stop) > Number(start) ? [Number(start), Number(stop)] : null;
}
