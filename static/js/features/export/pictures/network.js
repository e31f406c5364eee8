/** The network strip as a picture: its rows named at the left, its tiles, its notes, and the scale of its colours. */

import { askedOf } from "../../../state/answers.js";
import { answeredSpan, stripPlan, tileX } from "../../../figures/strip.js";
import { rowsOf, shortName, timesOf, titleOf } from "../../../model/notes.js";
import { INKS } from "../../../base/palette.js";
import { tokensOf } from "../../../state/state.js";
import { largestMagnitude } from "../../../base/tensor.js";
import { clockIn, drawMarks, endOf, notedOf, notesOf } from "../../../paint/network-marks.js";
import {
  copyTiles,
  drawFrame,
  paintTiles,
  showsUnits,
  labelled,
} from "../../../paint/network-paint.js";
import { LATER, drawNotes } from "../../../paint/notes-paint.js";
import { scaleAt, write } from "./look.js";

/** @typedef {import("./look.js").Pen} Pen */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../../../figures/strip.js").Plan} Plan */

const NAMES = 118;
/** Pixels of a bitmap to one of the picture: tiles stay sharp when it is enlarged. */
const RATIO = 3;

/** @param {import("./look.js").State} state @param {Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function networkFigure(state, look, width) {
  const {
    trace,
    cursor: { sample },
  } = state;
  if (!trace) return null;
  const asked = askedOf(state);
  const plan = stripPlan(trace, width - NAMES, notedOf(trace, asked, sample));
  const tiles = paintTiles(trace, plan, sample, look.theme, RATIO);
  const notes = plan.notes.length ? notesOf(trace, asked, sample) : null;
  const tokens = tokensOf(state);
  const [reach, inputs] = [
    largestMagnitude(
      trace.cells.map((cell) => cell.h),
      sample,
    ) || 1,
    largestMagnitude([trace.input], sample) || 1,
  ];

  return {
    key: "network",
    width,
    height: plan.height + 44,
    draw(pen, now) {
      const { end, spanOf } = clockIn(now, trace);
      nameRows(pen, look, now, plan, tokens);
      pen.save();
      pen.translate(NAMES, 0);
      drawFrame(pen, trace, plan, endOf(trace, sample), look.theme, tokens);
      copyTiles(pen, tiles, plan, RATIO, end, spanOf);
      if (notes) spread(pen, plan, notes, answeredSpan(plan, spanOf), look.theme);
      drawMarks(pen, { ...now, hover: null, theme: look.theme }, plan);
      pen.restore();
      const units = showsUnits(trace, plan);
      const x =
        NAMES +
        scaleAt(pen, look, NAMES, plan.height + 18, {
          letters: [units ? "h" : "|h|"],
          low: units ? -reach : 0,
          high: reach,
          signed: units,
        }) +
        28;
      scaleAt(pen, look, x, plan.height + 18, {
        letters: ["x"],
        low: -inputs,
        high: inputs,
        signed: true,
      });
    },
  };
}

/** Notes that the clock has not reached are faint, targets never. @param {Pen} pen @param {Plan} plan @param {import("../../../paint/notes-paint.js").AnswerNotes} notes
 * @param {[number, number]} span that is answered @param {import("../../../types.js").Theme} theme */
function spread(pen, plan, notes, [start, stop], theme) {
  const answers = plan.notes.find(({ name }) => name === "answers");
  const top = answers ? answers.y - 1 : plan.height;
  const targets = { x: 0, width: plan.width, y: plan.labels + 2, bottom: top };
  const parts = [
    { ...targets, alpha: 1 },
    ...[
      [plan.start, start, LATER],
      [start, stop, 1],
      [Math.max(start, stop), plan.stop, LATER],
    ].map(([from = 0, to = 0, alpha = 1]) => ({
      x: tileX(plan, from),
      width: (to - from) * plan.pitch,
      y: top,
      bottom: plan.height + 2,
      alpha,
    })),
  ];
  for (const { x, width, y, bottom, alpha } of parts) {
    if (width <= 0 || bottom <= y) continue;
    pen.save();
    pen.beginPath();
    pen.rect(x - 1, y, width + 1, bottom - y);
    pen.clip();
    pen.globalAlpha = alpha;
    drawNotes(pen, plan, notes, theme);
    pen.restore();
  }
}

/** @param {Pen} pen @param {Look} look @param {import("./look.js").State} state @param {Plan} plan @param {string[] | null} tokens */
function nameRows(pen, look, { trace, cursor, showReturns }, plan, tokens) {
  if (!trace) return;
  const ink = INKS[look.theme];
  const { t } = look;
  const right = NAMES - 10;
  const beside = (/** @type {string} */ text, /** @type {number} */ y) =>
    write(pen, look, text, right, y, { align: "right" });
  const size = trace.cells[0]?.h.shape[2] ?? 0;
  const both = trace.directions.length === 2;
  for (const { layer, y } of plan.joins) {
    const top = layer === trace.request.config.num_layers - 1;
    beside(
      top
        ? t("network.output")
        : t(both ? "network.concat" : "network.passes", { size: size * trace.directions.length }),
      y + 6,
    );
  }
  plan.rows.forEach(({ layer, direction, y, height }) => {
    const here = layer === cursor.layer && direction === cursor.direction;
    const row = layer * trace.directions.length + trace.directions.indexOf(direction);
    const name = `${t("layer.name", { layer })} ${direction === "forward" ? "\u2192" : "\u2190"}`;
    write(pen, look, name, right, y + height / 2 + (showReturns && height > 24 ? -2 : 4), {
      size: 12,
      weight: here ? 700 : 400,
      colour: here ? ink.accent : ink.text,
      align: "right",
    });
    if (showReturns && height > 24)
      write(pen, look, `h_n[${row}]  c_n[${row}]`, right, y + height / 2 + 11, {
        size: 9.5,
        align: "right",
      });
  });
  beside(`x ${trace.input.shape[2]}`, plan.input.y + 11);
  if (plan.notes.length)
    beside(
      tokens && labelled(pen, plan, tokens).length
        ? t(timesOf(trace, cursor.sample) ? "notes.time" : "answers.token")
        : "t",
      plan.labels,
    );
  const annotated = rowsOf(trace, cursor.sample);
  for (const { name, y, height } of plan.notes) {
    const row = name.startsWith("row") ? annotated[Number(name.slice(3))] : undefined;
    const label = row
      ? shortName(titleOf(row, t), 18)
      : t(name === "targets" ? "answers.target" : "answers.answer");
    beside(label, y + height / 2 + 4);
  }
}
