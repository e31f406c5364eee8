/** The gate level: the chosen quantity's rows of the weights, the operands above them, and what comes of it, unit by unit. */

import { QUANTITIES, focusOf, letterOf } from "../../model/cursor.js";
import { el, find, setAttribute, setText } from "../../base/dom.js";
import {
  gatePlan,
  gateNeighbour,
  gateTitle,
  isGate,
  partsOf,
  rectOf,
  tileUnder,
} from "../../figures/gate.js";
import { exact, short } from "../../base/format.js";
import { featureName } from "../../model/notes.js";
import { reaches } from "../../state/levels.js";
import { DIVERGING, SEQUENTIAL, gradient } from "../../base/palette.js";
import { sumsAt } from "../../model/pre-activations.js";
import { quantityChosen } from "../../state/state.js";
import { covers, litBy, placeAt } from "../../model/places.js";
import { paintGate } from "../../paint/gate-paint.js";
import { rectWithin } from "../pointing/probes.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../figures/gate.js").GateTile} GateTile */

/** A frame over a tile, or none. @param {HTMLElement} node @param {import("../../figures/panels.js").Rect | null} rect */
function frame(node, rect) {
  node.hidden = rect === null;
  if (!rect) return;
  node.style.transform = `translate(${rect.x - 1.5}px, ${rect.y - 1.5}px)`;
  node.style.width = `${rect.width + 2}px`;
  node.style.height = `${rect.height + 2}px`;
}

