/** That a long run was given up, and the way back to it. */

import { constructorText } from "../../model/call.js";
import { find, setText } from "../../base/dom.js";
import { viewSet } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createCancelled({ store, t, actions }) {
  const notice = find("#cancelled");
  find("#cancelled-resume").addEventListener("click", () => {
    aside();
    actions.resume();
  });
  find("#cancelled-dismiss").addEventListener("click", () => {
    aside();
    store.update(viewSet({ cancelled: null }));
  });

  /** The buttons go, and the focus should not go with them. */
  function aside() {
    find("#stage").focus({ preventScroll: true });
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ cancelled }, previous) {
      if (cancelled === previous?.cancelled) return;
      notice.hidden = cancelled === null;
      setText(
        find("#cancelled-text"),
        cancelled
          ? t("progress.cancelled", { call: constructorText(cancelled.request.config) })
          : "",
      );
    },
  };
}
