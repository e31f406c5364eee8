/**
 * Painting of the network strip. What stays is painted once into bitmaps; a frame only copies spans of them and draws
 * the cursors, so that its cost does not grow with the number of tiles.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Theme} Theme
 * @typedef {import("../figures/strip.js").Plan} Plan
 * @typedef {CanvasRenderingContext2D} Canvas2D
 */
import { tileX } from "../figures/strip.js";
import { SHORT, niceStep, standApart } from "../figures/panels.js";
import { DIVERGING, HUES, INKS, SEQUENTIAL, lookup } from "../base/palette.js";
import { largestMagnitude, meanMagnitudes, vectorAt } from "../base/tensor.js";

const LATER = 0.22;

/** An empty bitmap, to be painted in pixels of the page. @param {number} width @param {number} height @param {number} ratio @returns {{bitmap: HTMLCanvasElement, context: Canvas2D}} */
export function sheet(width, height, ratio) {
  const bitmap = document.createElement("canvas");
  bitmap.width = Math.max(1, Math.round(width * ratio));
  bitmap.height = Math.max(1, Math.round(height * ratio));
  const context = /** @type {Canvas2D} */ (bitmap.getContext("2d"));
  context.scale(ratio, ratio);
  context.imageSmoothingEnabled = false;
  return { bitmap, context };
}

/** A row of tiles, one pixel a unit and timestep, then stretched into place.
 * @param {Canvas2D} context @param {Plan} plan @param {{y: number, height: number}} place
 * @param {number} rows @param {(timestep: number, row: number) => number | null} colour */
function stretch(context, plan, { y, height }, rows, colour) {
  const { start } = plan;
  const steps = plan.stop - start;
  const { bitmap, context: small } = sheet(steps, rows, 1);
  const image = small.createImageData(steps, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < steps; k += 1)
    for (let row = 0; row < rows; row += 1) pixels[row * steps + k] = colour(start + k, row) ?? 0;
  small.putImageData(image, 0, 0);
  if (plan.tile === plan.pitch || plan.pitch < 1) {
    context.drawImage(bitmap, plan.left, y, plan.pitch * steps, height);
    return;
  }
  for (let k = 0; k < steps; k += 1)
    context.drawImage(bitmap, k, 0, 1, rows, tileX(plan, start + k), y, plan.tile, height);
}

/** @param {number} value @param {Uint32Array} table @param {number} low @param {number} high */
const pick = (value, table, low, high) =>
  Number.isNaN(value)
    ? null
    : /** @type {number} */ (
        table[Math.round(Math.max(0, Math.min(1, (value - low) / (high - low))) * 255)]
      );

/** Whether a tile has room to show every unit's h, or only their mean magnitude. @param {Trace} trace @param {Plan} plan */
export function showsUnits(trace, plan) {
  const size = trace.cells[0]?.h.shape[2] ?? 1;
  return (plan.rows[0]?.height ?? 0) / size >= 1.6;
}

/** All tiles of one sample, as if everything were computed.
 * @param {Trace} trace @param {Plan} plan @param {number} sample @param {Theme} theme @param {number} ratio */
export function paintTiles(trace, plan, sample, theme, ratio) {
  const { bitmap, context } = sheet(plan.width, plan.height, ratio);
  const diverging = lookup(DIVERGING[theme]);
  const reach =
    largestMagnitude(
      trace.cells.map((cell) => cell.h),
      sample,
    ) || 1;
  plan.rows.forEach((row) => {
    const cell = trace.cells.find(
      (candidate) => candidate.layer === row.layer && candidate.direction === row.direction,
    );
    if (!cell) return;
    if (showsUnits(trace, plan)) {
      const rows = cell.h.shape[2] ?? 1;
      stretch(context, plan, row, rows, (t, unit) =>
        pick(vectorAt(cell.h, t, sample)[unit] ?? NaN, diverging, -reach, reach),
      );
      return;
    }
    const means = meanMagnitudes(cell.h, sample, [plan.start, plan.stop]);
    const most = means.reduce((a, b) => (b > a ? b : a), 0) || 1;
    const table = lookup(SEQUENTIAL[theme]);
    stretch(context, plan, row, 1, (t) => pick(means[t - plan.start] ?? NaN, table, 0, most));
  });
  const width = largestMagnitude([trace.input], sample) || 1;
  stretch(context, plan, plan.input, trace.input.shape[2] ?? 1, (t, feature) =>
    pick(vectorAt(trace.input, t, sample)[feature] ?? NaN, diverging, -width, width),
  );
  return bitmap;
}

