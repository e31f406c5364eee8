/**
 * Tabs as the WAI-ARIA practices have them: one stop for the Tab key, arrows and Home and End from one to the next, and what
 * belongs to the one that has the focus is shown.
 *
 * @typedef {{key: string, tab: HTMLElement, panel: HTMLElement}} Tab
 */
import { setAttribute } from "./dom.js";

/** @type {Record<string, (k: number, count: number) => number>} */
const STEPS = {
  ArrowRight: (k, count) => (k + 1) % count,
  ArrowDown: (k, count) => (k + 1) % count,
  ArrowLeft: (k, count) => (k + count - 1) % count,
  ArrowUp: (k, count) => (k + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Elements of role tab and tabpanel become tabs; the first is chosen, without telling so.
 * @param {readonly Tab[]} tabs @param {(key: string) => void} [chosen] */
export function createTabs(tabs, chosen = () => {}) {
  /** @param {string} key */
  function select(key) {
    for (const { key: own, tab, panel } of tabs) {
      setAttribute(tab, "aria-selected", String(own === key));
      setAttribute(tab, "tabindex", own === key ? "0" : "-1");
      setAttribute(tab, "aria-controls", panel.id);
      setAttribute(panel, "aria-labelledby", tab.id);
      panel.hidden = own !== key;
    }
  }

  /** @param {Tab} wanted */
  function choose({ key, tab }) {
    if (tab.getAttribute("aria-selected") === "true") return;
    select(key);
    chosen(key);
  }

  tabs.forEach((entry, k) => {
    entry.tab.addEventListener("click", () => choose(entry));
    entry.tab.addEventListener("keydown", (event) => {
      const next = tabs[STEPS[event.key]?.(k, tabs.length) ?? -1];
      if (!next || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      next.tab.focus();
      choose(next);
    });
  });
  if (tabs[0]) select(tabs[0].key);
}
