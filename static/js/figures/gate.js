/**
 * The gate level: matrix times vector. What a quantity of the cell is made of, as parts in a row: matrices with their
 * operands above them, then columns with one number a unit, the last of them the quantity itself.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Numbers} Numbers
 * @typedef {{name: string, operand: "x" | "h_prev" | "m", letter: import("../types.js").Letter, below: string, firstRow: number, columns: number,
 *            weights: Numbers, values: ArrayLike<number>, low: number, high: number}} Matrix
 * @typedef {{key: string, letter: string, below: string, before: string, values: ArrayLike<number>, low: number, high: number,
 *            parameter: string | null, firstRow: number}} GateColumn
 * @typedef {{quantity: import("../types.js").Quantity, rows: number, matrices: Matrix[], columns: GateColumn[], reach: number}} Parts
 *   reach: the largest magnitude among weights and biases
 * @typedef {{part: "matrix" | "operand" | "column", index: number, row: number, column: number}} GateTile
 */
import { vectorsAt } from "../model/cell-vectors.js";
import { clamp, focusOf } from "../model/cursor.js";
import { pastIndex } from "../model/places.js";

/** Torch's row order. */
const GATES = ["i", "f", "g", "o"];
const NOW = "t";

/** @param {import("../types.js").Quantity} quantity */
export const isGate = (quantity) => GATES.includes(quantity);

/** What a quantity is called above its picture. @param {import("../base/i18n.js").Translate} t @param {string} letter */
export const gateTitle = (t, letter) =>
  t(GATES.includes(letter) ? "gate.title" : `gate.title.${letter}`);

/** A parameter of the cell at the cursor, under torch's name; nothing where the LSTM has none.
 * @param {Trace} trace @param {Cursor} cursor @param {string} kind */
export const parameterOf = (trace, { layer, direction }, kind) =>
  trace.parameters.find(
    ({ name }) => name === `${kind}_l${layer}${direction === "reverse" ? "_reverse" : ""}`,
  );

/** @param {ArrayLike<number>} numbers */
function magnitude(numbers) {
  let largest = 0;
  for (let k = 0; k < numbers.length; k += 1)
    largest = Math.max(largest, Math.abs(numbers[k] ?? 0) || 0);
  return largest;
}

/** What the quantity at the cursor is made of. @param {Trace} trace @param {Cursor} cursor
 * @param {ArrayLike<number> | null} sums the pre-activations of that gate, where they are known @param {number} most magnitude of such sums
 * @returns {Parts} */
export function partsOf(trace, cursor, sums, most) {
  const quantity = focusOf(cursor);
  const { hidden_size: units, proj_size: projection } = trace.request.config;
  const vectors = vectorsAt(trace, cursor);
  /** @type {(key: string, before?: string, below?: string) => GateColumn} */
  const vector = (key, before = "", below = NOW) => ({
    key,
    letter: key[0] ?? "",
    below,
    before,
    parameter: null,
    firstRow: 0,
    .../** @type {any} */ (vectors[key]),
  });
  if (isGate(quantity)) return gateParts(trace, cursor, quantity, sums, most, vector);
  const none = { quantity, matrices: [], reach: 0 };
  if (quantity === "c")
    return {
      ...none,
      rows: units,
      columns: [
        vector("f"),
        vector("c_prev", "\u00b7", pastIndex(trace, cursor)),
        vector("i", "+"),
        vector("g", "\u00b7"),
        vector("c", "="),
      ],
    };
  if (!projection)
    return {
      ...none,
      rows: units,
      columns: [vector("o"), vector("c", "\u00b7 tanh"), vector("h", "=")],
    };
  if (cursor.stage === 4)
    return {
      ...none,
      rows: units,
      columns: [vector("o"), vector("c", "\u00b7 tanh"), vector("m", "=")],
    };
  const matrix = matrixOf(trace, cursor, "weight_hr", "m", 0, projection, vectors);
  return {
    quantity,
    rows: projection,
    matrices: [matrix],
    columns: [vector("h", "=")],
    reach: magnitude(matrix.weights),
  };
}

