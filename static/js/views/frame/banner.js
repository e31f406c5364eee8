/** What went wrong, in words: at the top, while the last good picture stays where it is. */

import { el, find, setAttribute, setText } from "../../base/dom.js";
import { fieldOf, errorPlace, standing } from "../../model/errors.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createBanner({ t, say, actions }) {
  const offline = find("#offline");
  const failure = find("#failure");
  find("#retry").addEventListener("click", () => actions.retry());

  /** @param {import("../../types.js").Failure} failed */
  const titleOf = ({ status, detail }) =>
    status === 413
      ? t("failure.too_large")
      : status === 422
        ? t("failure.fields", { count: detail.length })
        : t("failure.server", { status });

  /** @param {import("../../types.js").FieldError} error */
  function item(error) {
    const path = fieldOf(error.loc, actions.fields());
    if (!path) return el("li", {}, say(error));
    const place = errorPlace(error.loc, actions.fields());
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "link mono", onclick: () => actions.focus(path) },
        place,
      ),
      ` ${say(error)}`,
    );
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      setText(find("#offline-text"), t(state.trace ? "offline.text" : "offline.nothing"));
      const bench = find("#bench");
      setAttribute(
        bench,
        "data-phase",
        !state.trace
          ? "loading"
          : state.pending || state.reading
            ? "stale"
            : state.failure
              ? "kept"
              : "ready",
      );
      setAttribute(bench, "aria-busy", String(state.pending || state.reading));
      offline.hidden = !state.offline;
      if (state.failure === previous?.failure && state.unread === previous?.unread) return;
      const errors = standing(state.failure, actions.fields(), state.unread);
      failure.hidden = !state.failure || (errors.length === 0 && state.failure.detail.length > 0);
      if (!state.failure) return;
      setText(find("#failure-title"), titleOf(state.failure));
      find("#failure-list").replaceChildren(...errors.map(item));
      setText(find("#failure-hint"), t(state.trace ? "failure.kept" : "failure.nothing"));
    },
  };
}
