/**
 * Rows of annotations below the strip: numbers as a small line, texts where they have room. What kind a row is can be seen
 * without its colour: a target is a line with rings, a prediction is dashed with crosses, a label goes in steps; the texts
 * of a prediction are italic.
 *
 * @typedef {import("../figures/strip.js").Plan} Plan
 * @typedef {import("../model/notes.js").SampleRow} SampleRow
 * @typedef {CanvasRenderingContext2D} Canvas2D
 * @typedef {{x: number, y: number}} Position
 */
import { tileX } from "../figures/strip.js";
import { rangeOf, noteScales } from "../model/notes.js";
import { HUES, INKS } from "../base/palette.js";

/** Pixels of a timestep from which on each number has a mark. */
const MARKED = 9;
const PAD = 4;

/** @param {Canvas2D} context @param {Plan} plan @param {SampleRow[]} rows @param {import("../types.js").Theme} theme */
export function paintRows(context, plan, rows, theme) {
  const scales = noteScales(rows);
  rows.forEach((row, k) => {
    const place = plan.notes.find(({ name }) => name === `row${k}`);
    if (!place) return;
    if (row.numeric)
      paintLine(
        context,
        plan,
        place,
        row,
        rangeOf(scales.find((scale) => scale.includes(row)) ?? [row]),
        theme,
      );
    else paintTexts(context, plan, place, row, theme);
  });
}

/** @param {SampleRow["kind"]} kind @param {import("../types.js").Theme} theme */
const colourOf = (kind, theme) =>
  kind === "target" ? INKS[theme].text : kind === "prediction" ? INKS[theme].accent : HUES[theme].x;

/** @param {Canvas2D} context @param {Plan} plan @param {{y: number, height: number}} place @param {SampleRow} row @param {[number, number]} range @param {import("../types.js").Theme} theme */
function paintLine(context, plan, { y, height }, { kind, values }, [low, high], theme) {
  const colour = colourOf(kind, theme);
  context.save();
  context.fillStyle = INKS[theme].faint;
  context.fillRect(plan.left, y, plan.pitch * (plan.stop - plan.start), height);
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.setLineDash(kind === "prediction" ? [4, 3] : []);
  context.beginPath();
  /** @type {Position[]} */
  const points = [];
  let before = null;
  for (let t = plan.start; t < plan.stop; t += 1) {
    const value = values[t];
    if (typeof value !== "number") {
      before = null;
      continue;
    }
    const point = {
      x: tileX(plan, t) + plan.tile / 2,
      y: y + PAD + (1 - (value - low) / (high - low)) * (height - 2 * PAD),
    };
    if (before === null) context.moveTo(point.x, point.y);
    else {
      if (kind === "label") context.lineTo(point.x, before.y);
      context.lineTo(point.x, point.y);
    }
    before = point;
    points.push(point);
  }
  context.stroke();
  context.setLineDash([]);
  if (plan.pitch >= MARKED || points.length < 3)
    for (const point of points) mark(context, point, kind, theme);
  context.restore();
}

/** @param {Canvas2D} context @param {Position} point @param {SampleRow["kind"]} kind @param {import("../types.js").Theme} theme */
function mark(context, { x, y }, kind, theme) {
  context.beginPath();
  if (kind === "prediction") {
    context.moveTo(x - 2.5, y - 2.5);
    context.lineTo(x + 2.5, y + 2.5);
    context.moveTo(x - 2.5, y + 2.5);
    context.lineTo(x + 2.5, y - 2.5);
  } else {
    context.arc(x, y, kind === "target" ? 2.5 : 1.5, 0, 2 * Math.PI);
    context.fillStyle = kind === "target" ? INKS[theme].faint : colourOf(kind, theme);
    context.fill();
  }
  context.stroke();
}

/** Each text where it begins, as far as it has room.
 * @param {Canvas2D} context @param {Plan} plan @param {{y: number, height: number}} place @param {SampleRow} row @param {import("../types.js").Theme} theme */
function paintTexts(context, plan, { y, height }, { kind, values }, theme) {
  context.save();
  const family = context.font.replace(/^.*?px /, "");
  context.font = `${kind === "prediction" ? "italic " : ""}10.5px ${family}`;
  context.fillStyle = colourOf(kind, theme);
  context.textAlign = "left";
  let free = -Infinity;
  let before = "";
  for (let t = plan.start; t < plan.stop; t += 1) {
    const text = String(values[t] ?? "");
    const x = tileX(plan, t);
    const width = context.measureText(text).width;
    const centre = x + Math.max(0, (plan.tile - width) / 2);
    if (text && text !== before && centre >= free && centre + width <= plan.width) {
      context.fillText(text, centre, y + height - 4);
      free = centre + width + 5;
      before = text;
    } else if (!text) before = "";
  }
  context.restore();
}