/** @param {Trace} trace @param {Cursor} cursor @param {import("../types.js").Quantity} gate @param {ArrayLike<number> | null} sums @param {number} most
 * @param {(key: string, before?: string) => GateColumn} vector @returns {Parts} */
function gateParts(trace, cursor, gate, sums, most, vector) {
  const units = trace.request.config.hidden_size;
  const firstRow = GATES.indexOf(gate) * units;
  const vectors = vectorsAt(trace, cursor);
  const matrices = [
    matrixOf(trace, cursor, "weight_ih", "x", firstRow, units, vectors),
    matrixOf(trace, cursor, "weight_hh", "h_prev", firstRow, units, vectors),
  ];
  const biases = ["ih", "hh"].flatMap((below) => {
    const found = parameterOf(trace, cursor, `bias_${below}`);
    const values = found?.values.data.subarray(firstRow, firstRow + units);
    return found && values ? [{ found, below, values }] : [];
  });
  const reach =
    Math.max(
      ...matrices.map(({ weights }) => magnitude(weights)),
      ...biases.map(({ values }) => magnitude(values)),
    ) || 1;
  const columns = biases.map(({ found, below, values }) => ({
    key: `b_${below}`,
    letter: "b",
    below,
    before: "+",
    values,
    low: -reach,
    high: reach,
    parameter: found.name,
    firstRow,
  }));
  const sum = {
    key: `z_${gate}`,
    letter: "z",
    below: gate,
    before: "=",
    values: sums ?? [],
    low: -most,
    high: most,
    parameter: null,
    firstRow: 0,
  };
  return {
    quantity: gate,
    rows: units,
    matrices,
    columns: [...columns, sum, vector(gate, gate === "g" ? "tanh" : "\u03c3")],
    reach,
  };
}

/** @param {Trace} trace @param {Cursor} cursor @param {string} kind @param {"x" | "h_prev" | "m"} operand
 * @param {number} firstRow @param {number} rows @param {Record<string, import("../model/cell-vectors.js").Vector>} vectors @returns {Matrix} */
function matrixOf(trace, cursor, kind, operand, firstRow, rows, vectors) {
  const found = parameterOf(trace, cursor, kind);
  const columns = found?.shape[1] ?? 0;
  const { values, low, high } = vectors[operand] ?? { values: [], low: -1, high: 1 };
  const weights =
    found?.values.data.subarray(firstRow * columns, (firstRow + rows) * columns) ??
    new Float32Array(0);
  return {
    name: found?.name ?? kind,
    operand,
    letter: operand === "h_prev" ? "h" : operand,
    below: operand === "h_prev" ? pastIndex(trace, cursor) : NOW,
    firstRow,
    columns,
    weights,
    values,
    low,
    high,
  };
}

const TALLEST = 330;
const SMALLEST = { width: 6, height: 6 };
const LARGEST = { width: 50, height: 24 };
/** A tile at least this large has its number written in it. */
export const READABLE = { width: 34, height: 14 };

/**
 * Where everything stands. Matrices scroll under a window of their own when they do not fit, their operands with them;
 * the columns at the right stay.
 * @typedef {ReturnType<typeof gatePlan>} GatePlan
 * @param {number} width @param {number} rows @param {number[]} columns of each matrix @param {number} extras how many columns beside them
 */
export function gatePlan(width, rows, columns, extras) {
  const narrow = width < 520;
  const gutter = narrow ? 24 : 32;
  const side = narrow ? 38 : 50;
  const gap = narrow ? 14 : 20;
  const count = columns.reduce((sum, length) => sum + length, 0);
  const between = Math.max(0, columns.length - 1) * gap;
  const room = Math.max(60, width - gutter - extras * (side + gap));
  const tile = {
    width: Math.floor(clamp((room - between) / Math.max(1, count), SMALLEST.width, LARGEST.width)),
    height: Math.floor(clamp(TALLEST / rows, SMALLEST.height, LARGEST.height)),
  };
  const content = { width: count * tile.width + (count ? between : 0), height: rows * tile.height };
  const top = columns.length ? 44 : 20;
  const view = {
    x: gutter,
    y: top,
    width: Math.min(content.width, room),
    height: Math.min(content.height, TALLEST),
  };
  let x = 0;
  const matrices = columns.map((length) => {
    const block = { x, width: length * tile.width, columns: length };
    x += block.width + gap;
    return block;
  });
  const from = view.x + view.width + (count ? gap : 0);
  const sides = Array.from({ length: extras }, (_, k) => ({
    x: from + k * (side + gap),
    width: side,
  }));
  const right = sides.at(-1);
  return {
    width,
    height: top + view.height + (columns.length ? 20 : 4),
    rows,
    tile,
    gap,
    view,
    content,
    matrices,
    sides,
    operands: { y: 18, height: 18 },
    end: right ? right.x + right.width : view.x + view.width,
  };
}

