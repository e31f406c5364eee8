/** The export dialog: a tab for each section, and the one that is chosen, which is fetched the first time. */

import { el, find } from "../../base/dom.js";
import { createTabs } from "../../base/tabs.js";
import { SECTIONS } from "./sections.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("./sections.js").Section} Section */

/** @param {import("../../types.js").Context} context */
export function createExportDialog(context) {
  const { store, t } = context;
  const dialog = /** @type {HTMLDialogElement} */ (find("#export-dialog"));
  const tabs = SECTIONS.map(({ key, title }) => ({
    key,
    tab: el(
      "button",
      { type: "button", role: "tab", id: `export-tab-${key}`, class: "export-tab" },
      t(title),
    ),
    panel: el("div", {
      role: "tabpanel",
      id: `export-${key}`,
      class: "export-section",
      tabindex: "0",
      "aria-busy": "true",
    }),
  }));
  /** @type {Map<string, import("./sections.js").Part>} */
  const parts = new Map();
  let chosen = SECTIONS[0]?.key ?? "";

  find("#export-tabs").append(...tabs.map(({ tab }) => tab));
  find("#export-panels").append(...tabs.map(({ panel }) => panel));
  createTabs(tabs, (key) => {
    chosen = key;
    void show();
  });

  /** The chosen section, as things are now. */
  async function show() {
    const section = SECTIONS.find(({ key }) => key === chosen);
    if (!section) return;
    try {
      if (!parts.has(section.key)) await build(section);
    } catch {
      find(`#export-${section.key}`).replaceChildren(
        el("p", { role: "alert" }, t("export.unreachable")),
      );
    }
    parts.get(chosen)?.render(store.get());
  }

  /** @param {Section} section */
  async function build({ key, load }) {
    const panel = find(`#export-${key}`);
    const { create } = await load();
    if (parts.has(key)) return;
    const part = create(context);
    parts.set(key, part);
    panel.replaceChildren(part.element);
    panel.removeAttribute("aria-busy");
  }

  return {
    open() {
      if (!dialog.open) dialog.showModal();
      void show();
    },
    /** @param {State} state */
    render(state) {
      if (dialog.open) parts.get(chosen)?.render(state);
    },
  };
}
