/** The ranked products behind a number as a picture: what each is of, its bar, and their sum. */

import * as api from "../../../server/api.js";
import { focusOf, stagesOf } from "../../../model/cursor.js";
import { isAbout } from "../../../model/explanation.js";
import { short } from "../../../base/format.js";
import { INKS, SIGNS } from "../../../base/palette.js";
import { pastIndex } from "../../../model/places.js";
import { termsOf } from "../../../model/products.js";
import { hueOf, letterAt, write } from "./look.js";

const ROW = 22;
const SHOWN = 12;

/** @param {import("./look.js").State} state */
async function explained({ trace, cursor, explanation }) {
  if (!trace || isAbout(explanation, cursor)) return explanation;
  return api.fetchExplanation(trace.id, cursor, new AbortController().signal);
}

/** @param {import("./look.js").State} state @param {import("./look.js").Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function productsPicture(state, look, width) {
  const { trace, cursor } = state;
  if (!trace) return null;
  const { config } = trace.request;
  const stage = stagesOf(look.stages, config)[cursor.stage]?.name ?? "";
  if (stage === "projection" && cursor.unit >= config.proj_size) return null;
  const opened = await explained(state);
  if (!opened) return null;
  const focus = focusOf(cursor);
  const terms = termsOf(opened, focus, stage, config.bias, pastIndex(trace, cursor));
  const shown = terms.slice(0, SHOWN);
  const rest = terms.slice(SHOWN);
  const reach = Math.abs(terms[0]?.product ?? 0) || 1;
  const sum = focus === "c" || focus === "h" ? null : opened.gates[focus].pre_activation;
  const lines = shown.length + (rest.length ? 1 : 0) + (sum === null ? 0 : 1);
  const bar = { x: width * 0.52, width: width * 0.28 };

  return {
    key: "products",
    width,
    height: lines * ROW + 6,
    draw(pen) {
      const ink = INKS[look.theme];
      pen.fillStyle = ink.line;
      pen.fillRect(bar.x + bar.width / 2 - 0.5, 0, 1, shown.length * ROW);
      shown.forEach((term, k) => {
        const y = k * ROW + 14;
        letterAt(pen, look, term.name, term.index, 0, y, { colour: hueOf(look.theme, term.hue) });
        let x = 78 + write(pen, look, short(term.left), 78, y, { size: 12, colour: ink.text });
        if (term.right !== null) {
          x += write(pen, look, " \u00b7 ", x, y, { size: 12 });
          write(pen, look, short(term.right), x, y, {
            size: 12,
            colour: hueOf(look.theme, term.hue),
          });
        }
        const length = (Math.abs(term.product) / reach) * (bar.width / 2) || 0;
        pen.fillStyle = term.product < 0 ? SIGNS.negative : SIGNS.positive;
        pen.fillRect(bar.x + bar.width / 2 - (term.product < 0 ? length : 0), y - 9, length, 10);
        write(pen, look, short(term.product), width, y, {
          size: 12,
          colour: ink.text,
          align: "right",
        });
      });
      let y = shown.length * ROW + 14;
      if (rest.length) {
        write(pen, look, look.t("products.rest", { count: rest.length }), 0, y, { size: 12 });
        write(pen, look, short(rest.reduce((total, { product }) => total + product, 0)), width, y, {
          size: 12,
          colour: ink.text,
          align: "right",
        });
        y += ROW;
      }
      if (sum === null) return;
      pen.fillStyle = ink.line;
      pen.fillRect(0, y - 15, width, 1);
      letterAt(pen, look, "z", focus, 0, y, { colour: ink.text });
      write(pen, look, short(sum), width, y, {
        size: 12,
        weight: 700,
        colour: ink.text,
        align: "right",
      });
    },
  };
}
