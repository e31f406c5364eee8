/** The six maps as a picture: Plotly's drawing of each cell that the cursor comes to, and what floats above it. */

import * as api from "../../../server/api.js";
import { QUANTITIES } from "../../../model/cursor.js";
import { scalesOf } from "../../../figures/map-scales.js";
import { mapGrid, mapsFigure } from "../../../figures/maps.js";
import { short } from "../../../base/format.js";
import { createMapSource } from "../../../server/map-source.js";
import { spanOrAll } from "../../../model/map-view.js";
import { INKS } from "../../../base/palette.js";
import { svgOf } from "../../../paint/plot.js";
import { cellOf, tokensOf } from "../../../state/state.js";
import { vectorAt } from "../../../base/tensor.js";
import { tileRect } from "../../../paint/overlays.js";
import { fitted, hueOf, scalesAt, scalesHeight, write } from "./look.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./look.js").State} State */
/** @typedef {import("./look.js").Pen} Pen */

/** The numbers of the maps, waited for. @param {State & {trace: import("../../../types.js").Trace}} state @param {{width: number, height: number}} pixels */
async function sourcesOf(state, pixels) {
  /** @type {() => void} */
  let heard = () => undefined;
  const source = createMapSource(api, () => heard());
  for (;;) {
    const news = new Promise((resolve) => {
      heard = () => resolve(undefined);
    });
    const { found, busy } = source.read(state, pixels);
    if (!busy) return found;
    await news;
  }
}

/** @param {State} state @param {Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function mapsPicture(state, look, width) {
  const { trace, maps } = state;
  if (!trace) return null;
  const { rects, height } = mapGrid(width, trace.request.config.hidden_size);
  const found = await sourcesOf({ ...state, trace }, rects[0] ?? { width, height });
  if (!found) return null;
  const { grids, arrangement, reach, sight } = found;
  const scales = scalesOf(maps.colours, reach, grids, sight);
  const zoomed = {
    time: spanOrAll(sight.time, trace.seqLen) !== null,
    rows: spanOrAll(sight.rows, arrangement.units.length) !== null,
  };
  const figure = mapsFigure(
    { grids, scales, units: arrangement.units, sight, zoomed },
    { width, theme: look.theme, tokens: tokensOf(state) },
  );
  const { layout } = figure;
  layout.font = { .../** @type {object} */ (layout.font), family: look.font };
  // Plotly's dark ink is a grey that the tiles leave too faint.
  const drawn = (await svgOf({ data: figure.data, layout })).replaceAll(
    "rgb(68, 68, 68)",
    "#10141a",
  );
  const range = /** @type {import("../../../paint/overlays.js").OverlayRange} */ ({
    x: [sight.time[0] - 0.5, sight.time[1] - 0.5],
    y: [sight.rows[1] - 0.5, sight.rows[0] - 0.5],
  });

  return {
    key: "maps",
    width,
    height: height + 10 + scalesHeight(width, scales),
    draw(pen, { cursor }) {
      pen.nest(drawn, 0, 0, width, height);
      const cell = cellOf(trace, cursor);
      rects.forEach((rect, k) => {
        const quantity = QUANTITIES[k] ?? "h";
        const value = vectorAt(cell[quantity], cursor.timestep, cursor.sample)[cursor.unit];
        const y = rect.y - 8;
        const wide = write(pen, look, quantity, rect.x + 2, y, {
          size: 14,
          weight: 700,
          colour: hueOf(look.theme, quantity),
        });
        const reading = write(pen, look, short(value), rect.x + rect.width, y, {
          size: 12,
          colour: INKS[look.theme].text,
          align: "right",
        });
        const name = fitted(pen, look.t(`name.${quantity}`), rect.width - wide - reading - 20);
        write(pen, look, name, rect.x + wide + 9, y, { size: 12 });
        drawCursor(pen, look, rect, range, {
          timestep: cursor.timestep,
          row: arrangement.rows[cursor.unit] ?? cursor.unit,
          has: cursor.unit < (cell[quantity].shape[2] ?? 0),
        });
      });
      scalesAt(pen, look, height + 10, width, scales);
    },
  };
}

/** The column of the timestep and the row of the unit. @param {Pen} pen @param {Look} look @param {import("../../../figures/panels.js").Rect} rect
 * @param {import("../../../paint/overlays.js").OverlayRange} range @param {{timestep: number, row: number, has: boolean}} place */
function drawCursor(pen, look, rect, range, { timestep, row, has }) {
  pen.save();
  pen.beginPath();
  pen.rect(rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2);
  pen.clip();
  pen.strokeStyle = INKS[look.theme].accent;
  pen.lineWidth = 1.5;
  const column = tileRect(rect, range, { timestep, row: null });
  pen.strokeRect(rect.x + column.x, rect.y - 2, Math.max(column.width, 2), rect.height + 4);
  const across = tileRect(rect, range, { timestep, row });
  pen.lineWidth = 1;
  pen.setLineDash([3, 2]);
  if (has)
    pen.strokeRect(rect.x - 2, rect.y + across.y, rect.width + 4, Math.max(across.height, 2));
  pen.setLineDash([]);
  pen.restore();
}
