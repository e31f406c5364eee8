/** The head of the page: presets, the link, language, theme, help. */

import { copied, el, find, findAll, setAttribute } from "../../base/dom.js";
import { percent } from "../../base/format.js";
import { shownAs, viewSet } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createMasthead({ store, t, toast, actions }) {
  const menu = find("#presets-menu");
  const rail = find("#rail-button");

  find("#share").addEventListener("click", async () => {
    actions.writeAddress();
    toast(t((await copied(location.href)) ? "header.share.done" : "copy.refused"));
  });
  find("#theme").addEventListener("click", () => {
    const theme = store.get().theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", theme);
    store.update(viewSet({ theme }));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
    if (!localStorage.getItem("theme"))
      store.update(viewSet({ theme: matches ? "dark" : "light" }));
  });
  find("#help-button").addEventListener("click", () => actions.help());
  rail.addEventListener("click", () => actions.rail(rail.getAttribute("aria-expanded") !== "true"));
  for (const link of findAll("[data-language]")) {
    link.addEventListener("click", () => {
      actions.writeAddress();
      link.setAttribute("href", `?lang=${link.dataset.language}${location.hash}`);
    });
  }

  /** @param {State} state */
  function list({ presets }) {
    find("#presets-list").replaceChildren(
      ...presets.map((preset) =>
        el(
          "li",
          {},
          el(
            "button",
            {
              type: "button",
              "data-preset": preset.name,
              onclick: () => {
                menu.hidePopover();
                actions.choose(preset, null);
              },
            },
            el(
              "span",
              { class: "menu-title" },
              t(`preset.${preset.name}.title`),
              preset.trained && preset.accuracy
                ? el(
                    "span",
                    { class: "badge" },
                    t("story.accuracy", { accuracy: percent(preset.accuracy) }),
                  )
                : null,
            ),
            el("span", { class: "menu-summary" }, t(`preset.${preset.name}.summary`)),
          ),
        ),
      ),
    );
  }

  /** @param {State} state */
  function mark(state) {
    const { preset } = shownAs(state);
    for (const button of findAll("[data-preset]", menu)) {
      setAttribute(button, "aria-current", button.dataset.preset === preset ? "true" : null);
    }
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (state.theme !== previous?.theme) document.documentElement.dataset.theme = state.theme;
      if (state.presets !== previous?.presets) list(state);
      if (
        state.presets !== previous?.presets ||
        state.preset !== previous.preset ||
        state.drawn !== previous.drawn
      )
        mark(state);
    },
  };
}
