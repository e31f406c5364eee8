/** The circuit of a cell as a picture: boxes, wires and operations as the page draws them. */

import { vectorsAt } from "../../../model/cell-vectors.js";
import { stageLabel, stagesOf } from "../../../model/cursor.js";
import { BOX, WIDTH, barsPath, belowOf, circuitPlan } from "../../../figures/circuit.js";
import { pastIndex } from "../../../model/places.js";
import { glance, short } from "../../../base/format.js";
import { INKS } from "../../../base/palette.js";
import { SHEET, hueOf, letterAt, write } from "./look.js";
import { trace as tracePath } from "../../../paint/pen.js";

/** @typedef {import("./look.js").Pen} Pen */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./look.js").State} State */

const GIVEN = ["x", "h_prev", "c_prev"];
const STAGE = 30;
const LEGEND = 26;

/** @param {State} state @param {Look} look @param {number} width @returns {Promise<import("./look.js").Drawing | null>} */
export async function circuitFigure({ trace }, look, width) {
  if (!trace) return null;
  const { hidden_size: units, proj_size: projection } = trace.request.config;
  const plan = circuitPlan(projection > 0, projection > 0 ? projection / units : 1);
  const stages = stagesOf(look.stages, trace.request.config);
  const left = Math.max(0, (width - WIDTH) / 2);

  /** Which stage it is, and how far the cell is. @param {State} now */
  function progress({ cursor, granularity }) {
    const stage = stages[cursor.stage];
    const written = stages.slice(0, cursor.stage + 1).flatMap(({ writes }) => writes);
    /** @param {string} name */
    const stateOf = (name) =>
      stage?.writes.includes(name)
        ? "written"
        : stage?.reads.includes(name)
          ? "read"
          : granularity === "stage" && !GIVEN.includes(name) && !written.includes(name)
            ? "later"
            : "done";
    return {
      stage,
      stateOf,
      isLit: (/** @type {string[]} */ names) => names.includes(stage?.name ?? ""),
    };
  }

  return {
    key: "cell",
    width,
    height: plan.height + STAGE + LEGEND,
    draw(pen, now) {
      const { stage, stateOf, isLit } = progress(now);
      const vectors = vectorsAt(trace, now.cursor);
      const past = pastIndex(trace, now.cursor);
      pen.save();
      pen.translate(left, 0);
      const number = `${now.cursor.stage + 1} / ${stages.length}`;
      const label = stage ? look.t(stageLabel(stage)) : "";
      const wide = write(pen, look, label, 0, 12, {
        size: 12,
        weight: 700,
        colour: INKS[look.theme].accent,
      });
      write(pen, look, number, wide + 8, 12, { size: 11 });
      pen.translate(0, STAGE);
      for (const { d, hue, stages: of } of [...plan.links].sort(
        (a, b) => Number(isLit(a.stages)) - Number(isLit(b.stages)),
      )) {
        pen.strokeStyle = isLit(of) ? hueOf(look.theme, hue) : SHEET[look.theme].frame;
        pen.lineWidth = isLit(of) ? 2 : 1.5;
        tracePath(pen, d);
        pen.stroke();
      }
      for (const operation of plan.operations)
        drawOperation(pen, look, operation, isLit(operation.stages));
      for (const box of plan.boxes) {
        const vector = vectors[box.name];
        if (vector)
          drawBox(
            pen,
            look,
            box,
            belowOf(box, past),
            vector,
            box.name === "x" ? null : now.cursor.unit,
            stateOf(box.name),
          );
      }
      drawLegend(pen, look, vectors, plan.height + LEGEND - 8);
      pen.restore();
    },
  };
}

