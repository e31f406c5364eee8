/**
 * A map as pixels, without Plotly: what is seen of it until Plotly, which takes longer, has drawn the same with its axes.
 *
 * @typedef {import("./map-grid.js").Grid} Grid
 * @typedef {import("../model/map-view.js").Span} Span
 */
import { partAt } from "./map-grid.js";

/** For each pixel along an axis, the part that it is in. @param {ArrayLike<number>} edges @param {Span} span in sight @param {number} pixels */
function partsAlong(edges, [start, stop], pixels) {
  const first = edges[0] ?? 0;
  const last = edges[edges.length - 1] ?? 0;
  return Int32Array.from({ length: pixels }, (_, pixel) => {
    const place = start + ((pixel + 0.5) / pixels) * (stop - start);
    return place < first || place >= last ? -1 : partAt(edges, place);
  });
}

/**
 * @param {Grid} grid @param {{time: Span, rows: Span}} sight
 * @param {{range: readonly [number, number], table: Uint32Array, empty: number}} colours packed: 256 of them, from the low end of
 *   the range to the high one, and that of a place without a number
 * @param {{width: number, height: number}} size in pixels
 * @returns {Uint32Array} packed colours, row by row from the top
 */
export function mapPixels(
  { times, rows, z },
  sight,
  { range: [low, high], table, empty },
  { width, height },
) {
  const columns = partsAlong(times, sight.time, width);
  const bands = partsAlong(rows, sight.rows, height);
  const pixels = new Uint32Array(width * height).fill(empty);
  const scale = 255 / (high - low);
  for (let y = 0; y < height; y += 1) {
    if (y && bands[y] === bands[y - 1]) {
      pixels.copyWithin(y * width, (y - 1) * width, y * width);
      continue;
    }
    const values = z[/** @type {number} */ (bands[y])];
    if (!values) continue;
    for (let x = 0; x < width; x += 1) {
      const value = values[/** @type {number} */ (columns[x])];
      if (value === undefined || Number.isNaN(value)) continue;
      pixels[y * width + x] = /** @type {number} */ (
        table[Math.max(0, Math.min(255, Math.round((value - low) * scale)))]
      );
    }
  }
  return pixels;
}