/** What does not move: empty tiles, arrows from timestep to timestep, joins between layers, labels of timesteps.
 * @param {Trace} trace @param {Plan} plan @param {number} end of the sample @param {Theme} theme @param {number} ratio @param {string[] | null} tokens */
export function paintFrame(trace, plan, end, theme, ratio, tokens) {
  const { bitmap, context } = sheet(plan.width, plan.height, ratio);
  drawFrame(context, trace, plan, end, theme, tokens);
  return bitmap;
}

/** The same on any context. @param {Canvas2D} context @param {Trace} trace @param {Plan} plan @param {number} end of the sample @param {Theme} theme
 * @param {string[] | null} tokens */
export function drawFrame(context, trace, plan, end, theme, tokens) {
  const ink = INKS[theme];
  for (const row of plan.rows) {
    context.fillStyle = ink.faint;
    for (let t = plan.start; t < plan.stop && plan.pitch >= 4; t += 1)
      context.fillRect(tileX(plan, t), row.y, plan.tile, row.height);
    if (plan.pitch - plan.tile >= 12) arrows(context, plan, row, end, ink.muted);
  }
  joins(context, trace, plan, end, theme);
  labels(context, plan, tokens, ink.muted);
}

/** @param {Canvas2D} context @param {Plan} plan @param {import("../figures/strip.js").Row} row @param {number} end @param {string} colour */
function arrows(context, plan, row, end, colour) {
  const y = Math.round(row.y + row.height / 2) + 0.5;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (let t = plan.start; t < end - 1; t += 1) {
    const from = tileX(plan, t) + plan.tile + 3;
    const to = tileX(plan, t + 1) - 3;
    const [tip, back] = row.direction === "forward" ? [to, to - 3.5] : [from, from + 3.5];
    context.beginPath();
    context.moveTo(from, y);
    context.lineTo(to, y);
    context.moveTo(back, y - 3);
    context.lineTo(tip, y);
    context.lineTo(back, y + 3);
    context.stroke();
  }
}

/** Above each layer its h at every timestep, both directions side by side: what the next layer, or the caller, is given.
 * @param {Canvas2D} context @param {Trace} trace @param {Plan} plan @param {number} end @param {Theme} theme */
function joins(context, trace, plan, end, theme) {
  const both = trace.directions.length === 2 && plan.tile >= 6;
  context.fillStyle = HUES[theme].h;
  context.globalAlpha = 0.5;
  for (const join of plan.joins) {
    for (let t = plan.start; t < end && plan.pitch >= 4; t += 1) {
      const half = plan.tile / 2;
      context.fillRect(tileX(plan, t), join.y, both ? half - 0.5 : plan.tile, join.height);
      if (both) context.fillRect(tileX(plan, t) + half + 0.5, join.y, half - 0.5, join.height);
    }
    if (plan.pitch < 4)
      context.fillRect(plan.left, join.y, plan.pitch * (end - plan.start), join.height);
  }
  context.globalAlpha = 1;
}

/** The timesteps that have room for their tokens: all, or where tokens are long as dates are, some; none where numbers say more.
 * @param {Canvas2D} context @param {Plan} plan @param {string[]} tokens of the whole sample */
