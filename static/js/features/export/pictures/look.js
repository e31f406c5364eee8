/**
 * What every picture is drawn with: the theme's colours, the page's letters, and the few things that figures have in common.
 *
 * @typedef {import("../../../types.js").State} State
 * @typedef {import("../../../types.js").Theme} Theme
 * @typedef {import("../../../paint/pen.js").Pen} Pen
 * @typedef {{theme: Theme, font: string, t: import("../../../base/i18n.js").Translate, stages: import("../../../types.js").Stage[]}} Look font: a family
 * @typedef {{key: string, width: number, height: number, draw: (pen: Pen, state: State) => void}} Drawing
 *   draw: at the place of the cursor, which may move on from where it stood when the figure was made
 */
import { legendOf } from "../../../figures/map-scales.js";
import { short } from "../../../base/format.js";
import { DIVERGING, HUES, INKS, SEQUENTIAL, colourAt } from "../../../base/palette.js";

/** What is strongest in each theme, and the paper behind panels. @type {Record<Theme, {strong: string, paper: string, plane: string, frame: string}>} */
export const SHEET = {
  light: { strong: "#1b2129", paper: "#ffffff", plane: "#ffffff", frame: "#d9d7cf" },
  dark: { strong: "#eef1f5", paper: "#0e1115", plane: "#14181e", frame: "#2b323d" },
};

/** @param {Pen} pen @param {Look} look @param {string} text @param {number} x @param {number} y
 * @param {{size?: number, weight?: number, colour?: string, align?: CanvasTextAlign}} [how] @returns {number} its width */
export function write(
  pen,
  { theme, font },
  text,
  x,
  y,
  { size = 11, weight = 400, colour = INKS[theme].muted, align = "left" } = {},
) {
  pen.font = `${weight === 400 ? "" : `${weight} `}${size}px ${font}`;
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.fillText(text, x, y);
  return pen.measureText(text).width;
}

/** As much of a text as has room, the rest as dots. @param {Pen} pen @param {string} text of the pen's font @param {number} room */
export function fitted(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 0 && pen.measureText(`${text.slice(0, end).trimEnd()}\u2026`).width > room) end -= 1;
  return end > 0 ? `${text.slice(0, end).trimEnd()}\u2026` : "";
}

/** A letter with what stands below it, x_t, from x on. @param {Pen} pen @param {Look} look @param {string} letter @param {string} below
 * @param {number} x @param {number} y @param {{size?: number, colour?: string}} [how] @returns {number} its width */
export function letterAt(
  pen,
  look,
  letter,
  below,
  x,
  y,
  { size = 12, colour = hueOf(look.theme, letter) } = {},
) {
  const wide = write(pen, look, letter, x, y, { size, weight: 700, colour });
  return (
    wide +
    0.5 +
    write(pen, look, below, x + wide + 0.5, y + size / 5, { size: size * 0.65, colour })
  );
}

/** @param {Theme} theme @param {string} letter */
export const hueOf = (theme, letter) =>
  /** @type {Record<string, string>} */ (HUES[theme])[letter] ?? INKS[theme].text;

/** A scale of colours with the numbers at its ends. @param {Pen} pen @param {Look} look @param {number} x @param {number} y its top
 * @param {{letters: readonly string[], low: number, high: number, signed: boolean}} scale @returns {number} its width */
export function scaleAt(pen, look, x, y, { letters, low, high, signed }) {
  let left = x;
  for (const letter of letters)
    left +=
      write(pen, look, letter, left, y + 8, {
        size: 12,
        weight: 700,
        colour: hueOf(look.theme, letter),
      }) + 5;
  const [bar, steps] = [96, 32];
  const stops = (signed ? DIVERGING : SEQUENTIAL)[look.theme];
  for (let k = 0; k < steps; k += 1) {
    pen.fillStyle = `rgb(${colourAt(stops, (k + 0.5) / steps).join(",")})`;
    pen.fillRect(left + (k * bar) / steps, y, bar / steps + (k < steps - 1 ? 0.4 : 0), 8);
  }
  pen.strokeStyle = INKS[look.theme].line;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, y + 0.5, bar - 1, 7);
  const ends = signed ? [low, 0, high] : [low, high];
  ends.forEach((end, k) => {
    const align = /** @type {CanvasTextAlign} */ (
      k === 0 ? "left" : k === ends.length - 1 ? "right" : "center"
    );
    write(pen, look, short(end, 2), left + (k * bar) / (ends.length - 1), y + 20, {
      size: 10,
      align,
    });
  });
  return left + bar - x;
}

/** Several scales in rows. @param {Pen} pen @param {Look} look @param {number} y @param {number} width @param {import("../../../figures/map-scales.js").Scales} scales */
export function scalesAt(pen, look, y, width, scales) {
  let [x, top] = [0, y];
  for (const {
    letters,
    range: [low, high],
    signed,
  } of legendOf(scales)) {
    if (x > 0 && x + 150 > width) [x, top] = [0, top + 32];
    x += scaleAt(pen, look, x, top, { letters, low, high, signed }) + 28;
  }
  return top + 28;
}

/** @param {number} width @param {import("../../../figures/map-scales.js").Scales} scales how high they are in so wide a figure */
export const scalesHeight = (width, scales) =>
  32 * Math.ceil((legendOf(scales).length * 178) / width);
