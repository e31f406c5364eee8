/**
 * Where the panels of a figure stand, in pixels and in Plotly's fractions: one arithmetic for both the plot and the
 * cursor that floats above it.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Rect
 */

/** Panels in a grid, each with room for a heading above it; axes stand left and below.
 * @param {number} count @param {number} columns @param {number} width
 * @param {{left: number, right: number, heading: number, below: number, gap: number, height: number}} room
 * @returns {{rects: Rect[], height: number}} */
export function gridOf(count, columns, width, room) {
  const rows = Math.ceil(count / columns);
  const inner = (width - room.left - room.right - room.gap * (columns - 1)) / columns;
  const pitch = room.heading + room.height;
  const rects = Array.from({ length: count }, (_, k) => ({
    x: room.left + (k % columns) * (inner + room.gap),
    y: Math.floor(k / columns) * (pitch + room.gap / 2) + room.heading,
    width: inner,
    height: room.height,
  }));
  return { rects, height: rows * pitch + (rows - 1) * (room.gap / 2) + room.below };
}

/** A panel as the domains of its axes. @param {Rect} rect @param {number} width @param {number} height */
export const domainsOf = (rect, width, height) => ({
  x: [rect.x / width, (rect.x + rect.width) / width],
  y: [1 - (rect.y + rect.height) / height, 1 - rect.y / height],
});

/** Axis name of the k-th panel, "" for the first: x, x2, x3. @param {number} k */
export const axisSuffix = (k) => (k === 0 ? "" : String(k + 1));

/** A step between ticks that people count in, for about `wanted` ticks.
 * @param {number} length @param {number} wanted */
export function niceStep(length, wanted) {
  const raw = Math.max(1, length / Math.max(1, wanted));
  const power = 10 ** Math.floor(Math.log10(raw));
  return /** @type {number} */ (
    [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw)
  );
}

/** From so many timesteps on, ticks follow the zoom: nobody counts them one by one before. */
const MANY = 1000;

/** A text of people's own, for Plotly, which reads some markup. @param {string} text */
export const escapedLabel = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Letters of a token up to which it is all or none: of longer ones, as dates are, every so-many-th is shown. */
export const SHORT = 3;

/** Timesteps of [start, stop) whose labels, `wide` pixels each, are spread evenly, apart from one another and within their figure.
 * @param {{start: number, stop: number}} span @param {number} pitch pixels from a timestep to the next @param {number} wide */
export function standApart({ start, stop }, pitch, wide) {
  const aside = Math.max(0, Math.ceil(wide / 2 / pitch - 0.5));
  const steps = stop - start - 2 * aside - 1;
  if (steps < 0) return [];
  const gaps = Math.floor(steps / Math.ceil((wide + 14) / pitch));
  return Array.from(
    { length: gaps + 1 },
    (_, k) => start + aside + Math.floor((k * steps) / Math.max(1, gaps)),
  );
}

/** Labels of the timesteps [start, stop): tokens where there is room for them, else plain numbers.
 * @param {{start: number, stop: number}} span @param {string[] | null} tokens @param {number} width */
export function timeTicks({ start, stop }, tokens, width) {
  const steps = stop - start;
  const longest = (tokens ?? [])
    .slice(start, stop)
    .reduce((most, token) => Math.max(most, token.length), 2);
  const each = width / steps >= 8 * longest;
  if (!tokens || (!each && longest <= SHORT)) {
    const wanted = width / Math.max(34, String(stop).length * 6 + 6);
    const numbers = {
      tickformat: "~f",
      ticklabeloverflow: steps < MANY ? "allow" : "hide past domain",
    };
    return steps < MANY
      ? { tickmode: "linear", tick0: 0, dtick: niceStep(steps, wanted), ...numbers }
      : { tickmode: "auto", nticks: Math.max(2, Math.round(wanted)), ...numbers };
  }
  // A zoom may begin and end within a timestep, and beyond them all.
  const whole = {
    start: Math.max(0, Math.ceil(start)),
    stop: Math.min(tokens.length, Math.floor(stop)),
  };
  const shown = each
    ? Array.from({ length: Math.max(0, whole.stop - whole.start) }, (_, k) => whole.start + k)
    : standApart(whole, width / steps, longest * 6.5);
  return {
    tickmode: "array",
    tickvals: shown,
    ticktext: shown.map((t) => escapedLabel(tokens[t] ?? "")),
  };
}
