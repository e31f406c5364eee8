/** The equation of the current stage, and the products behind its number. */

import { focusOf, stagesOf } from "../cursor.js";
import { el, find, mathOf, setAttribute, setText } from "../dom.js";
import { numeric, symbolic } from "../equation.js";
import { isAbout } from "../explanations.js";
import { short } from "../format.js";
import { termsOf } from "../products.js";
import { cursorSet } from "../state.js";
import { createWalk } from "./walk.js";

/** @typedef {import("../types.js").State} State */

const SHOWN = 5;
const OFFERED = 8;
const MATH = "http://www.w3.org/1998/Math/MathML";

/** @param {import("../equation.js").Tree} tree */
function formula(tree) {
  const math = document.createElementNS(MATH, "math");
  math.setAttribute("display", "block");
  math.append(mathOf(tree));
  return math;
}

/** @param {import("../main.js").Context} context */
export function createEquation({ store, t, probes, stages: allStages }) {
  const symbols = find("#formula-symbols");
  const numbers = find("#formula-numbers");
  const terms = find("#terms");
  const rest = find("#terms-rest");
  const fold = /** @type {HTMLDetailsElement} */ (find("#terms-rest-fold"));

  const walk = createWalk(numbers, () => [...numbers.querySelectorAll("math")].map((line) => [...line.querySelectorAll("[data-name]")]), { store, probes });

  /** The rest is written out only for those who open it. */
  let listRest = () => {};
  fold.addEventListener("toggle", () => { if (fold.open) listRest(); });

  /** @param {import("../products.js").Term} term @param {number} largest */
  function line(term, largest) {
    const share = largest ? Math.abs(term.product) / largest : 0;
    const factors = term.right === null
      ? [el("span", {}, short(term.left))]
      : [el("span", {}, short(term.left)), el("span", { class: "times" }, " \u00b7 "), el("span", { class: `q-${term.hue}` }, short(term.right))];
    return el("li", { tabindex: 0, "data-name": term.source },
      el("span", { class: `term-name q-${term.hue}` }, term.name, el("sub", {}, term.index)),
      el("span", { class: "term-factors" }, ...factors),
      el("span", { class: "term-bar", "aria-hidden": "true" },
        el("span", { class: term.product < 0 ? "negative" : "positive", style: `width:${(share * 50).toFixed(2)}%` })),
      el("span", { class: "term-product" }, short(term.product)));
  }

  /** h is shorter than c after a projection: what to say of a unit that has no h, and where there is one.
   * @param {number} unit @param {number} size */
  function drawAbsent(unit, size) {
    const go = (/** @type {number} */ other) => el("button", {
      type: "button", class: "button small", onclick: () => store.update(cursorSet({ unit: other })),
    }, String(other));
    const units = Array.from({ length: Math.min(size, OFFERED) }, (_, k) => go(k));
    numbers.replaceChildren(
      el("p", {}, t("equation.absent", { size, unit })),
      el("p", { class: "offered" }, t("equation.absent.choose"), ...units));
    setStale(false);
    drawTerms([]);
    setText(find("#products-question"), t("products.question.absent", { unit }));
  }

  /** @param {boolean} stale */
  function setStale(stale) {
    for (const node of [numbers, terms, rest]) setAttribute(node, "data-stale", String(stale));
  }

  /** @param {import("../products.js").Term[]} ranked */
  function drawTerms(ranked) {
    const largest = Math.abs(ranked[0]?.product ?? 0);
    terms.replaceChildren(...ranked.slice(0, SHOWN).map((term) => line(term, largest)));
    const others = ranked.slice(SHOWN);
    fold.hidden = others.length === 0;
    setText(find("#terms-rest-title"), t("products.rest", { count: others.length }));
    listRest = () => rest.replaceChildren(...others.map((term) => line(term, largest)));
    if (fold.open) listRest();
  }

  /** @param {State} state */
  function draw({ trace, cursor, explanation }) {
    const stage = trace && stagesOf(allStages, trace.request.config)[cursor.stage];
    if (!trace || !stage) return;
    const { config } = trace.request;
    const focus = focusOf(cursor);
    symbols.replaceChildren(...symbolic(stage.name, config.proj_size > 0).map(formula));
    setText(find("#equation-question"), t(`stage.${stage.name}.question`));
    if (stage.name === "projection" && cursor.unit >= config.proj_size) { drawAbsent(cursor.unit, config.proj_size); return; }
    setStale(!isAbout(explanation, cursor));
    if (!explanation) return;
    const gate = focus === "c" || focus === "h" ? "f" : focus;
    walk.redraw(() => numbers.replaceChildren(...numeric(stage.name, explanation, gate, config.bias).map(formula)));
    drawTerms(termsOf(explanation, focus, stage.name, config.bias));
    const letter = stage.name === "hidden_state" && config.proj_size > 0 ? "m" : focus;
    setText(find("#products-question"), t(`products.question.${focus === "c" || focus === "h" ? "state" : "gate"}`, { letter, unit: cursor.unit }));
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace) return;
      if (state.trace !== previous?.trace || state.cursor !== previous.cursor || state.explanation !== previous.explanation) draw(state);
    },
  };
}