export function labelled(context, plan, tokens) {
  context.font = `10.5px ${getComputedStyle(document.body).fontFamily}`;
  const shown = new Set(tokens.slice(plan.start, plan.stop));
  const longest = [...shown].reduce((most, token) => Math.max(most, token.length), 0);
  const wide = [...shown].filter((token) => token.length > longest / 2).slice(0, 500);
  const widest = wide.reduce((most, token) => Math.max(most, context.measureText(token).width), 0);
  if (widest + (longest > 1 ? 4 : 2) <= plan.pitch)
    return Array.from({ length: plan.stop - plan.start }, (_, k) => plan.start + k);
  return longest > SHORT ? standApart(plan, plan.pitch, widest) : [];
}

/** The timesteps that bear their numbers: round ones. @param {Canvas2D} context @param {Plan} plan */
function numbered(context, plan) {
  const steps = plan.stop - plan.start;
  const step = niceStep(
    steps,
    (plan.pitch * steps) / Math.max(26, context.measureText(String(plan.stop)).width + 8),
  );
  const first = Math.ceil(plan.start / step) * step;
  return Array.from(
    { length: Math.max(0, Math.ceil((plan.stop - first) / step)) },
    (_, k) => first + k * step,
  );
}

/** @param {Canvas2D} context @param {Plan} plan @param {string[] | null} tokens @param {string} colour */
function labels(context, plan, tokens, colour) {
  context.fillStyle = colour;
  context.font = `10.5px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  const named = tokens ? labelled(context, plan, tokens) : [];
  for (const t of named.length ? named : numbered(context, plan)) {
    const text = named.length ? (tokens?.[t] ?? "") : String(t);
    const half = context.measureText(text).width / 2;
    const centre = Math.max(half, Math.min(plan.width - half, tileX(plan, t) + plan.tile / 2));
    context.fillText(text, centre, plan.labels);
  }
}

/** Copies spans of a bitmap of the whole strip. @param {Canvas2D} context @param {HTMLCanvasElement} bitmap @param {Plan} plan @param {number} ratio
 * @returns {(y: number, height: number, start: number, stop: number, alpha: number) => void} */
export const copier = (context, bitmap, plan, ratio) => (y, height, start, stop, alpha) => {
  if (stop <= start || height <= 0) return;
  const x = tileX(plan, start);
  const width = Math.min(tileX(plan, stop), plan.width) - x;
  context.globalAlpha = alpha;
  context.drawImage(
    bitmap,
    x * ratio,
    y * ratio,
    width * ratio,
    height * ratio,
    x,
    y,
    width,
    height,
  );
  context.globalAlpha = 1;
};

/** Copy the tiles: those that the clock has passed in full, the others faint.
 * @param {Canvas2D} context @param {HTMLCanvasElement} tiles @param {Plan} plan @param {number} ratio @param {number} end of the sample
 * @param {(row: import("../figures/strip.js").Row) => [number, number]} spanOf */
export function copyTiles(context, tiles, plan, ratio, end, spanOf) {
  const copy = copier(context, tiles, plan, ratio);
  for (const row of plan.rows) {
    const [start, stop] = spanOf(row);
    copy(row.y, row.height, plan.start, start, LATER);
    copy(row.y, row.height, start, stop, 1);
    copy(row.y, row.height, stop, plan.stop, LATER);
  }
  copy(plan.input.y, plan.input.height, plan.start, end, 1);
  copy(plan.input.y, plan.input.height, end, plan.stop, LATER);
}

/** A frame around a span of tiles. @param {Canvas2D} context @param {Plan} plan @param {{y: number, height: number}} row
 * @param {[number, number]} span @param {{colour: string, width?: number, dash?: number[], outset?: number}} look */
export function outline(
  context,
  plan,
  row,
  [start, stop],
  { colour, width = 1.5, dash = [], outset = 1.5 },
) {
  const x = tileX(plan, start) - outset;
  const right = tileX(plan, stop - 1) + Math.max(plan.tile, 1) + outset;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.strokeRect(x, row.y - outset, Math.max(right - x, 3), row.height + 2 * outset);
  context.setLineDash([]);
}
