/**
 * One role, one colour. The hues of the letters are also in css/tokens.css, where a test compares them.
 *
 * @typedef {import("../types.js").Theme} Theme
 * @typedef {import("../types.js").Letter} Letter
 * @typedef {readonly [number, string]} Stop
 */

/** @type {Record<Theme, Record<Letter, string>>} */
export const HUES = {
  light: {
    x: "#5a6675",
    i: "#00756a",
    f: "#0a66a6",
    g: "#9c5300",
    o: "#8b3a9c",
    c: "#bb2740",
    m: "#4d5563",
    h: "#1b2129",
  },
  dark: {
    x: "#9aa6b5",
    i: "#45c4b0",
    f: "#62b5f2",
    g: "#e9a352",
    o: "#d693e2",
    c: "#ff8590",
    m: "#b4bdc9",
    h: "#eef1f5",
  },
};

/** Chrome of figures: text, lines, the empty plane. */
export const INKS = {
  light: {
    text: "#3d4551",
    muted: "#5d6571",
    line: "#d9d7cf",
    plane: "#ffffff",
    faint: "#eeece6",
    accent: "#4340d2",
    good: "#1c6b3c",
    bad: "#a3261f",
  },
  dark: {
    text: "#cdd3db",
    muted: "#98a1ae",
    line: "#313845",
    plane: "#14181e",
    faint: "#1f252e",
    accent: "#a3a5ff",
    good: "#6fce96",
    bad: "#ff9d94",
  },
};

/** For gates, from 0 to 1: from the plane to one deep (or, in the dark, bright) green-blue. @type {Record<Theme, Stop[]>} */
export const SEQUENTIAL = {
  light: [
    [0, "#f6f4ed"],
    [0.25, "#cfded4"],
    [0.5, "#8dbab0"],
    [0.75, "#3e8883"],
    [1, "#0b4547"],
  ],
  dark: [
    [0, "#171d22"],
    [0.25, "#1d4347"],
    [0.5, "#2b7673"],
    [0.75, "#61ada0"],
    [1, "#d6f0df"],
  ],
};

/** For g, c and h, centred on zero: blue below, orange above; safe for the common colour blindnesses. @type {Record<Theme, Stop[]>} */
export const DIVERGING = {
  light: [
    [0, "#0f4c81"],
    [0.25, "#6ba3cd"],
    [0.5, "#f7f5ef"],
    [0.75, "#e6a05f"],
    [1, "#9a4408"],
  ],
  dark: [
    [0, "#8cc8ff"],
    [0.25, "#3a78ad"],
    [0.5, "#1b2027"],
    [0.75, "#b3672a"],
    [1, "#ffbe85"],
  ],
};

/** Bars of signed numbers, in either theme. */
export const SIGNS = { positive: "#c8702a", negative: "#3a78ad" };

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
