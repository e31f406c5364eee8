/** Where a cell stands in a trace. */

/** The cell that the cursor stands in. @param {import("../types.js").Trace} trace
 * @param {Pick<import("../types.js").Cursor, "layer" | "direction">} cursor @returns {import("../types.js").Cell} */
export function cellOf(trace, { layer, direction }) {
  const cell = trace.cells[layer * trace.directions.length + trace.directions.indexOf(direction)];
  if (!cell) throw new RangeError(`no cell of layer ${layer}, ${direction}`);
  return cell;
}
