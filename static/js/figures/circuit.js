/**
 * The circuit of one cell at one timestep: where each vector's box stands, which way the numbers go, and which stage
 * they go in. A plan in a 348-unit wide plane; a view draws it.
 *
 * @typedef {{name: string, letter: import("../types.js").Letter, x: number, y: number, width: number, filled: number}} Box
 *   filled: how much of the width the vector takes, less where h is shorter than c
 * @typedef {{d: string, hue: string, stages: string[]}} Link
 * @typedef {{text: string, x: number, y: number, stages: string[]}} Operation
 */

export const WIDTH = 348;
export const BOX = { height: 52, label: 15 };
/** The first column is wider: its letters carry a t-1 or t+1. */
const COLUMNS = [0, 66.8, 123.6, 180.4, 237.2, 294];
const WIDTHS = [62, 52, 52, 52, 52, 54];
const ROWS = { top: 4, middle: 112, bottom: 206, last: 284 };

/** @param {number} column */
const right = (column) => (COLUMNS[column] ?? 0) + (WIDTHS[column] ?? 0);
/** @param {number} column */
const centre = (column) => (COLUMNS[column] ?? 0) + (WIDTHS[column] ?? 0) / 2;

/** @param {boolean} projected @param {number} share size of h over size of c
 * @returns {{height: number, boxes: Box[], links: Link[], operations: Operation[]}} */
export function circuitPlan(projected, share) {
  /** @type {(name: string, letter: any, column: number, y: number, filled?: number) => Box} */
  const box = (name, letter, column, y, filled = 1) => {
    const width = WIDTHS[column] ?? 0;
    return {
      name,
      letter,
      x: COLUMNS[column] ?? 0,
      y,
      width,
      filled: Math.max(width * filled, 10),
    };
  };
  const result = projected
    ? [box("m", "m", 5, ROWS.bottom), box("h", "h", 5, ROWS.last, share)]
    : [box("h", "h", 5, ROWS.bottom)];
  return {
    height: (projected ? ROWS.last : ROWS.bottom) + BOX.height + 4,
    boxes: [
      box("c_prev", "c", 0, ROWS.top),
      box("c", "c", 5, ROWS.top),
      box("h_prev", "h", 0, ROWS.middle, share),
      box("x", "x", 0, ROWS.bottom),
      box("f", "f", 1, ROWS.middle),
      box("i", "i", 2, ROWS.middle),
      box("g", "g", 3, ROWS.middle),
      box("o", "o", 4, ROWS.middle),
      ...result,
    ],
    links: linksOf(projected),
    operations: [
      { text: "\u00d7", x: centre(1), y: 30, stages: ["cell_state"] },
      { text: "+", x: (centre(2) + centre(3)) / 2, y: 30, stages: ["cell_state"] },
      { text: "\u00d7", x: (centre(2) + centre(3)) / 2, y: 84, stages: ["cell_state"] },
      { text: "tanh", x: centre(5), y: 84, stages: ["hidden_state"] },
      { text: "\u00d7", x: centre(5), y: 138, stages: ["hidden_state"] },
    ],
  };
}

/** What stands below the letter of a box. @param {Pick<Box, "name">} box @param {string} past of the state before */
export const belowOf = ({ name }, past) => (name.endsWith("_prev") ? past : "t");

/** @param {boolean} projected @returns {Link[]} */
function linksOf(projected) {
  const middle = (centre(2) + centre(3)) / 2;
  const bottom = ROWS.middle + BOX.height;
  const gates = [1, 2, 3, 4];
  const links = [
    { d: `M${right(0)} 30H${centre(1)}`, hue: "c", stages: ["cell_state"] },
    { d: `M${centre(1)} 30H${middle}`, hue: "c", stages: ["cell_state"] },
    { d: `M${middle} 30H${COLUMNS[5]}`, hue: "c", stages: ["cell_state"] },
    { d: `M${centre(1)} ${ROWS.middle}V30`, hue: "f", stages: ["cell_state"] },
    { d: `M${centre(2)} ${ROWS.middle}V84H${middle}`, hue: "i", stages: ["cell_state"] },
    { d: `M${centre(3)} ${ROWS.middle}V84H${middle}`, hue: "g", stages: ["cell_state"] },
    { d: `M${middle} 84V30`, hue: "c", stages: ["cell_state"] },
    { d: `M${centre(5)} ${ROWS.top + BOX.height}V138`, hue: "c", stages: ["hidden_state"] },
    { d: `M${right(4)} 138H${centre(5)}`, hue: "o", stages: ["hidden_state"] },
    { d: `M${centre(5)} 138V${ROWS.bottom}`, hue: projected ? "m" : "h", stages: ["hidden_state"] },
    { d: `M${centre(0) - 4} ${bottom}V180H${centre(4) - 5}`, hue: "h", stages: ["affine_h"] },
    { d: `M${centre(0) + 4} ${ROWS.bottom}V190H${centre(4) + 5}`, hue: "x", stages: ["affine_x"] },
    ...gates.map((k) => ({
      d: `M${centre(k) - 5} 180V${bottom}`,
      hue: "h",
      stages: ["affine_h", "gates"],
    })),
    ...gates.map((k) => ({
      d: `M${centre(k) + 5} 190V${bottom}`,
      hue: "x",
      stages: ["affine_x", "gates"],
    })),
  ];
  if (projected)
    links.push({
      d: `M${centre(5)} ${ROWS.bottom + BOX.height}V${ROWS.last}`,
      hue: "h",
      stages: ["projection"],
    });
  return links;
}

/** Bars of a vector inside a box, one a unit, as one path. Zero stands where the range says.
 * @param {ArrayLike<number>} vector @param {{x: number, y: number, width: number, height: number}} area
 * @param {number} low @param {number} high @param {number | null} only draw just this unit's bar */
export function barsPath(vector, area, low, high, only = null) {
  const pitch = area.width / vector.length;
  const width = pitch > 3 ? pitch - 1 : pitch * 0.85;
  const scale = area.height / (high - low);
  const zero = area.y + high * scale;
  const path = [];
  for (
    let unit = only ?? 0;
    unit < (only === null ? vector.length : Math.min(only + 1, vector.length));
    unit += 1
  ) {
    const value = vector[unit] ?? NaN;
    if (Number.isNaN(value)) continue;
    const end = area.y + (high - Math.max(low, Math.min(high, value))) * scale;
    const start = (area.x + unit * pitch).toFixed(2);
    path.push(
      `M${start} ${zero.toFixed(2)}V${end.toFixed(2)}h${width.toFixed(2)}V${zero.toFixed(2)}z`,
    );
  }
  return path.join("");
}
