/**
 * Painting of the gate level on one canvas: the tiles that are in sight, so that its cost does not grow with the matrix.
 *
 * @typedef {import("../figures/gate.js").Parts} Parts
 * @typedef {import("../figures/gate.js").GatePlan} GatePlan
 * @typedef {CanvasRenderingContext2D} Canvas2D
 * @typedef {{css: string[], ink: string[]}} Scale
 * @typedef {{context: Canvas2D, plan: GatePlan, scroll: {x: number, y: number}, theme: import("../types.js").Theme,
 *            diverging: Scale, sequential: Scale}} GatePicture
 */
import { READABLE } from "../figures/gate.js";
import { niceStep } from "../figures/panels.js";
import { glance } from "../base/format.js";
import { DIVERGING, HUES, INKS, SEQUENTIAL, colourAt } from "../base/palette.js";

const FONT = getComputedStyle(document.body).fontFamily;

/** A scale in 256 steps, each with the ink that can be read on it.
 * @param {readonly import("../base/palette.js").Stop[]} stops @returns {Scale} */
function scaleOf(stops) {
  const colours = Array.from({ length: 256 }, (_, k) => colourAt(stops, k / 255));
  return {
    css: colours.map((colour) => `rgb(${colour.join(" ")})`),
    ink: colours.map(([red, green, blue]) =>
      0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1b2129" : "#ffffff",
    ),
  };
}

/** @type {Record<string, {diverging: Scale, sequential: Scale}>} */
const scales = {
  light: { diverging: scaleOf(DIVERGING.light), sequential: scaleOf(SEQUENTIAL.light) },
  dark: { diverging: scaleOf(DIVERGING.dark), sequential: scaleOf(SEQUENTIAL.dark) },
};

/** @param {Canvas2D} context @param {GatePlan} plan @param {Parts} parts @param {{x: number, y: number}} scroll
 * @param {import("../types.js").Theme} theme @param {number} ratio */
export function paintGate(context, plan, parts, scroll, theme, ratio) {
  const sheet = /** @type {GatePicture} */ ({ context, plan, scroll, theme, ...scales[theme] });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, plan.width, plan.height);
  parts.matrices.forEach((_, k) => paintMatrix(sheet, parts, k));
  parts.columns.forEach((_, k) => paintColumn(sheet, parts, k));
  paintUnits(sheet);
}

/** @param {GatePicture} sheet @param {string} text @param {number} x @param {number} y @param {{colour?: string, font?: string, align?: CanvasTextAlign}} [look] */
function write(
  { context, theme },
  text,
  x,
  y,
  { colour = INKS[theme].muted, font = "10.5px", align = "center" } = {},
) {
  context.fillStyle = colour;
  context.font = `${font} ${FONT}`;
  context.textAlign = align;
  context.fillText(text, x, y);
}

/** A letter with what stands below it: x_t. @param {GatePicture} sheet @param {string} letter @param {string} below @param {number} x the middle @param {number} y */
function name(sheet, letter, below, x, y) {
  const { context, theme } = sheet;
  const hue =
    /** @type {Record<string, string>} */ (HUES[theme])[letter.at(-1) ?? ""] ?? INKS[theme].text;
  context.font = `700 12px ${FONT}`;
  const wide = context.measureText(letter).width;
  context.font = `9px ${FONT}`;
  const from = x - (wide + context.measureText(below).width + 1) / 2;
  write(sheet, letter, from, y, { colour: hue, font: "700 12px", align: "left" });
  write(sheet, below, from + wide + 1, y + 2.5, { colour: hue, font: "9px", align: "left" });
}

/** @param {GatePicture} sheet @param {number} value @param {number} low @param {number} high @param {import("../figures/panels.js").Rect} rect @param {boolean} readable */
function tile(sheet, value, low, high, { x, y, width, height }, readable) {
  const { context } = sheet;
  const gap = width >= 10 && height >= 10 ? 1 : 0;
  if (Number.isNaN(value)) {
    context.fillStyle = INKS[sheet.theme].faint;
    context.fillRect(x, y, width - gap, height - gap);
    return;
  }
  const { css, ink } = low < 0 ? sheet.diverging : sheet.sequential;
  const place = Math.round(Math.max(0, Math.min(1, (value - low) / (high - low))) * 255);
  context.fillStyle = css[place] ?? "";
  context.fillRect(x, y, width - gap, height - gap);
  if (readable)
    write(sheet, glance(value), x + width / 2, y + height / 2 + 3.5, {
      colour: ink[place],
      font: "10px",
    });
}

