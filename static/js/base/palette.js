/**
 * One role, one colour. The server reads palette.json too, for figures and for the style sheet.
 *
 * @typedef {import("../types.js").Theme} Theme
 * @typedef {import("../types.js").Letter} Letter
 * @typedef {readonly [number, string]} Stop
 */
import DATA from "./palette.json" with { type: "json" };

/** @type {Record<Theme, Record<Letter, string>>} */
export const HUES = DATA.hues;

/** Chrome of figures: text, lines, the empty plane. */
export const INKS = DATA.inks;

/** @typedef {Record<Theme, Stop[]>} Scale */
/** For gates, from 0 to 1: from the plane to one deep (or, in the dark, bright) green-blue. */
export const SEQUENTIAL = /** @type {Scale} */ (/** @type {unknown} */ (DATA.sequential));

/** For g, c and h, centred on zero: blue below, orange above; safe for the common colour blindnesses. */
export const DIVERGING = /** @type {Scale} */ (/** @type {unknown} */ (DATA.diverging));

/** Bars of signed numbers, in either theme. */
export const SIGNS = DATA.signs;

/** @param {string} hex @returns {[number, number, number]} */
export function channels(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour of a scale at a fraction in [0, 1], as channels.
 * @param {readonly Stop[]} stops @param {number} fraction @returns {[number, number, number]} */
export function colourAt(stops, fraction) {
  const place = Math.max(0, Math.min(1, fraction));
  let upper = 1;
  while (upper < stops.length - 1 && place > (stops[upper]?.[0] ?? 1)) upper += 1;
  const [from, low] = /** @type {Stop} */ (stops[upper - 1]);
  const [to, high] = /** @type {Stop} */ (stops[upper]);
  const share = (place - from) / (to - from);
  const a = channels(low);
  const b = channels(high);
  /** @type {(k: 0 | 1 | 2) => number} */
  const mixed = (k) => Math.round(a[k] + (b[k] - a[k]) * share);
  return [mixed(0), mixed(1), mixed(2)];
}

/** An opaque colour as canvases keep it. @param {readonly [number, number, number]} channels */
export const packed = ([red, green, blue]) =>
  ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** 256 packed colours of a scale, for painting tiles one number at a time.
 * @param {readonly Stop[]} stops @returns {Uint32Array} */
export const lookup = (stops) =>
  Uint32Array.from({ length: 256 }, (_, k) => packed(colourAt(stops, k / 255)));

/** A scale as a CSS gradient. @param {readonly Stop[]} stops */
export const gradient = (stops) =>
  `linear-gradient(to right, ${stops.map(([at, colour]) => `${colour} ${at * 100}%`).join(", ")})`;
