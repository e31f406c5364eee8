/**
 * The frames of an animation. Plotly's figures are drawn once for each cell that the clock comes to, and kept as bitmaps; what
 * moves is painted over them, so that a frame takes milliseconds and no more than one is in memory.
 *
 * @typedef {import("./look.js").State} State
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("./sheet.js").Key} Key
 * @typedef {import("./sheet.js").Sheet} Sheet
 * @typedef {{width: number, height: number, frames: number, canvas: HTMLCanvasElement, draw: (frame: number) => void}} Film
 */
import { createSvgPen } from "../../../paint/pen.js";
import { loaded } from "../../../paint/raster.js";
import { drawSheet, sheetSize, wholeSheet } from "./sheet.js";

/** Video codecs halve the resolution of colours, so that sides must be even. @param {number} pixels */
export const even = (pixels) => Math.max(2, 2 * Math.round(pixels / 2));

/** @param {State} state whose cell is drawn */
const cellKey = ({ cursor: { layer, direction } }) => `${layer} ${direction}`;

/** The drawings that a sheet places whole. @param {Sheet} sheet @param {State} state @param {Look} look */
function nestedIn(sheet, state, look) {
  /** @type {{svg: string, width: number, height: number}[]} */
  const found = [];
  const { pen } = createSvgPen((text) => text.length * 6, "film");
  pen.nest = (svg, _x, _y, width, height) => {
    found.push({ svg, width, height });
  };
  drawSheet(pen, sheet, state, look);
  return found;
}

/** @param {State[]} moments @param {Look} look @param {readonly Key[]} keys @param {number} wanted pixels of width @param {AbortSignal} signal
 * @returns {Promise<Film>} */
export async function createFilm(moments, look, keys, wanted, signal) {
  /** @type {Map<string, Sheet>} */
  const sheets = new Map();
  for (const moment of moments) {
    signal.throwIfAborted();
    if (!sheets.has(cellKey(moment)))
      sheets.set(cellKey(moment), await wholeSheet(moment, look, keys));
  }
  const sizes = [...sheets.values()].map(sheetSize);
  const size = {
    width: Math.max(...sizes.map(({ width }) => width)),
    height: Math.max(...sizes.map(({ height }) => height)),
  };
  const scale = wanted / size.width;
  const canvas = document.createElement("canvas");
  canvas.width = even(wanted);
  canvas.height = even(size.height * scale);
  const bitmaps = await rastered(moments, sheets, look, scale);
  const pen = /** @type {import("../../../paint/pen.js").Pen} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  pen.nest = (svg, x, y, width, height) => {
    const bitmap = bitmaps.get(svg);
    if (bitmap) pen.drawImage(bitmap, x, y, width, height);
  };
  return {
    width: canvas.width,
    height: canvas.height,
    frames: moments.length,
    canvas,
    draw(frame) {
      const moment = moments[frame];
      const sheet = moment && sheets.get(cellKey(moment));
      if (!moment || !sheet) return;
      pen.setTransform(canvas.width / size.width, 0, 0, canvas.height / size.height, 0, 0);
      drawSheet(
        pen,
        { ...sheet, height: size.height - (sheetSize(sheet).height - sheet.height) },
        moment,
        look,
      );
    },
  };
}

/** Every placed drawing as a bitmap, at the size that it will have. @param {State[]} moments @param {Map<string, Sheet>} sheets @param {Look} look @param {number} scale */
async function rastered(moments, sheets, look, scale) {
  /** @type {Map<string, HTMLCanvasElement>} */
  const bitmaps = new Map();
  for (const [key, sheet] of sheets) {
    const moment = moments.find((one) => cellKey(one) === key);
    if (!moment) continue;
    for (const { svg, width, height } of nestedIn(sheet, moment, look)) {
      const image = await loaded(svg);
      const bitmap = document.createElement("canvas");
      bitmap.width = Math.ceil(width * scale);
      bitmap.height = Math.ceil(height * scale);
      bitmap.getContext("2d")?.drawImage(image, 0, 0, bitmap.width, bitmap.height);
      bitmaps.set(svg, bitmap);
    }
  }
  return bitmaps;
}
