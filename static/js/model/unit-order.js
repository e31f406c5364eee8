/**
 * Which unit stands in which row of the maps.
 *
 * @typedef {{mean_f: (number | null)[], variance_c: (number | null)[], half_life: (number | null)[]}} Units as the server tells them,
 *   null for what is not finite
 * @typedef {{units: readonly number[], rows: readonly number[]}} Arrangement the unit of each row, and the row of each unit
 */

/** The largest first, what is no number last, and of equals the one with the smaller index.
 * @param {import("./map-view.js").UnitOrder} order @param {Units | null} known @param {number} size @returns {Arrangement} */
export function arrangementOf(order, known, size) {
  const units = Array.from({ length: size }, (_, unit) => unit);
  if (order === "index" || !known) return { units, rows: units };
  const by = units.map((unit) => measure(known, order, unit));
  units.sort((a, b) => /** @type {number} */ (by[b]) - /** @type {number} */ (by[a]) || a - b);
  const rows = Array.from(units);
  units.forEach((unit, row) => {
    rows[unit] = row;
  });
  return { units, rows };
}

/** A half-life is infinite where f is 1 at every timestep; what else is not finite is no number.
 * @param {Units} known @param {"mean_f" | "variance_c" | "half_life"} order @param {number} unit */
function measure(known, order, unit) {
  const endless = order === "half_life" && known.mean_f[unit] === 1;
  return known[order][unit] ?? (endless ? Number.MAX_VALUE : -1);
}
