/** The equation of the current stage, and the products behind its number. */

import { focusOf, letterOf, stagesOf } from "../../model/cursor.js";
import { el, find, mathOf, setAttribute, setText } from "../../base/dom.js";
import { numeric, symbolic } from "../../figures/equation.js";
import { isAbout } from "../../model/explanation.js";
import { featureName } from "../../model/notes.js";
import { named, termsOf } from "../../model/products.js";
import { pastIndex } from "../../model/places.js";
import { cursorSet } from "../../state/state.js";
import { createProducts } from "./products.js";
import { createWalk } from "../pointing/walk.js";

/** @typedef {import("../../types.js").State} State */

const OFFERED = 8;
const MATH = "http://www.w3.org/1998/Math/MathML";

/** @param {import("../../figures/equation.js").Tree} tree */
function formula(tree) {
  const math = document.createElementNS(MATH, "math");
  math.setAttribute("display", "block");
  math.append(mathOf(tree));
  return math;
}

/** @param {import("../../types.js").Context} context */
export function createEquation({ store, t, probes, stages: allStages }) {
  const symbols = find("#formula-symbols");
  const numbers = find("#formula-numbers");
  const products = createProducts({ t, store });
  const walk = createWalk(
    numbers,
    () =>
      [...numbers.querySelectorAll("math")].map((line) => [
        ...line.querySelectorAll("[data-name]"),
      ]),
    { store, probes },
  );

  /** h is shorter than c after a projection: what to say of a unit that has no h, and where there is one.
   * @param {number} unit @param {number} size */
  function drawAbsent(unit, size) {
    const go = (/** @type {number} */ other) =>
      el(
        "button",
        {
          type: "button",
          class: "button small",
          onclick: () => store.update(cursorSet({ unit: other })),
        },
        String(other),
      );
    const units = Array.from({ length: Math.min(size, OFFERED) }, (_, k) => go(k));
    numbers.replaceChildren(
      el("p", {}, t("equation.absent", { size, unit })),
      el("p", { class: "offered" }, t("equation.absent.choose"), ...units),
    );
    setStale(false);
    products.draw([]);
    setText(find("#products-question"), t("products.question.absent", { unit }));
  }

  /** @param {boolean} stale */
  function setStale(stale) {
    setAttribute(numbers, "data-stale", String(stale));
    products.setStale(stale);
  }

  /** @param {State} state */
  function draw({ trace, cursor, explanation }) {
    const stage = trace && stagesOf(allStages, trace.request.config)[cursor.stage];
    if (!trace || !stage) return;
    const { config } = trace.request;
    const focus = focusOf(cursor);
    const [projected, biased] = [config.proj_size > 0, config.bias];
    const past = pastIndex(trace, cursor);
    symbols.replaceChildren(...symbolic(stage.name, { projected, biased, past }).map(formula));
    setText(find("#equation-question"), t(`stage.${stage.name}.question`));
    if (stage.name === "projection" && cursor.unit >= config.proj_size) {
      drawAbsent(cursor.unit, config.proj_size);
      return;
    }
    setStale(!isAbout(explanation, cursor));
    if (!explanation) return;
    const gate = focus === "c" || focus === "h" ? "f" : focus;
    walk.redraw(() =>
      numbers.replaceChildren(...numeric(stage.name, explanation, gate, biased).map(formula)),
    );
    products.draw(
      named(termsOf(explanation, focus, stage.name, biased, past), (feature) =>
        featureName(trace, cursor.layer, feature),
      ),
    );
    setText(
      find("#products-question"),
      t(`products.question.${focus === "c" || focus === "h" ? "state" : "gate"}`, {
        letter: letterOf(trace, cursor),
        unit: cursor.unit,
      }),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      if (!state.trace) return;
      if (
        state.trace !== previous?.trace ||
        state.cursor !== previous.cursor ||
        state.explanation !== previous.explanation
      )
        draw(state);
      else if (resized || state.theme !== previous.theme || state.level !== previous.level)
        products.drawBars();
    },
  };
}
