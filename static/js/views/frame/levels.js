/** The breadcrumb, and the panel of the level: marked, and brought into view. */

import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { LEVELS, reaches, whereabouts } from "../../state/levels.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").Level} Level */

const STACKED = matchMedia("(max-width: 859px)");

/** @param {import("../../types.js").Context} context */
export function createLevels({ t, actions }) {
  const bench = find("#bench");
  const list = find("#crumbs");
  const letter = el("b", { class: "crumb-letter" });
  const crumbs = new Map(
    LEVELS.map((level) => {
      const text = level === "gate" ? letter : el("span", {});
      const button = el(
        "button",
        {
          type: "button",
          class: "crumb",
          "data-level": level,
          onclick: () => actions.level(level),
        },
        text,
      );
      list.append(el("li", {}, button));
      return [level, { button, text }];
    }),
  );

  /** @param {State} state */
  function name(state) {
    const at = whereabouts(state);
    if (!at) return;
    const words = /** @type {Record<Level, string>} */ ({
      network: t("network.title"),
      cell: t("level.cell", {
        layer: at.layer,
        direction: t(`direction.${at.direction}`),
        timestep: at.timestep,
      }),
      gate: at.quantity,
      scalar: t("level.scalar", { unit: at.unit, value: short(at.value) }),
    });
    for (const [level, { button, text }] of crumbs) {
      setText(text, words[level]);
      setAttribute(button, "title", level === "gate" ? t(`name.${at.quantity}`) : null);
      setAttribute(button, "aria-current", level === state.level ? "location" : null);
      setAttribute(button, "data-deeper", String(!reaches(state.level, level)));
    }
    setAttribute(letter, "class", `crumb-letter q-${at.quantity}`);
  }

  /** The last panel first: where they do not fit all, the first one wins. @param {Level} level */
  function show(level) {
    const panels = findAll(`[data-panel="${level}"]`);
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const panel of STACKED.matches ? panels.slice(0, 1) : panels.reverse()) {
      panel.scrollIntoView({
        block: STACKED.matches ? "start" : "nearest",
        behavior: smooth ? "smooth" : "auto",
      });
    }
    const crumb = crumbs.get(level)?.button;
    if (crumb)
      list.scrollTo({ left: crumb.offsetLeft - list.clientWidth / 2 + crumb.offsetWidth / 2 });
  }

  let arriving = false;
  for (const kind of ["wheel", "touchmove", "keydown"])
    addEventListener(
      kind,
      () => {
        arriving = false;
      },
      { passive: true },
    );

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace) return;
      const first = !previous?.trace;
      setAttribute(bench, "data-level", state.level);
      if (
        first ||
        state.trace !== previous.trace ||
        state.cursor !== previous.cursor ||
        state.level !== previous.level
      )
        name(state);
      // The page opens at its top, unless an address asks for a level below: then again when the numbers above it are there.
      // A page of the tour has a panel of its own to show.
      const led = state.tour !== null && (first || state.tour !== previous.tour);
      if (led) {
        arriving = false;
        return;
      }
      if (first ? state.level !== "network" : state.level !== previous.level) show(state.level);
      else if (arriving && state.explanation && !previous?.explanation) show(state.level);
      arriving = state.level !== "network" && (first || (arriving && !state.explanation));
    },
  };
}
