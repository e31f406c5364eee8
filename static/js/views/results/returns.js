/** What torch returns, printed as torch prints it: output, h_n and c_n under their index expressions. */

import { el, find, setText } from "../../base/dom.js";
import { printed, shapeText } from "../../base/format.js";
import { isWindowed } from "../../model/windows.js";
import {
  axesOf,
  leadingIndices,
  originOf,
  outputIndex,
  returnedRow,
  returnedShape,
  sampleAxis,
} from "../../model/returns.js";
import { createWalk } from "../pointing/walk.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {"output" | "h_n" | "c_n"} Name */

/** Rows that are shown at once; a longer tensor shows the rows about the cursor, and says so. */
const ROWS = 24;
/** Tables of more numbers than this are laid out only while they are in sight. */
const LONG = 1000;

/** @param {import("../../types.js").Context} context */
export function createReturns({ store, t, probes }) {
  const host = find("#returned");
  const note = find("#returns-note");

  probes.add(host, (_, target) => {
    const { trace } = store.get();
    const cell = target.closest("td");
    const name = cell?.closest("table")?.getAttribute("data-tensor");
    const index = cell?.closest("tr")?.getAttribute("data-index")?.split(",").map(Number);
    if (!trace || !cell || !name || !index) return null;
    return {
      hover: originOf(trace, /** @type {Name} */ (name), index, cell.cellIndex - 1),
      anchor: () => cell.getBoundingClientRect(),
    };
  });

  // Each tensor is a stop of the Tab key, and its numbers are walked.
  const walks = ["output", "h_n", "c_n"].map((name) =>
    createWalk(
      host,
      () =>
        [...host.querySelectorAll(`[data-tensor=${name}] tbody tr`)].map((row) => [
          ...row.querySelectorAll("td"),
        ]),
      { store, probes },
    ),
  );

  /** All rows of a small tensor; of a larger one this sample's, about the cursor.
   * @param {State} state @param {Name} name @returns {{rows: number[][], total: number}} */
  function shownRows({ trace, cursor }, name) {
    if (!trace) return { rows: [], total: 0 };
    const shape = returnedShape(trace, name);
    const total = shape.slice(0, -1).reduce((product, length) => product * length, 1);
    if (total <= ROWS && !isWindowed(trace)) return { rows: leadingIndices(shape), total };
    if (name === "output") return { rows: outputRows(trace, cursor), total };
    const axis = sampleAxis(trace, name);
    const ofSample = leadingIndices(shape).filter(
      (index) => axis < 0 || index[axis] === cursor.sample,
    );
    return { rows: ofSample.slice(0, ROWS), total };
  }

  /** @param {import("../../types.js").Trace} trace @param {import("../../types.js").Cursor} cursor */
  function outputRows(trace, { timestep, sample }) {
    const about = Math.floor((timestep - trace.start) / (ROWS / 2)) * (ROWS / 2);
    const start = trace.start + Math.max(0, Math.min(trace.stop - trace.start - ROWS, about));
    return Array.from({ length: Math.min(ROWS, trace.stop - start) }, (_, k) =>
      outputIndex(trace, start + k, sample),
    );
  }

  /** @param {State} state @param {Name} name */
  function table(state, name) {
    const { trace, cursor } = state;
    if (!trace) return null;
    const shape = returnedShape(trace, name);
    const { rows, total } = shownRows(state, name);
    const width = shape[shape.length - 1] ?? 0;
    const half = name === "output" && trace.directions.length === 2 ? width / 2 : 0;
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, t("returns.index")),
      ...Array.from({ length: width }, (_, k) =>
        el("th", { scope: "col", class: half && k === half ? "seam" : null }, String(k)),
      ),
    );
    const axis = sampleAxis(trace, name);
    const body = rows.map((index) => {
      const dim = axis >= 0 && index[axis] !== cursor.sample;
      return el(
        "tr",
        { class: dim ? "other" : null, "data-index": index.join(",") },
        el("th", { scope: "row" }, `[${index.join(", ")}]`),
        ...Array.from(returnedRow(trace, name, index), (value, k) =>
          el("td", { class: half && k === half ? "seam" : null }, printed(value)),
        ),
      );
    });
    const caption = el(
      "caption",
      {},
      el("b", { class: "mono" }, name),
      ` ${shapeText(shape)} `,
      el("span", { class: "muted" }, axesOf(trace, name)),
      half ? el("span", { class: "muted" }, ` ${t("returns.halves", { last: half - 1 })}`) : null,
    );
    const numbers = el(
      "table",
      { class: "numbers-table", "data-tensor": name },
      caption,
      el("thead", {}, head),
      el("tbody", {}, ...body),
    );
    const more =
      rows.length < total
        ? el("p", { class: "muted" }, t("returns.more", { shown: rows.length, total }))
        : null;
    return el(
      "div",
      { class: "returned-one" },
      el(
        "div",
        { class: "scroll", role: "region", "aria-label": t("returns.region", { name }) },
        numbers,
      ),
      more,
    );
  }

  /** The rows that the tables hold, to redraw them only when others are due; a long table waits while it plays. */
  let drawn = "";

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      const { trace, cursor, playing } = state;
      if (
        !trace ||
        (playing && trace === previous?.trace && cursor.sample === previous.cursor.sample)
      )
        return;
      const due = `${trace.id} ${cursor.sample} ${shownRows(state, "output").rows[0]}`;
      if (due !== drawn) redraw(state);
      drawn = due;
      mark(state);
    },
  };

  /** @param {State} state */
  function redraw(state) {
    const redrawn = walks.reduce(
      (draw, walk) => () => walk.redraw(draw),
      () =>
        host.replaceChildren(
          /** @type {Node} */ (table(state, "output")),
          el("div", { class: "returned-states" }, table(state, "h_n"), table(state, "c_n")),
        ),
    );
    redrawn();
    host.classList.toggle("long", (state.trace?.output.data.length ?? 0) > LONG);
    note.hidden = (state.trace?.batchSize ?? 0) < 2;
    setText(note, t("returns.samples", { sample: state.cursor.sample }));
  }

  /** The row of output that the cursor stands on. @param {State} state */
  function mark({ trace, cursor }) {
    if (!trace) return;
    const index = outputIndex(trace, cursor.timestep, cursor.sample);
    const row = host.querySelector(`[data-tensor=output] [data-index="${index.join(",")}"]`);
    const marked = host.querySelector("[aria-current]");
    if (row === marked) return;
    marked?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "true");
  }
}