/** How far the bars reach. @param {Pen} pen @param {Look} look @param {Record<string, import("../../../model/cell-vectors.js").Vector>} vectors @param {number} y */
function drawLegend(pen, look, vectors, y) {
  let x = write(pen, look, look.t("pictures.bars"), 0, y, { size: 10.5 }) + 8;
  /** @type {[string[], string][]} */
  const reaches = [
    [["i", "f", "o"], "0\u20131"],
    ...["x", "g", "c", "h"].map(
      (letter) =>
        /** @type {[string[], string]} */ ([
          [letter],
          `\u00b1${short(vectors[letter]?.high ?? 1, 2)}`,
        ]),
    ),
  ];
  for (const [letters, reach] of reaches) {
    for (const letter of letters)
      x +=
        write(pen, look, letter, x, y, {
          size: 10.5,
          weight: 700,
          colour: hueOf(look.theme, letter),
        }) + 3;
    x += write(pen, look, reach, x, y, { size: 10.5 }) + 9;
  }
}

/** @param {Pen} pen @param {Look} look @param {import("../../../figures/circuit.js").Operation} operation @param {boolean} lit */
function drawOperation(pen, look, { text, x, y }, lit) {
  const wide = text.length > 1 ? 17 : 9;
  const { strong, plane } = SHEET[look.theme];
  pen.beginPath();
  pen.roundRect(x - wide, y - 9, 2 * wide, 18, 9);
  pen.fillStyle = lit ? strong : plane;
  pen.fill();
  pen.strokeStyle = lit ? strong : INKS[look.theme].muted;
  pen.lineWidth = 1;
  pen.stroke();
  write(pen, look, text, x, y + 4, {
    colour: lit ? plane : INKS[look.theme].muted,
    align: "center",
  });
}

/** @param {Pen} pen @param {Look} look @param {import("../../../figures/circuit.js").Box} box @param {string} below its letter @param {import("../../../model/cell-vectors.js").Vector} vector
 * @param {number | null} unit @param {string} how it is at this stage */
function drawBox(
  pen,
  look,
  { letter, x, y, width, filled },
  below,
  { values, low, high },
  unit,
  how,
) {
  const { strong, plane, frame } = SHEET[look.theme];
  const hue = hueOf(look.theme, letter);
  const area = {
    x: x + 2,
    y: y + BOX.label + 2,
    width: filled - 4,
    height: BOX.height - BOX.label - 5,
  };
  const faint = how === "later" ? 0.28 : 1;
  pen.save();
  pen.globalAlpha = faint;
  pen.beginPath();
  pen.roundRect(x, y, width, BOX.height, 4);
  pen.fillStyle = plane;
  pen.fill();
  if (how === "written") {
    pen.globalAlpha = 0.09;
    pen.fillStyle = hue;
    pen.fill();
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = how === "written" || how === "read" ? hue : frame;
  pen.lineWidth = how === "written" ? 2 : 1;
  pen.stroke();
  pen.fillStyle = INKS[look.theme].faint;
  if (filled < width)
    pen.fillRect(x + filled, y + BOX.label, width - filled - 1.5, BOX.height - BOX.label - 1.5);
  pen.strokeStyle = frame;
  pen.lineWidth = 1;
  tracePath(pen, `M${area.x} ${area.y + (high / (high - low)) * area.height}h${area.width}`);
  pen.stroke();
  pen.fillStyle = hue;
  for (const [only, alpha] of /** @type {[number | null, number][]} */ ([
    [null, 0.42],
    [unit, 1],
  ])) {
    if (alpha === 1 && (only === null || only >= values.length)) continue;
    pen.globalAlpha = alpha * faint;
    tracePath(pen, barsPath(values, area, low, high, only));
    pen.fill();
  }
  pen.globalAlpha = faint;
  letterAt(pen, look, letter, below, x + 3, y + 11.5);
  const reading = unit === null || unit >= values.length ? "" : glance(values[unit] ?? NaN);
  write(pen, look, reading, x + width - 2.5, y + 11.5, {
    size: reading.length > 5 ? 8 : 9.5,
    colour: strong,
    align: "right",
  });
  pen.restore();
}
