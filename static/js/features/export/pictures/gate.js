/** The gate level as a picture: the whole matrix, however much of it the page has in sight. */

import * as api from "../../../server/api.js";
import { focusOf } from "../../../model/cursor.js";
import { isGate, gatePlan, partsOf } from "../../../figures/gate.js";
import { short } from "../../../base/format.js";
import { INKS } from "../../../base/palette.js";
import { spanOf, sumsAt } from "../../../model/pre-activations.js";
import { paintGate } from "../../../paint/gate-paint.js";
import { hueOf, scaleAt, write } from "./look.js";

/** Tiles beyond which a picture of each would be too large to open. */
const MAX_TILES = 40_000;
const LEAST = 420;

/** The pre-activations at the cursor, which the page has only where it shows a gate. @param {import("./look.js").State} state */
async function sumsOf({ trace, cursor, sums }) {
  const quantity = focusOf(cursor);
  if (!trace || !isGate(quantity)) return null;
  return (
    sumsAt(sums, trace, cursor, quantity) ??
    sumsAt(
      await api.fetchSums(
        trace.id,
        cursor,
        spanOf(trace, cursor.timestep),
        new AbortController().signal,
      ),
      trace,
      cursor,
      quantity,
    )
  );
}

/** @param {import("./look.js").State} state @param {import("./look.js").Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function gateFigure(state, look, width) {
  const { trace, cursor } = state;
  if (!trace) return null;
  const sums = await sumsOf(state);
  const parts = partsOf(trace, cursor, sums?.values ?? null, sums?.most ?? 1);
  const columns = parts.matrices.map((matrix) => matrix.columns);
  if (parts.rows * columns.reduce((sum, count) => sum + count, 0) > MAX_TILES) return null;
  const narrow = gatePlan(width, parts.rows, columns, parts.columns.length);
  // Where the page would scroll, the picture is as large as it must be.
  const wide =
    narrow.content.width > narrow.view.width
      ? width + narrow.content.width - narrow.view.width
      : width;
  const plan = unrolled(gatePlan(wide, parts.rows, columns, parts.columns.length));
  const biased = parts.columns.some(({ parameter }) => parameter !== null);

  return {
    key: "gate",
    width: Math.max(LEAST, plan.end + 8),
    height: plan.height + 56,
    draw(pen) {
      paintGate(pen, plan, parts, { x: 0, y: 0 }, look.theme, 1);
      const top = plan.view.y + cursor.unit * plan.tile.height;
      pen.strokeStyle = INKS[look.theme].accent;
      pen.lineWidth = 2;
      if (cursor.unit < plan.rows)
        pen.strokeRect(plan.view.x - 1, top - 1, plan.end - plan.view.x + 2, plan.tile.height + 1);
      let x = plan.view.x;
      const y = plan.height + 18;
      if (parts.matrices.length) {
        x +=
          write(pen, look, look.t(biased ? "gate.scale.biased" : "gate.scale.weights"), x, y + 8) +
          8;
        x +=
          scaleAt(pen, look, x, y, {
            letters: [],
            low: -parts.reach,
            high: parts.reach,
            signed: true,
          }) + 24;
      }
      for (const { letter, high } of parts.matrices)
        x +=
          write(pen, look, `${letter} \u00b1${short(high, 2)}`, x, y + 8, {
            colour: hueOf(look.theme, letter),
          }) + 18;
    },
  };
}

/** The same plan with all of its rows in sight. @param {import("../../../figures/gate.js").GatePlan} plan @returns {import("../../../figures/gate.js").GatePlan} */
function unrolled(plan) {
  const more = plan.content.height - plan.view.height;
  return {
    ...plan,
    height: plan.height + more,
    view: { ...plan.view, height: plan.content.height },
  };
}
