/** The numbers of the gate level as a table: all of them while they are few, else the row of the unit. */

import { focusOf } from "../../model/cursor.js";
import { el, find } from "../../base/dom.js";
import { isGate, partsOf } from "../../figures/gate.js";
import { short } from "../../base/format.js";
import { featureName, shortName } from "../../model/notes.js";
import { reaches } from "../../state/levels.js";
import { sumsAt } from "../../model/pre-activations.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../figures/gate.js").Parts} Parts */

const MAX_ENTRIES = 400;

/** @param {import("../../types.js").Context} context */
export function createGateTable({ store, t }) {
  const fold = /** @type {HTMLDetailsElement} */ (find("#gate-table-fold"));
  const host = find("#gate-table");

  const number = (/** @type {number | undefined} */ value) =>
    el("td", { title: value === undefined ? null : String(value) }, short(value));
  /** @param {string} letter @param {string} below */
  const heading = (letter, below) => el("th", { scope: "col" }, letter, el("sub", {}, below));
  /** What people call an entry of what a matrix is multiplied with. @param {Parts["matrices"][number]} matrix @param {number} column */
  const called = ({ operand }, column) => {
    const { trace, cursor } = store.get();
    const name = operand === "x" ? featureName(trace, cursor.layer, column) : null;
    return name ? el("span", { class: "feature-name", title: name }, ` ${shortName(name)}`) : null;
  };

  /** @param {Parts} parts @param {number} unit */
  function whole({ rows, matrices, columns }, unit) {
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, t("word.unit")),
      ...matrices.flatMap((matrix) =>
        Array.from({ length: matrix.columns }, (_, k) => {
          const cell = heading(matrix.letter, `${matrix.below}, ${k}`);
          cell.append(called(matrix, k) ?? "");
          return cell;
        }),
      ),
      ...columns.map(({ letter, below }) => heading(letter, below)),
    );
    const operands = matrices.length
      ? [
          el(
            "tr",
            {},
            el("th", { scope: "row" }, t("gate.table.operand")),
            ...matrices.flatMap((matrix) => Array.from(matrix.values, number)),
            ...columns.map(() => el("td", {})),
          ),
        ]
      : [];
    const body = Array.from({ length: rows }, (_, row) =>
      el(
        "tr",
        row === unit ? { class: "chosen" } : {},
        el("th", { scope: "row" }, String(row)),
        ...matrices.flatMap((matrix) =>
          Array.from(
            matrix.weights.subarray(row * matrix.columns, (row + 1) * matrix.columns),
            number,
          ),
        ),
        ...columns.map(({ values }) => number(values[row])),
      ),
    );
    return el(
      "table",
      { class: "numbers-table" },
      caption(matrices),
      el("thead", {}, head),
      el("tbody", {}, ...operands, ...body),
    );
  }

  /** One unit, downwards: each weight beside its operand, as many as the table may hold. @param {Parts} parts @param {number} unit */
  function alone({ matrices, columns }, unit) {
    const share = Math.floor(MAX_ENTRIES / 2 / Math.max(1, matrices.length));
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, t("returns.index")),
      heading("W", ""),
      el("th", { scope: "col" }, t("gate.table.operand")),
    );
    const body = matrices.flatMap((matrix) =>
      Array.from({ length: Math.min(matrix.columns, share) }, (_, k) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, `${matrix.letter}_${matrix.below}[${k}]`, called(matrix, k)),
          number(matrix.weights[unit * matrix.columns + k]),
          number(matrix.values[k]),
        ),
      ),
    );
    const sides = columns.map(({ letter, below, values }) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, `${letter}_${below}`),
        number(values[unit]),
        el("td", {}),
      ),
    );
    return [
      el("p", { class: "muted" }, t("gate.table.unit", { unit })),
      el(
        "table",
        { class: "numbers-table" },
        caption(matrices),
        el("thead", {}, head),
        el("tbody", {}, ...body, ...sides),
      ),
    ];
  }

  /** @param {Parts["matrices"]} matrices */
  const caption = (matrices) =>
    el(
      "caption",
      { class: matrices.length ? null : "unseen" },
      matrices.length
        ? t("gate.table.caption", { names: matrices.map(({ name }) => name).join(", ") })
        : t("gate.table"),
    );

  /** @param {State} state */
  function draw({ trace, cursor, sums }) {
    if (!trace) return;
    const quantity = focusOf(cursor);
    const known = isGate(quantity) ? sumsAt(sums, trace, cursor, quantity) : null;
    const parts = partsOf(trace, cursor, known?.values ?? null, known?.most ?? 1);
    const across =
      parts.matrices.reduce((sum, matrix) => sum + matrix.columns, 0) + parts.columns.length;
    const unit = Math.min(cursor.unit, parts.rows - 1);
    host.replaceChildren(
      ...((parts.rows + 1) * across <= MAX_ENTRIES ? [whole(parts, unit)] : alone(parts, unit)),
    );
  }

  fold.addEventListener("toggle", () => {
    if (fold.open) draw(store.get());
  });

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!fold.open || state.playing || !reaches(state.level, "gate")) return;
      const moved =
        state.trace !== previous?.trace ||
        state.cursor !== previous.cursor ||
        state.sums !== previous.sums ||
        state.level !== previous.level ||
        previous.playing;
      if (moved) draw(state);
    },
  };
}
