/** From figures to one drawing: each under its heading, a head that says which run, and a caption that says where in it. */

import { gateTitle } from "../../../figures/gate.js";
import { focusOf, letterOf } from "../../../model/cursor.js";
import { constructorText } from "../../../model/call.js";
import { reaches } from "../../../state/levels.js";
import { INKS } from "../../../base/palette.js";
import { shownAs, tokensOf } from "../../../state/state.js";
import { circuitFigure } from "./circuit.js";
import { curvesPicture } from "./curves.js";
import { gateFigure } from "./gate.js";
import { SHEET, fitted, write } from "./look.js";
import { mapsPicture } from "./maps.js";
import { networkFigure } from "./network.js";
import { createSvgPen, svgFile } from "../../../paint/pen.js";
import { productsPicture } from "./products.js";

/** @typedef {import("./look.js").State} State */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./look.js").Drawing} Drawing */
/** @typedef {import("./look.js").Pen} Pen */
/** @typedef {"network" | "cell" | "gate" | "maps" | "curves" | "products"} Key */
/** @typedef {{figure: Drawing, x: number, y: number, title: string, question: string}} Placed */
/** @typedef {{placed: Placed[], width: number, height: number, title: string}} Sheet */

/** How each figure is made, and how wide it is when it stands alone. @type {Record<Key, {make: (state: State, look: Look, width: number) => Promise<Drawing | null>, width: number}>} */
const FIGURES = {
  network: { make: networkFigure, width: 900 },
  cell: { make: circuitFigure, width: 380 },
  gate: { make: gateFigure, width: 760 },
  maps: { make: mapsPicture, width: 900 },
  curves: { make: curvesPicture, width: 900 },
  products: { make: productsPicture, width: 460 },
};
export const KEYS = /** @type {Key[]} */ (Object.keys(FIGURES));

const MARGIN = 24;
const HEADING = 28;
const GAP = 26;
/** The two columns of the whole view. */
const COLUMNS = { left: 760, right: 380 };

/** What a run is called: a preset's title, else the call. @param {State} state @param {Look} look */
function runName(state, { t }) {
  const { preset, edited } = shownAs(state);
  const call = state.trace ? constructorText(state.trace.request.config) : "";
  if (!preset) return call;
  return edited ? call : `${t(`preset.${preset}.title`)} \u00b7 ${call}`;
}

/** Where the cursor stands, in words. @param {State} state @param {Look} look */
function placeName(state, { t }) {
  const { cursor, trace } = state;
  const token = tokensOf(state)?.[cursor.timestep];
  const where = t(token ? "cell.where.token" : "cell.where", {
    layer: cursor.layer,
    direction: t(`direction.${cursor.direction}`),
    timestep: cursor.timestep,
    unit: cursor.unit,
    token: token ?? "",
  });
  return trace && trace.batchSize > 1
    ? `${where}, ${t("samples.option", { sample: cursor.sample })}`
    : where;
}

/** @param {Key} key @param {State} state @param {Look} look */
function headingOf(key, { cursor, trace }, { t }) {
  const focus = focusOf(cursor);
  const letter = trace ? letterOf(trace, cursor) : focus;
  const isState = focus === "c" || focus === "h";
  const titles = /** @type {Record<string, string>} */ ({
    curves: t("curves.title.unit", { unit: cursor.unit }),
    gate: `${gateTitle(t, letter)} ${letter}`,
  });
  const questions = /** @type {Record<string, string>} */ ({
    cell: "",
    gate: t(isState ? "gate.question.state" : "gate.question", { letter }),
    products: t(`products.question.${isState ? "state" : "gate"}`, {
      letter,
      unit: cursor.unit,
    }).replace(/(?<=[?\uff1f]).*/, ""),
  });
  return {
    title: titles[key] ?? t(`${key}.title`),
    question: questions[key] ?? t(`${key}.question`),
  };
}

/** One figure under its heading; null where there is nothing to show. @param {Key} key @param {State} state @param {Look} look @returns {Promise<Sheet | null>} */
export async function single(key, state, look) {
  const { make, width } = FIGURES[key];
  const figure = await make(state, look, width);
  if (!figure) return null;
  const placed = { figure, x: 0, y: HEADING, ...headingOf(key, state, look) };
  return {
    placed: [placed],
    width: figure.width,
    height: HEADING + figure.height,
    title: runName(state, look),
  };
}

