/** The button that opens the dialog of data; all behind it is fetched when it is first needed. */

import { find } from "../../base/dom.js";

/** @param {import("../../types.js").Context} context */
export function createData(context) {
  /** @type {ReturnType<typeof import("./dialog.js").createDialog> | null} */
  let dialog = null;

  /** @param {File | null} [file] */
  async function open(file = null) {
    context.store.update((state) => ({ ...state, playing: false }));
    try {
      const { createDialog } = await import("./dialog.js");
      dialog ??= createDialog(context);
      dialog.open(file);
    } catch {
      context.toast(context.t("data.failed.offline"));
    }
  }

  find("#data-open").addEventListener("click", () => void open());
  return { open };
}
