/**
 * The six maps i f g o c h of one cell: unit x timestep, one figure, on axes of timesteps and of rows.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cell} Cell
 * @typedef {import("../types.js").Quantity} Quantity
 * @typedef {import("../types.js").Theme} Theme
 * @typedef {import("../model/map-view.js").Span} Span
 * @typedef {import("./map-grid.js").Grid} Grid
 * @typedef {import("./panels.js").Rect} Rect
 * @typedef {{grids: Record<Quantity, Grid>, scales: import("./map-scales.js").Scales, units: readonly number[],
 *            sight: {time: Span, rows: Span}, zoomed: {time: boolean, rows: boolean}}} MapsContent units: the unit of each row
 */
import { QUANTITIES } from "../model/cursor.js";
import { glance } from "../base/format.js";
import { DIVERGING, INKS, SEQUENTIAL } from "../base/palette.js";
import { partAt, recordedGrid } from "./map-grid.js";
import { isSigned } from "./map-scales.js";
import { axisSuffix, domainsOf, gridOf, niceStep, timeTicks } from "./panels.js";

/** Headings are buttons: on a narrow screen, as large as a finger. */
export const HEADING = 24;
const TOUCH = 44;

/** @param {number} width @param {number} units */
export function mapGrid(width, units) {
  const narrow = width < 520;
  const height = Math.round(Math.max(72, Math.min(132, units * 14)));
  return gridOf(QUANTITIES.length, narrow ? 2 : 3, width, {
    left: 30,
    right: 4,
    heading: narrow ? TOUCH : HEADING,
    below: 20,
    gap: 14,
    height,
  });
}

/** The recorded numbers that are here. @param {Trace} trace @param {Cell} cell @param {number} sample
 * @param {import("../model/unit-order.js").Arrangement} arrangement @returns {Record<Quantity, Grid>} */
export const recordedGrids = (trace, cell, sample, arrangement) =>
  /** @type {any} */ (
    Object.fromEntries(
      QUANTITIES.map((quantity) => [
        quantity,
        recordedGrid(cell[quantity], sample, trace, arrangement),
      ]),
    )
  );

/** The range of an axis on which tiles stand around their numbers. @param {Span} span @returns {[number, number]} */
export const axisRange = ([start, stop]) => [start - 0.5, stop - 0.5];

/** @param {MapsContent} picture @param {{width: number, theme: Theme, tokens: string[] | null}} look */
export function mapsFigure(picture, { width, theme, tokens }) {
  const {
    grids,
    units,
    sight: { time, rows },
    zoomed,
  } = picture;
  const { rects, height } = mapGrid(width, units.length);
  const columns = rects.filter((rect) => rect.y === rects[0]?.y).length;
  const ink = INKS[theme];
  /** @type {Record<string, unknown>} */
  const layout = {
    width,
    height,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: ink.faint,
    dragmode: "zoom",
    font: { size: 10, color: ink.muted, family: "inherit" },
  };
  const x = zoomed.time ? { range: axisRange(time), autorange: false } : { autorange: true };
  const y = zoomed.rows
    ? { range: axisRange(rows).reverse(), autorange: false }
    : { autorange: "reversed" };
  const data = QUANTITIES.map((quantity, k) => {
    const rect = /** @type {Rect} */ (rects[k]);
    const suffix = axisSuffix(k);
    const domains = domainsOf(rect, width, height);
    const lowest = k + columns >= QUANTITIES.length;
    const axis = { showgrid: false, zeroline: false, ticks: "", fixedrange: false };
    layout[`xaxis${suffix}`] = {
      ...axis,
      ...x,
      domain: domains.x,
      anchor: `y${suffix}`,
      showticklabels: lowest,
      ...timeTicks({ start: time[0], stop: time[1] }, tokens, rect.width),
      ...(k ? { matches: "x" } : {}),
    };
    layout[`yaxis${suffix}`] = {
      ...axis,
      ...y,
      domain: domains.y,
      anchor: `x${suffix}`,
      showticklabels: k % columns === 0,
      ...rowTicks(units, rows, rect.height),
      ...(k ? { matches: "y" } : {}),
    };
    return heatmap(quantity, grids[quantity], picture, { theme, suffix, rect });
  });
  return { data, layout };
}

/** Rows are named by their units. @param {readonly number[]} units @param {Span} rows in sight @param {number} height */
function rowTicks(units, [top, bottom], height) {
  const step = niceStep(bottom - top, height / 16);
  if (units.every((unit, row) => unit === row))
    return { tickmode: "linear", tick0: 0, dtick: step };
  const named = units.map((_, row) => row).filter((row) => (row - top) % step === 0);
  return { tickmode: "array", tickvals: named, ticktext: named.map((row) => String(units[row])) };
}

/** @param {ArrayLike<number>} edges @param {Span} span how many parts of the edges are in sight */
const partsIn = (edges, [start, stop]) => partAt(edges, stop - 1) - partAt(edges, start) + 1;

/** Where tiles are all alike, Plotly counts them; else it is given their edges. @param {"x" | "y"} axis @param {ArrayLike<number>} edges */
function placed(axis, edges) {
  const start = edges[0] ?? 0;
  if ((edges[edges.length - 1] ?? 0) - start === edges.length - 1) return { [`${axis}0`]: start };
  return { [axis]: Array.from(edges, (edge) => edge - 0.5) };
}

/** The numbers of a row as the page prints them; Plotly would write a hyphen for a minus. @param {ArrayLike<number>} row */
const printedRow = (row) => Array.from(row, (value) => (Number.isNaN(value) ? "" : glance(value)));

/** @param {Quantity} quantity @param {Grid} grid @param {MapsContent} picture @param {{theme: Theme, suffix: string, rect: Rect}} look */
function heatmap(quantity, grid, { scales, sight }, { theme, suffix, rect }) {
  const [zmin, zmax] = scales[quantity];
  const roomy =
    rect.width / partsIn(grid.times, sight.time) > 36 &&
    rect.height / partsIn(grid.rows, sight.rows) >= 13;
  return {
    type: "heatmap",
    name: quantity,
    ...placed("x", grid.times),
    ...placed("y", grid.rows),
    z: grid.z,
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    zmin,
    zmax,
    colorscale: (isSigned(quantity) ? DIVERGING : SEQUENTIAL)[theme],
    showscale: false,
    hoverongaps: false,
    xgap: roomy ? 1 : 0,
    ygap: roomy ? 1 : 0,
    ...(roomy
      ? { text: grid.z.map(printedRow), texttemplate: "%{text}", textfont: { size: 10 } }
      : {}),
    hoverinfo: "none",
  };
}