/** The tile under a point, if any. @param {GatePlan} plan @param {number} x @param {number} y @param {{x: number, y: number}} scroll
 * @returns {GateTile | null} */
export function tileUnder(plan, x, y, scroll) {
  const { view, operands } = plan;
  const inRows = y >= view.y && y < view.y + view.height;
  const row = inRows ? Math.floor((y - view.y + scroll.y) / plan.tile.height) : -1;
  const inOperands = y >= operands.y && y < operands.y + operands.height + 4;
  if (x >= view.x && x < view.x + view.width && (inRows || inOperands)) {
    const along = x - view.x + scroll.x;
    const index = plan.matrices.findIndex(
      (block) => along >= block.x && along < block.x + block.width,
    );
    const column = Math.floor((along - (plan.matrices[index]?.x ?? 0)) / plan.tile.width);
    return index < 0 ? null : { part: inRows ? "matrix" : "operand", index, row, column };
  }
  const index = plan.sides.findIndex((block) => x >= block.x && x < block.x + block.width);
  return index >= 0 && inRows ? { part: "column", index, row, column: 0 } : null;
}

/** Where a tile stands; outside of the window of its matrix, nowhere.
 * @param {GatePlan} plan @param {GateTile} tile @param {{x: number, y: number}} scroll @returns {import("./panels.js").Rect | null} */
export function rectOf(plan, { part, index, row, column }, scroll) {
  const { view, tile, operands } = plan;
  const y = part === "operand" ? operands.y : view.y + row * tile.height - scroll.y;
  const block = part === "column" ? plan.sides[index] : plan.matrices[index];
  if (
    !block ||
    (part !== "operand" &&
      (y < view.y - tile.height / 2 || y > view.y + view.height - tile.height / 2))
  )
    return null;
  const height = part === "operand" ? operands.height : tile.height;
  if (part === "column") return { x: block.x, y, width: block.width, height };
  const x = view.x + block.x + column * tile.width - scroll.x;
  return x < view.x - 1 || x > view.x + view.width - tile.width / 2
    ? null
    : { x, y, width: tile.width, height };
}

/** Neighbouring tiles, as arrow keys go: along a row through all its parts, up to the operands.
 * @param {GatePlan} plan @param {GateTile} tile @param {string} key @returns {GateTile} */
export function gateNeighbour(plan, tile, key) {
  if (key === "ArrowUp")
    return tile.row > 0
      ? { ...tile, row: tile.row - 1 }
      : tile.part === "matrix"
        ? { ...tile, part: "operand", row: -1 }
        : tile;
  if (key === "ArrowDown")
    return tile.row < plan.rows - 1
      ? { ...tile, part: tile.part === "operand" ? "matrix" : tile.part, row: tile.row + 1 }
      : tile;
  /** @type {GateTile[]} */
  const along = [
    ...plan.matrices.flatMap((block, index) =>
      Array.from({ length: block.columns }, (_, column) => ({
        ...tile,
        part: tile.row < 0 ? /** @type {const} */ ("operand") : /** @type {const} */ ("matrix"),
        index,
        column,
      })),
    ),
    ...(tile.row < 0
      ? []
      : plan.sides.map((_, index) => ({
          ...tile,
          part: /** @type {const} */ ("column"),
          index,
          column: 0,
        }))),
  ];
  const here = along.findIndex(
    ({ part, index, column }) =>
      part === tile.part && index === tile.index && column === tile.column,
  );
  return along[clamp(here + (key === "ArrowRight" ? 1 : -1), 0, along.length - 1)] ?? tile;
}
