/**
 * The first two axes of a tensor as a grid, and the way that h takes through it: a small picture as a value.
 *
 * @typedef {{x: number, y: number, row: number, column: number}} ShapeTile
 * @typedef {{x1: number, y1: number, x2: number, y2: number}} ShapeArrow
 * @typedef {{width: number, height: number, tiles: ShapeTile[], arrows: ShapeArrow[], rows: {y: number, label: string}[], columns: {x: number, label: string}[],
 *   more: {x: number, y: number}[]}} ShapePicture `more`: dots where there are more rows or columns than are drawn
 */

export const TILE = { width: 34, height: 22, gap: 16 };
const EDGE = { left: 46, top: 20 };
const DRAWN_LIMITS = { rows: 4, columns: 5 };

/** @param {number[]} shape of at least one axis @param {number | null} time the axis along which h goes, null for none
 * @param {string} letters what each axis is called @returns {ShapePicture} */
export function pictureOf(shape, time, letters) {
  const [rows = 1, columns = 1] = shape;
  const shown = {
    rows: Math.min(rows, DRAWN_LIMITS.rows),
    columns: Math.min(columns, DRAWN_LIMITS.columns),
  };
  const left = (/** @type {number} */ column) => EDGE.left + column * (TILE.width + TILE.gap);
  const top = (/** @type {number} */ row) => EDGE.top + row * (TILE.height + TILE.gap);
  const named = (/** @type {number} */ axis, /** @type {number} */ k) =>
    `${(letters[axis] ?? "").toLowerCase() || `[${axis}]`} = ${k}`;
  const tiles = Array.from({ length: shown.rows * shown.columns }, (_, k) => {
    const [row, column] = [Math.floor(k / shown.columns), k % shown.columns];
    return { row, column, x: left(column), y: top(row) };
  });
  const arrows = tiles.flatMap(({ row, column, x, y }) => {
    if (time === 1 && column + 1 < shown.columns)
      return [
        {
          x1: x + TILE.width + 2,
          y1: y + TILE.height / 2,
          x2: x + TILE.width + TILE.gap - 2,
          y2: y + TILE.height / 2,
        },
      ];
    if (time === 0 && row + 1 < shown.rows)
      return [
        {
          x1: x + TILE.width / 2,
          y1: y + TILE.height + 2,
          x2: x + TILE.width / 2,
          y2: y + TILE.height + TILE.gap - 2,
        },
      ];
    return [];
  });
  const more = [
    ...(columns > shown.columns
      ? Array.from({ length: shown.rows }, (_, row) => ({
          x: left(shown.columns) - 2,
          y: top(row) + TILE.height / 2 + 4,
        }))
      : []),
    ...(rows > shown.rows ? [{ x: left(0) + TILE.width / 2, y: top(shown.rows) + 6 }] : []),
  ];
  return {
    tiles,
    arrows,
    more,
    width: left(shown.columns) + 12,
    height: top(shown.rows) + (rows > shown.rows ? 12 : -TILE.gap + 4),
    rows: Array.from({ length: shown.rows }, (_, row) => ({
      y: top(row) + TILE.height / 2 + 4,
      label: named(0, row),
    })),
    columns: Array.from({ length: shown.columns }, (_, column) => ({
      x: left(column) + TILE.width / 2,
      label: named(1, column),
    })),
  };
}