/** @param {GatePicture} sheet @param {Parts} parts @param {number} k */
function paintMatrix(sheet, { matrices, rows, reach }, k) {
  const { context, plan, scroll } = sheet;
  const matrix = matrices[k];
  const block = plan.matrices[k];
  if (!matrix || !block) return;
  const { view, operands } = plan;
  const { width, height } = plan.tile;
  const left = view.x + block.x - scroll.x;
  const from = Math.max(0, Math.floor((view.x - left) / width));
  const to = Math.min(matrix.columns, Math.ceil((view.x + view.width - left) / width));
  const first = Math.floor(scroll.y / height);
  const last = Math.min(rows, Math.ceil((scroll.y + view.height) / height));
  const written = width >= READABLE.width;
  context.save();
  context.beginPath();
  context.rect(view.x, 0, view.width, plan.height);
  context.clip();
  for (let column = from; column < to; column += 1) {
    tile(
      sheet,
      matrix.values[column] ?? NaN,
      matrix.low,
      matrix.high,
      { x: left + column * width, y: operands.y, width, height: operands.height },
      written,
    );
  }
  const middle =
    Math.max(left, view.x) +
    (Math.min(left + block.width, view.x + view.width) - Math.max(left, view.x)) / 2;
  if (to > from) name(sheet, matrix.letter, matrix.below, middle, operands.y - 6);
  label(sheet, matrix, middle, to > from ? (to - from) * width : 0);
  if (k > 0)
    write(sheet, "+", left - plan.gap / 2, operands.y + operands.height / 2 + 5, { font: "15px" });
  context.beginPath();
  context.rect(view.x, view.y, view.width, view.height);
  context.clip();
  for (let row = first; row < last; row += 1) {
    for (let column = from; column < to; column += 1) {
      const place = {
        x: left + column * width,
        y: view.y + row * height - scroll.y,
        width,
        height,
      };
      tile(
        sheet,
        matrix.weights[row * matrix.columns + column] ?? NaN,
        -reach,
        reach,
        place,
        written && height >= READABLE.height,
      );
    }
  }
  context.restore();
}

/** Below a matrix its name and rows, as far as there is room. @param {GatePicture} sheet @param {import("../figures/gate.js").Matrix} matrix
 * @param {number} x @param {number} width */
function label(sheet, { name: parameter, firstRow }, x, width) {
  const { context, plan } = sheet;
  const rows = `[${firstRow}:${firstRow + plan.rows}]`;
  const short = parameter.replace(/_l\d.*/, "");
  context.font = `10px ${FONT}`;
  const text =
    [`${parameter}${rows}`, parameter, short].find(
      (candidate) => context.measureText(candidate).width <= width + plan.gap - 6,
    ) ?? "W";
  write(sheet, text, x, plan.view.y + plan.view.height + 14, { font: "10px" });
}

/** @param {GatePicture} sheet @param {Parts} parts @param {number} k */
function paintColumn(sheet, { columns, rows }, k) {
  const { context, plan, scroll } = sheet;
  const column = columns[k];
  const block = plan.sides[k];
  if (!column || !block) return;
  const { view } = plan;
  const { height } = plan.tile;
  name(sheet, column.letter, column.below, block.x + block.width / 2, view.y - 8);
  const long = column.before.length > 1;
  if (k > 0 || plan.matrices.length)
    write(sheet, column.before, block.x - plan.gap / 2, view.y - 8, {
      font: long ? "9px" : "15px",
    });
  context.save();
  context.beginPath();
  context.rect(block.x, view.y, block.width, view.height);
  context.clip();
  const last = Math.min(rows, Math.ceil((scroll.y + view.height) / height));
  for (let row = Math.floor(scroll.y / height); row < last; row += 1) {
    const place = { x: block.x, y: view.y + row * height - scroll.y, width: block.width, height };
    tile(
      sheet,
      column.values[row] ?? NaN,
      column.low,
      column.high,
      place,
      height >= READABLE.height,
    );
  }
  context.restore();
}

/** Units, at the left. @param {GatePicture} sheet */
function paintUnits(sheet) {
  const { plan, scroll } = sheet;
  const { height } = plan.tile;
  const step = height >= 12 ? 1 : niceStep(plan.rows, (plan.rows * height) / 16);
  for (let row = Math.ceil(scroll.y / height / step) * step; row < plan.rows; row += step) {
    const y = plan.view.y + row * height - scroll.y + height / 2;
    if (y > plan.view.y + plan.view.height) return;
    write(sheet, String(row), plan.view.x - 6, y + 3.5, { font: "10px", align: "right" });
  }
}
