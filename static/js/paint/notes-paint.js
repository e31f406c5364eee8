/**
 * The rows below the strip: what should be answered at each timestep, and what is. Text while it has room, every k-th else;
 * numbers as tiles, too; right and wrong as a tick and a cross.
 *
 * @typedef {import("../types.js").Theme} Theme
 * @typedef {import("../figures/strip.js").Plan} Plan
 * @typedef {CanvasRenderingContext2D} Canvas2D
 * @typedef {{targets: string[] | null, answers: (import("../state/answers.js").Answer | null)[] | null, numbers: boolean, rows?: import("../model/notes.js").SampleRow[]}} AnswerNotes
 *   answers: of the timesteps of the plan. rows: annotations of the input
 */
import { numberOf } from "../state/answers.js";
import { tileX } from "../figures/strip.js";
import { DIVERGING, INKS, colourAt } from "../base/palette.js";
import { paintRows } from "./annotation-paint.js";
import { copier, sheet } from "./network-paint.js";

/** Pixels below which a tick and a cross look the same. */
const LEAST = 4;

/** An answer that the clock has not reached yet can be read, too. */
export const LATER = 0.45;

/** All notes of one sample, as if everything were computed. @param {Plan} plan @param {AnswerNotes} notes @param {Theme} theme @param {number} ratio */
export function paintNotes(plan, notes, theme, ratio) {
  const { bitmap, context } = sheet(plan.width, plan.height, ratio);
  drawNotes(context, plan, notes, theme);
  return bitmap;
}

/** The same on any context. @param {Canvas2D} context @param {Plan} plan @param {AnswerNotes} notes @param {Theme} theme */
export function drawNotes(context, plan, { targets, answers, numbers, rows = [] }, theme) {
  const timesteps = Array.from({ length: plan.stop - plan.start }, (_, k) => plan.start + k);
  const answered = timesteps.map((_, k) => answers?.[k]?.text ?? "");
  const wanted = timesteps.map((t) => targets?.[t] ?? "");
  const ofAnswers = timesteps.map((_, k) => answers?.[k]?.values[0] ?? NaN);
  const ofTargets = wanted.map(numberOf);
  const reach =
    [...ofAnswers, ...ofTargets].reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0) ||
    1;
  context.font = `10.5px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  paintRows(context, plan, rows, theme);
  const step = stepOf(context, [...answered, ...wanted], plan.pitch);
  for (const note of plan.notes.filter(({ name }) => name === "targets" || name === "answers")) {
    const [texts, values] = note.name === "targets" ? [wanted, ofTargets] : [answered, ofAnswers];
    texts.forEach((text, k) => {
      const t = plan.start + k;
      const ink = numbers
        ? tile(context, plan, note, t, values[k] ?? NaN, reach, theme)
        : INKS[theme].text;
      if (numbers ? step === 1 : t % step === 0)
        write(context, plan, text, t, note.y + note.height - (numbers ? 3.5 : 4), ink);
    });
  }
  answers?.forEach((answer, k) => {
    if (answer && answer.right !== null && plan.pitch >= LEAST)
      mark(context, plan, plan.start + k, answer.right, theme);
  });
}

/** Copy the notes: targets, and the answers that the clock has passed, in full, the others faint.
 * @param {Canvas2D} context @param {HTMLCanvasElement} notes @param {Plan} plan @param {number} ratio @param {[number, number]} span of answers */
export function copyNotes(context, notes, plan, ratio, [start, stop]) {
  const copy = copier(context, notes, plan, ratio);
  for (const { name, y, height } of plan.notes) {
    if (name !== "answers") copy(y, height, plan.start, plan.stop, 1);
    else {
      copy(y, plan.height - y, plan.start, start, LATER);
      copy(y, plan.height - y, start, stop, 1);
      copy(y, plan.height - y, Math.max(start, stop), plan.stop, LATER);
    }
  }
}

/** Every how many-th text has room. @param {Canvas2D} context @param {string[]} texts @param {number} pitch */
function stepOf(context, texts, pitch) {
  const widest = [...new Set(texts)].reduce(
    (most, text) => Math.max(most, context.measureText(text).width),
    0,
  );
  return Math.max(1, Math.ceil((widest + (texts.some((text) => text.length > 1) ? 4 : 2)) / pitch));
}

/** @param {Canvas2D} context @param {Plan} plan @param {string} text @param {number} t @param {number} y @param {string} colour */
function write(context, plan, text, t, y, colour) {
  context.fillStyle = colour;
  context.fillText(text, tileX(plan, t) + plan.tile / 2, y);
}

/** A number as a tile, and the ink that can be read on it.
 * @param {Canvas2D} context @param {Plan} plan @param {{y: number, height: number}} note @param {number} t @param {number} value @param {number} reach @param {Theme} theme */
function tile(context, plan, { y, height }, t, value, reach, theme) {
  if (Number.isNaN(value)) return INKS[theme].muted;
  const [red, green, blue] = colourAt(DIVERGING[theme], (value / reach + 1) / 2);
  context.fillStyle = `rgb(${red} ${green} ${blue})`;
  context.fillRect(tileX(plan, t), y, plan.tile, height);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1b2129" : "#ffffff";
}

/** @param {Canvas2D} context @param {Plan} plan @param {number} t @param {boolean} right @param {Theme} theme */
function mark(context, plan, t, right, theme) {
  const half = Math.min(3, plan.pitch / 2 - 0.5);
  const x = tileX(plan, t) + plan.tile / 2;
  const y = plan.marks + 3;
  /** @type {[number, number][][]} */
  const lines = right
    ? [
        [
          [x - half, y],
          [x - half / 3, y + half * 0.8],
          [x + half, y - half],
        ],
      ]
    : [
        [
          [x - half, y - half],
          [x + half, y + half],
        ],
        [
          [x - half, y + half],
          [x + half, y - half],
        ],
      ];
  context.strokeStyle = right ? INKS[theme].good : INKS[theme].bad;
  context.lineWidth = right ? 1.3 : 2;
  context.beginPath();
  for (const [first, ...rest] of lines) {
    context.moveTo(...(first ?? [x, y]));
    for (const point of rest) context.lineTo(...point);
  }
  context.stroke();
}