/** All that the page shows, in two columns. @param {State} state @param {Look} look @param {readonly Key[]} [keys] those that may be in it @returns {Promise<Sheet>} */
export async function wholeSheet(state, look, keys = KEYS) {
  const left = /** @type {Key[]} */ ([
    "network",
    ...(reaches(state.level, "gate") ? ["gate"] : []),
    "maps",
    "curves",
  ]).filter((key) => keys.includes(key));
  const right = /** @type {Key[]} */ (["cell", "products"]).filter((key) => keys.includes(key));
  const split = left.length > 0 && right.length > 0;
  const one = await column(left, 0, COLUMNS.left, state, look);
  const start = split
    ? Math.max(COLUMNS.left, ...one.placed.map(({ figure }) => figure.width)) + GAP + 10
    : 0;
  const other = await column(right, start, COLUMNS.right, state, look);
  const width = Math.max(
    ...[...one.placed, ...other.placed].map(({ figure, x }) => x + figure.width),
    300,
  );
  return {
    placed: [...one.placed, ...other.placed],
    width,
    height: Math.max(one.bottom, other.bottom),
    title: runName(state, look),
  };
}

/** @param {Key[]} keys @param {number} x @param {number} width @param {State} state @param {Look} look */
async function column(keys, x, width, state, look) {
  /** @type {Placed[]} */
  const placed = [];
  let y = 0;
  for (const key of keys) {
    const figure = await FIGURES[key].make(state, look, width);
    if (!figure) continue;
    placed.push({ figure, x, y: y + HEADING, ...headingOf(key, state, look) });
    y += HEADING + figure.height + GAP;
  }
  return { placed, bottom: y - GAP };
}

const HEAD = 34;
const FOOT = 30;

/** The size of a sheet with its head, foot and margins. @param {Pick<Sheet, "width" | "height">} sheet */
export const sheetSize = ({ width, height }) => ({
  width: Math.ceil(width + 2 * MARGIN),
  height: Math.ceil(height + HEAD + FOOT + 2 * MARGIN),
});

/** Draw a sheet at a moment. @param {Pen} pen @param {Sheet} sheet @param {State} state @param {Look} look */
export function drawSheet(pen, { placed, title, width, height }, state, look) {
  const ink = INKS[look.theme];
  const { strong, paper } = SHEET[look.theme];
  const size = sheetSize({ width, height });
  pen.fillStyle = paper;
  pen.fillRect(0, 0, size.width, size.height);
  pen.save();
  pen.translate(MARGIN, MARGIN);
  headline(pen, look, title, width, strong);
  pen.translate(0, HEAD);
  for (const { figure, x, y, title: name, question } of placed) {
    pen.save();
    pen.translate(x, y);
    const wide = write(pen, look, name, 0, -12, { size: 13, weight: 700, colour: strong });
    pen.font = `12px ${look.font}`;
    write(pen, look, fitted(pen, question, figure.width - wide - 10), wide + 10, -12, { size: 12 });
    figure.draw(pen, state);
    pen.restore();
  }
  pen.fillStyle = ink.line;
  pen.fillRect(0, height + 8, width, 1);
  const where = placeName(state, look);
  const used = write(pen, look, where, 0, height + 26, { size: 11, colour: ink.text });
  const made = `LSTM Lens \u00b7 ${state.trace?.id.slice(0, 8) ?? ""}`;
  pen.font = `11px ${look.font}`;
  if (used + pen.measureText(made).width + 16 < width)
    write(pen, look, made, width, height + 26, { size: 11, align: "right" });
  pen.restore();
}

/** As large as it has room. @param {Pen} pen @param {Look} look @param {string} text @param {number} width @param {string} colour */
function headline(pen, look, text, width, colour) {
  let size = 16;
  const fits = () => {
    pen.font = `700 ${size}px ${look.font}`;
    return pen.measureText(text).width <= width;
  };
  while (size > 11 && !fits()) size -= 1;
  write(pen, look, fitted(pen, text, width), 0, 14, { size, weight: 700, colour });
}

/** @param {Sheet} sheet @param {State} state @param {Look} look @param {(text: string, font: string) => number} measure @param {string} lang */
export function svgOfSheet(sheet, state, look, measure, lang) {
  const { pen, body } = createSvgPen(measure, "lens");
  drawSheet(pen, sheet, state, look);
  const names = sheet.placed.map(({ title, question }) =>
    [title, question].filter(Boolean).join(": "),
  );
  return svgFile(body(), {
    ...sheetSize(sheet),
    title: `${sheet.title}, ${placeName(state, look)}`,
    description: names.join("; "),
    lang,
  });
}
