/** The curves of a unit as a picture: Plotly's drawing, the cursor and its readings. */

import { QUANTITIES } from "../../../model/cursor.js";
import { GROUPS, curveGrid, curvesFigure } from "../../../figures/curves.js";
import { axisSuffix } from "../../../figures/panels.js";
import { short } from "../../../base/format.js";
import { INKS } from "../../../base/palette.js";
import { svgOf } from "../../../paint/plot.js";
import { cellOf, tokensOf } from "../../../state/state.js";
import { vectorAt } from "../../../base/tensor.js";
import { hueOf, write } from "./look.js";

const READINGS = 24;

/** @param {import("./look.js").State} state @param {import("./look.js").Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function curvesPicture(state, look, width) {
  const {
    trace,
    cursor: { layer, direction, unit, sample },
  } = state;
  if (!trace) return null;
  const cell = cellOf(trace, { layer, direction });
  const { rects, height } = curveGrid(width);
  const pins = state.pins.filter(
    (pin) =>
      QUANTITIES.some((quantity) => quantity === pin.quantity) &&
      pin.layer === layer &&
      pin.direction === direction &&
      pin.sample === sample,
  );
  const { data, layout } = curvesFigure(trace, cell, {
    unit,
    sample,
    width,
    theme: look.theme,
    tokens: tokensOf(state),
    pins,
  });
  layout.font = { ...layout.font, family: look.font };
  const drawn = await svgOf({ data, layout });

  return {
    key: "curves",
    width,
    height: READINGS + height,
    draw(pen, { cursor }) {
      let x = rects[0]?.x ?? 0;
      for (const quantity of QUANTITIES) {
        const value = vectorAt(cell[quantity], cursor.timestep, sample)[unit];
        x +=
          write(pen, look, quantity, x, 11, {
            size: 12,
            weight: 700,
            colour: hueOf(look.theme, quantity),
          }) + 6;
        write(pen, look, short(value), x, 11, { size: 12, colour: INKS[look.theme].text });
        x += 68;
      }
      pen.nest(drawn, 0, READINGS, width, height);
      GROUPS.forEach((_, k) => {
        const rect = rects[k];
        const range = layout[`xaxis${axisSuffix(k)}`].range;
        if (!rect) return;
        pen.fillStyle = INKS[look.theme].accent;
        pen.fillRect(
          rect.x + ((cursor.timestep - range[0]) / (range[1] - range[0])) * rect.width - 0.75,
          READINGS + rect.y,
          1.5,
          rect.height,
        );
      });
    },
  };
}
