/**
 * The address bar: what is shown and where the cursor stands, in the hash.
 *
 *   #preset=recall&at=0.forward.3.2.1.0.f
 *   #preset=recall&request=<base64url of the settings that differ from the defaults>&at=...   a preset, edited
 *   #request=...&at=...
 *   #trace=<id>&at=...          when the settings are too long for a link
 *   ...&level=gate              a level below the network
 *   ...&pins=f.0.forward.9.3.0  pinned numbers: quantity, layer, direction, timestep, unit, sample
 *   ...&units=half_life         the order of the units in the maps; see map-view.js
 *   ...&colours=local           what the colours of the maps are measured by
 *   ...&time=100-200&rows=0-8   the part of the maps that is in sight: timesteps, and rows
 *   ...&doctor=32,100,8&...     the shape check, by its first name, which links have; see shape-question.js
 *   #tour=keep                  a page of the tour; with a preset or a request, what the reader made of it
 *
 * `at` is layer, direction, timestep, stage, unit, sample, quantity.
 *
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").State} State
 */
import { packQuestion, questionIn } from "./shape-question.js";
import { levelNamed } from "./levels.js";
import { packView, viewIn } from "../model/map-view.js";
import { packPins, unpackPins } from "./pins.js";
import { compact, complete } from "../model/request.js";

/** Links longer than this break in mail and chat. */
const LONGEST = 1800;

/** @param {unknown} value */
export function pack(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text @returns {any} */
export function unpack(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(
    new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))),
  );
}

/** @param {Cursor} cursor */
export function packCursor(cursor) {
  const { layer, direction, timestep, stage, unit, sample, quantity } = cursor;
  return [layer, direction, timestep, stage, unit, sample, quantity].join(".");
}

/** @param {string} text @returns {Cursor | null} */
export function unpackCursor(text) {
  const match =
    /^(\d{1,6})\.(forward|reverse)\.(\d{1,12})\.(\d)\.(\d{1,6})\.(\d{1,6})\.([ifgoch])$/.exec(text);
  if (!match) return null;
  const [, layer, direction, timestep, stage, unit, sample, quantity] = match;
  return /** @type {Cursor} */ ({
    layer: Number(layer),
    direction,
    timestep: Number(timestep),
    stage: Number(stage),
    unit: Number(unit),
    sample: Number(sample),
    quantity,
  });
}

/** @param {Pick<State, "preset" | "edited" | "request" | "trace" | "cursor" | "order"> & Partial<State>} state @returns {string} */
export function toHash(state) {
  const level = state.level && state.level !== "network" ? `&level=${state.level}` : "";
  const pins = state.pins?.length ? `&pins=${packPins(state.pins)}` : "";
  const over = `${state.tour ? `&tour=${state.tour}` : ""}${state.shapeCheck ? `&${packQuestion(state.shapeCheck)}` : ""}`;
  const view = `at=${packCursor(state.cursor)}${state.order === "column" ? "&order=column" : ""}${level}${pins}${packView(state.maps)}${over}`;
  if (state.preset && !state.edited) return `#preset=${encodeURIComponent(state.preset)}&${view}`;
  if (!state.request) return "";
  const packed = pack(compact(state.request));
  const origin = state.preset ? `preset=${encodeURIComponent(state.preset)}&` : "";
  if (packed.length <= LONGEST) return `#${origin}request=${packed}&${view}`;
  return state.trace ? `#trace=${encodeURIComponent(state.trace.id)}&${view}` : "";
}

/** What a hash asks for; anything unreadable counts as absent.
 * @param {string} hash
 * @returns {{preset: string | null, request: import("../types.js").TraceRequest | null, trace: string | null,
 *            cursor: Cursor | null, order: import("../types.js").Order, level: import("../types.js").Level, pins: import("../types.js").Place[],
 *            maps: import("../model/map-view.js").MapView, tour: string | null, shapeCheck: import("../types.js").ShapeQuestion | null}} */
export function fromHash(hash) {
  const settings = new URLSearchParams(hash.replace(/^#/, ""));
  let request = null;
  try {
    const packed = settings.get("request");
    const kept = packed ? unpack(packed) : null;
    if (kept && typeof kept === "object" && kept.config) request = complete(kept);
  } catch {
    request = null;
  }
  return {
    preset: settings.get("preset"),
    request,
    trace: settings.get("trace"),
    cursor: unpackCursor(settings.get("at") ?? ""),
    order: settings.get("order") === "column" ? "column" : "computation",
    level: levelNamed(settings.get("level")),
    pins: unpackPins(settings.get("pins") ?? ""),
    maps: viewIn(settings),
    tour: settings.get("tour"),
    shapeCheck: questionIn(settings),
  };
}
