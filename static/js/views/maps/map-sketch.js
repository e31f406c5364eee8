/** The maps at once, in one canvas over the plot, for as long as Plotly is still loading or at work. */

import { QUANTITIES } from "../../model/cursor.js";
import { isSigned } from "../../figures/map-scales.js";
import { mapPixels } from "../../figures/map-sketch.js";
import { DIVERGING, INKS, SEQUENTIAL, channels, lookup, packed } from "../../base/palette.js";

/** @param {HTMLCanvasElement} canvas */
export function createMapSketch(canvas) {
  const context = canvas.getContext("2d");

  return {
    /** @param {Pick<import("../../server/map-source.js").Sources, "grids" | "sight">} picture @param {import("../../figures/map-scales.js").Scales} scales
     * @param {{rects: import("../../figures/panels.js").Rect[], width: number, height: number}} grid @param {import("../../types.js").Theme} theme */
    draw({ grids, sight }, scales, { rects, width, height }, theme) {
      if (!context) return;
      Object.assign(canvas, { width, height });
      const empty = packed(channels(INKS[theme].faint));
      const tables = { signed: lookup(DIVERGING[theme]), share: lookup(SEQUENTIAL[theme]) };
      QUANTITIES.forEach((quantity, k) => {
        const rect = rects[k];
        if (!rect) return;
        const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
        const size = {
          width: Math.round(rect.x + rect.width) - left,
          height: Math.round(rect.y + rect.height) - top,
        };
        const table = isSigned(quantity) ? tables.signed : tables.share;
        const pixels = mapPixels(
          grids[quantity],
          sight,
          { range: scales[quantity], table, empty },
          size,
        );
        context.putImageData(
          new ImageData(
            new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)),
            size.width,
            size.height,
          ),
          left,
          top,
        );
      });
    },
  };
}
