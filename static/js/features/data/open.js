/** The button that opens the dialog of data; all behind it is fetched when it is first needed. */

import { find } from "../../base/dom.js";

/** @param {import("../../types.js").Context} context */
export function createData(context) {
  /** @type {ReturnType<typeof import("./dialog.js").createDataDialog> | null} */
  let dialog = null;

  /** @param {File | null} [file] */
  async function open(file = null) {
    context.store.update((state) => ({ ...state, playing: false }));
    try {
      const { createDataDialog } = await import("./dialog.js");
      dialog ??= createDataDialog(context);
      dialog.open(file);
    } catch {
      context.toast(context.t("data.failed.offline"));
    }
  }

  find("#data-open").addEventListener("click", () => void open());
  return { open };
}