/** @param {import("../../types.js").Context} context */
export function createGate({ store, t, actions, probes }) {
  const panel = find("#gate");
  const host = find("#gate-figure");
  const sheet = find("#gate-sheet");
  const canvas = /** @type {HTMLCanvasElement} */ (find("#gate-canvas"));
  const readout = find("#gate-readout");
  /** @type {import("../../figures/gate.js").GatePlan | null} */
  let plan = null;
  /** @type {import("../../figures/gate.js").Parts | null} */
  let parts = null;
  /** @type {GateTile | null} */
  let pointed = null;
  let ratio = 1;
  const scroll = () => ({ x: host.scrollLeft, y: host.scrollTop });

  const choices = QUANTITIES.map((quantity) => {
    const button = el(
      "button",
      {
        type: "button",
        class: `q-${quantity}`,
        title: t(`name.${quantity}`),
        onclick: () => store.update(quantityChosen(quantity)),
      },
      quantity,
    );
    find("#gate-choice").append(el("li", {}, button));
    return { quantity, button };
  });

  /** @param {MouseEvent} event */
  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    return plan && tileUnder(plan, event.clientX - box.left, event.clientY - box.top, scroll());
  };
  host.addEventListener("pointermove", (event) => point(under(event)));
  host.addEventListener("pointerleave", () => point(null));
  probes.add(host, (at) => {
    const box = canvas.getBoundingClientRect();
    const tile = at ? plan && tileUnder(plan, at.x - box.left, at.y - box.top, scroll()) : pointed;
    const rect = tile && plan && rectOf(plan, tile, scroll());
    const hover = tile && hoverAt(tile);
    return rect && hover
      ? { hover, anchor: rectWithin(sheet, rect), below: tile.part === "matrix" }
      : null;
  });

  /** @param {GateTile} tile @returns {import("../../types.js").Hover | null} */
  function hoverAt({ part, index, row, column }) {
    const { cursor } = store.get();
    const matrix = parts?.matrices[index];
    if (part === "column") {
      const side = parts?.columns[index];
      if (!side) return null;
      if (side.parameter)
        return {
          ...placeAt(cursor, parts?.quantity ?? "f", row),
          weight: { name: side.parameter, row: side.firstRow + row, column: null },
        };
      return placeAt(cursor, side.key, row);
    }
    if (!matrix) return null;
    const operand = placeAt(cursor, matrix.operand, column);
    return part === "operand"
      ? operand
      : { ...operand, weight: { name: matrix.name, row: matrix.firstRow + row, column } };
  }
  host.addEventListener("blur", () => point(null));
  host.addEventListener("click", (event) => {
    const tile = under(event);
    if (tile && tile.row >= 0) actions.level("scalar", { unit: tile.row });
  });
  host.addEventListener("scroll", () => {
    paint();
    mark();
  });
  host.addEventListener("keydown", (event) => {
    if (!plan || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && pointed && pointed.row >= 0)
      actions.level("scalar", { unit: pointed.row });
    else if (event.key.startsWith("Arrow") && !event.shiftKey) walk(event.key);
    else return;
    event.preventDefault();
  });

  /** @param {string} key */
  function walk(key) {
    if (!plan) return;
    const { unit } = store.get().cursor;
    const row = Math.min(unit, plan.rows - 1);
    const next = pointed
      ? gateNeighbour(plan, pointed, key)
      : /** @type {GateTile} */ ({
          part: plan.matrices.length ? "matrix" : "column",
          index: 0,
          row,
          column: 0,
        });
    reveal(next);
    point(next);
    actions.probe(host);
  }

  /** Scroll so far that a tile is in sight. @param {GateTile} tile */
  function reveal({ part, index, row, column }) {
    if (!plan) return;
    const { view, tile, matrices } = plan;
    if (row >= 0) {
      const y = row * tile.height;
      host.scrollTop = Math.max(y + tile.height - view.height, Math.min(host.scrollTop, y));
    }
    if (part === "column") return;
    const x = (matrices[index]?.x ?? 0) + column * tile.width;
    host.scrollLeft = Math.max(x + tile.width - view.width, Math.min(host.scrollLeft, x));
  }

  /** @param {GateTile | null} tile */
  function point(tile) {
    if (
      tile?.part === pointed?.part &&
      tile?.index === pointed?.index &&
      tile?.row === pointed?.row &&
      tile?.column === pointed?.column
    )
      return;
    pointed = tile;
    mark();
    describe();
  }

  /** The row of the unit, and the tile that is pointed at with its operand. */
  function mark() {
    if (!plan) return;
    const { unit } = store.get().cursor;
    const place = scroll();
    const row = rectOf(plan, { part: "column", index: 0, row: unit, column: 0 }, place);
    frame(
      find("#gate-row"),
      row && unit < plan.rows ? { ...row, x: plan.view.x, width: plan.end - plan.view.x } : null,
    );
    frame(find("#gate-tile"), pointed && rectOf(plan, pointed, place));
    frame(
      find("#gate-operand"),
      pointed?.part === "matrix" ? rectOf(plan, { ...pointed, part: "operand" }, place) : null,
    );
  }

  /** Operands, or the columns, that the hover lights. @param {State} state */
  function light(state) {
    for (const node of sheet.querySelectorAll(".gate-tile.lit")) node.remove();
    if (!plan || !parts) return;
    const drawn = plan;
    const { view, operands } = plan;
    for (const place of litBy(state)) {
      parts.matrices.forEach((matrix, index) => {
        const block = drawn.matrices[index];
        if (!block || !covers(placeAt(state.cursor, matrix.operand, null), place)) return;
        const rect =
          place.unit !== null
            ? rectOf(drawn, { part: "operand", index, row: -1, column: place.unit }, scroll())
            : null;
        const left = Math.max(view.x, view.x + block.x - scroll().x);
        const whole = {
          x: left,
          y: operands.y,
          width: Math.min(view.x + view.width, view.x + block.x + block.width - scroll().x) - left,
          height: operands.height,
        };
        if (place.unit === null ? whole.width > 0 : rect) added(place.unit === null ? whole : rect);
      });
      parts.columns.forEach((side, index) => {
        if (
          side.parameter ||
          place.unit === null ||
          place.self ||
          !covers(placeAt(state.cursor, side.key, null), place)
        )
          return;
        added(rectOf(drawn, { part: "column", index, row: place.unit, column: 0 }, scroll()));
      });
    }
  }

  /** @param {import("../../figures/panels.js").Rect | null} rect */
  function added(rect) {
    const node = document.createElement("div");
    node.className = "gate-tile lit";
    sheet.append(node);
    frame(node, rect);
  }

  function describe() {
    setText(readout, pointed ? spoken(pointed) : t("gate.row", { unit: store.get().cursor.unit }));
  }

  /** @param {GateTile} tile */
  function spoken({ part, index, row, column }) {
    if (!parts) return "";
    const matrix = parts.matrices[index];
    if (part === "column") {
      const side = parts.columns[index];
      if (!side) return "";
      const value = exact(side.values[row] ?? NaN);
      return side.parameter
        ? t("gate.bias", { name: side.parameter, row: side.firstRow + row, value })
        : t("gate.value", { letter: `${side.letter}_${side.below}`, unit: row, value });
    }
    if (!matrix) return "";
    const { trace, cursor } = store.get();
    const called = matrix.operand === "x" ? featureName(trace, cursor.layer, column) : null;
    const operand = `${matrix.letter}_${matrix.below}[${column}]${called ? ` ${called}` : ""}`;
    const value = matrix.values[column] ?? NaN;
    if (part === "operand") return `${operand} = ${exact(value)}`;
    const weight = matrix.weights[row * matrix.columns + column] ?? NaN;
    return t("gate.weight", {
      name: matrix.name,
      row: matrix.firstRow + row,
      column,
      weight: short(weight, 4),
      operand,
      value: short(value, 4),
      product: short(weight * value, 4),
    });
  }

  /** @param {State} state */
  function place({ cursor }) {
    if (!parts) return;
    const columns = parts.matrices.map((matrix) => matrix.columns);
    const measured = () =>
      gatePlan(host.clientWidth, parts?.rows ?? 1, columns, parts?.columns.length ?? 0);
    let next = measured();
    const space = find("#gate-space");
    const size = () => {
      space.style.width = `${next.width + next.content.width - next.view.width}px`;
      space.style.height = `${next.height + next.content.height - next.view.height}px`;
      // A scroll bar below the figure takes room of its own.
      host.style.height = `${next.height + (next.content.width > next.view.width ? 12 : 0)}px`;
    };
    size();
    // A scroll bar at its side has made it narrower.
    if (host.clientWidth !== next.width) {
      next = measured();
      size();
    }
    plan = next;
    ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(plan.height * ratio);
    for (const node of [sheet, canvas]) {
      node.style.width = `${plan.width}px`;
      node.style.height = `${plan.height}px`;
    }
    reveal({ part: "column", index: 0, row: Math.min(cursor.unit, parts.rows - 1), column: 0 });
  }

  function paint() {
    const context = canvas.getContext("2d");
    if (context && plan && parts)
      paintGate(context, plan, parts, scroll(), store.get().theme, ratio);
  }

  /** @param {State} state */
  function words({ trace, theme }) {
    if (!parts || !trace) return;
    const { matrices, columns, reach } = parts;
    const letter = letterOf(trace, store.get().cursor);
    const heading = find("#gate-letter");
    setText(find("#gate-name"), gateTitle(t, letter));
    setText(heading, letter);
    setAttribute(heading, "class", `gate-letter q-${letter}`);
    setText(
      find("#gate-question"),
      t(matrices.length ? "gate.question" : "gate.question.state", { letter }),
    );
    setAttribute(host, "aria-label", t("gate.figure", { letter }));
    for (const choice of choices)
      setAttribute(choice.button, "aria-pressed", String(choice.quantity === parts.quantity));
    const biased = columns.some(({ parameter }) => parameter !== null);
    const reaching = (/** @type {number} */ most) => ` \u00b1${short(most, 2)}`;
    /** @type {(side: {letter: string, below: string}) => [string, Node]} a name once, however often it stands above */
    const named = (side) => [
      `${side.letter}_${side.below}`,
      el("span", {}, side.letter, el("sub", {}, side.below)),
    ];
    const signed = new Map(
      [
        ...matrices,
        ...columns.filter(
          ({ low, parameter, values }) => low < 0 && parameter === null && values.length,
        ),
      ].map((side) => {
        const [name, node] = named(side);
        node.appendChild(document.createTextNode(reaching(side.high)));
        return [name, node];
      }),
    );
    const weights = matrices.length
      ? [el("span", {}, t(biased ? "gate.scale.biased" : "gate.scale.weights") + reaching(reach))]
      : [];
    const shares = new Map(columns.filter(({ low }) => low === 0).map(named));
    const bar = (/** @type {readonly any[]} */ stops) =>
      el("span", { class: "scale-bar", style: `background:${gradient(stops)}` });
    find("#gate-scales").replaceChildren(
      el("li", {}, "\u2212", bar(DIVERGING[theme]), "+", ...weights, ...signed.values()),
      ...(shares.size ? [el("li", {}, "0", bar(SEQUENTIAL[theme]), "1", ...shares.values())] : []),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      const { trace, cursor, level } = state;
      const shown = trace !== null && reaches(level, "gate");
      const opened = panel.hidden && shown;
      panel.hidden = !shown;
      if (!shown) return;
      const same =
        !opened &&
        !resized &&
        trace === previous?.trace &&
        cursor === previous.cursor &&
        state.theme === previous.theme &&
        state.sums === previous.sums;
      if (opened || state.hover !== previous?.hover) light(state);
      if (same) return;
      const before = parts;
      const quantity = focusOf(cursor);
      const sums = isGate(quantity) ? sumsAt(state.sums, trace, cursor, quantity) : null;
      parts = partsOf(trace, cursor, sums?.values ?? null, sums?.most ?? 1);
      const shape = (/** @type {typeof parts} */ made) =>
        made &&
        [
          made.rows,
          ...made.matrices.map((matrix) => matrix.columns),
          -1,
          made.columns.length,
        ].join();
      const fresh = opened || resized || shape(before) !== shape(parts);
      if (fresh) pointed = null;
      if (fresh || cursor.unit !== previous?.cursor.unit) place(state);
      paint();
      mark();
      describe();
      words(state);
    },
  };
}
