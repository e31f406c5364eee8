/** Where a page in one file opens: on its own run, whatever the address asks for besides. */

import { ORIGIN, openingCursor } from "../state/state.js";
import { toHash } from "../state/url.js";

/** The keys of an address that say where to look, and not at which run. */
const VIEW = ["at", "order", "level", "pins", "units", "colours", "time", "rows"];

/** @param {import("./data.js").Data} data @param {import("../types.js").Preset | null} preset @param {import("../types.js").TraceRequest} request
 * @param {string} hash that the page was opened with @returns {string} */
export function openingHash(data, preset, request, hash) {
  const cursor = preset ? openingCursor(preset) : ORIGIN;
  const trace = /** @type {any} */ ({ id: data.trace.id });
  const own = toHash({
    preset: preset?.name ?? null,
    edited: data.edited,
    request,
    trace,
    cursor,
    order: "computation",
  });
  const settings = new URLSearchParams(own.slice(1));
  const asked = new URLSearchParams(hash.length > 1 ? hash.slice(1) : data.view.replace(/^#/, ""));
  for (const key of [...VIEW, "tour"]) {
    const value = asked.get(key);
    if (value !== null) settings.set(key, value);
  }
  return `#${settings}`;
}
