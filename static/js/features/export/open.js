/** The button that opens the export dialog; all behind it is fetched when it is first pressed. */

import { find, setAttribute } from "../../base/dom.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createExport(context) {
  const button = find("#export");
  /** @type {ReturnType<typeof import("./dialog.js").createExportDialog> | null} */
  let dialog = null;

  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    context.store.update((state) => ({ ...state, playing: false }));
    try {
      const { createExportDialog } = await import("./dialog.js");
      dialog ??= createExportDialog(context);
      dialog.open();
    } catch {
      context.toast(context.t("export.unreachable"));
    }
  });

  return {
    /** @param {State} state */
    render(state) {
      setAttribute(button, "aria-disabled", state.trace ? null : "true");
      dialog?.render(state);
    },
  };
}
