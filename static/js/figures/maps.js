/**
 * The six maps i f g o c h of one cell: unit x timestep, one figure, shared scales.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cell} Cell
 * @typedef {import("../types.js").Quantity} Quantity
 */
import { QUANTITIES } from "../cursor.js";
import { DIVERGING, INKS, SEQUENTIAL } from "../palette.js";
import { largestMagnitude, unitsByTime } from "../tensor.js";
import { axisSuffix, domainsOf, gridOf, niceStep, timeTicks } from "./panels.js";

/** Headings are buttons: on a narrow screen, as large as a finger. */
export const HEADING = 24;
const TOUCH = 44;

/** The largest value of each scale: gates are shares of 1; g and h share one scale; c, unbounded, has its own.
 * @param {Cell} cell @param {number} sample @returns {Record<Quantity, number>} */
export function scalesOf(cell, sample) {
  const signed = largestMagnitude([cell.g, cell.h], sample) || 1;
  const memory = largestMagnitude([cell.c], sample) || 1;
  return { i: 1, f: 1, o: 1, g: signed, h: signed, c: memory };
}

/** @param {Quantity} quantity */
export const isSigned = (quantity) => quantity === "g" || quantity === "c" || quantity === "h";

/** @param {number} width @param {number} units */
export function mapGrid(width, units) {
  const narrow = width < 520;
  const height = Math.round(Math.max(72, Math.min(132, units * 14)));
  return gridOf(QUANTITIES.length, narrow ? 2 : 3, width, { left: 30, right: 4, heading: narrow ? TOUCH : HEADING, below: 20, gap: 14, height });
}

/**
 * @param {Trace} trace @param {Cell} cell
 * @param {{sample: number, width: number, theme: import("../types.js").Theme, tokens: string[] | null}} look
 */
export function mapsFigure(trace, cell, { sample, width, theme, tokens }) {
  const units = trace.request.config.hidden_size;
  const { rects, height } = mapGrid(width, units);
  const columns = rects.filter((rect) => rect.y === rects[0]?.y).length;
  const scales = scalesOf(cell, sample);
  const ink = INKS[theme];
  /** @type {Record<string, unknown>} */
  const layout = {
    width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: ink.faint, dragmode: "zoom", uirevision: `${trace.id} ${trace.start}`,
    font: { size: 10, color: ink.muted, family: "inherit" },
  };
  const data = QUANTITIES.map((quantity, k) => {
    const rect = /** @type {import("./panels.js").Rect} */ (rects[k]);
    const suffix = axisSuffix(k);
    const domains = domainsOf(rect, width, height);
    const lowest = k + columns >= QUANTITIES.length;
    const axis = { showgrid: false, zeroline: false, ticks: "", fixedrange: false };
    layout[`xaxis${suffix}`] = {
      ...axis, domain: domains.x, anchor: `y${suffix}`, showticklabels: lowest,
      ...timeTicks(trace, tokens, rect.width), ...(k ? { matches: "x" } : {}),
    };
    layout[`yaxis${suffix}`] = {
      ...axis, domain: domains.y, anchor: `x${suffix}`, showticklabels: k % columns === 0, autorange: "reversed",
      tickmode: "linear", tick0: 0, dtick: niceStep(units, rect.height / 16), ...(k ? { matches: "y" } : {}),
    };
    return heatmap(quantity, cell, { sample, theme, suffix, rect, scale: scales[quantity], trace });
  });
  return { data, layout };
}

/** @param {Quantity} quantity @param {Cell} cell
 * @param {{sample: number, theme: import("../types.js").Theme, suffix: string, rect: import("./panels.js").Rect, scale: number,
 *          trace: Trace}} look */
function heatmap(quantity, cell, { sample, theme, suffix, rect, scale, trace }) {
  const signed = isSigned(quantity);
  const rows = unitsByTime(cell[quantity], sample, [trace.start, trace.stop]);
  const roomy = rect.width / (trace.stop - trace.start) > 36 && rect.height / trace.request.config.hidden_size >= 13;
  return {
    type: "heatmap", name: quantity, x0: trace.start, z: rows, xaxis: `x${suffix}`, yaxis: `y${suffix}`,
    zmin: signed ? -scale : 0, zmax: scale, colorscale: signed ? DIVERGING[theme] : SEQUENTIAL[theme], showscale: false,
    hoverongaps: false, xgap: roomy ? 1 : 0, ygap: roomy ? 1 : 0,
    ...(roomy ? { texttemplate: "%{z:.2f}", textfont: { size: 10 } } : {}),
    hoverinfo: "none",
  };
}
