/**
 * One tab stop for each panel of a figure. In it the arrow keys walk over the numbers: what the pointer would say and light,
 * the focus says and lights. The keys of the page that it takes are arrows, for as long as it has the focus.
 *
 * @template Spot
 * @typedef {{
 *   start: (panel: number) => Spot | null, step: (panel: number, spot: Spot, key: string) => Spot | null,
 *   hit: (panel: number, spot: Spot) => import("./probes.js").Hit | null,
 *   press: (panel: number, spot: Spot, event: KeyboardEvent) => boolean,
 * }} Walk where it begins, goes, what stands there, and what other keys do; true where one did something
 */
import { el, setAttribute, setText } from "../../base/dom.js";
import { wordsOf } from "./hover-words.js";

/** @template Spot @param {HTMLElement} host @param {number} count of panels @param {import("../../types.js").Context} context @param {Walk<Spot>} walk */
export function createPanelWalk(host, count, { store, t, probes, actions }, walk) {
  /** @type {Spot | null} */
  let spot = null;
  const status = el("p", { class: "unseen", role: "status" });
  const nodes = Array.from({ length: count }, (_, panel) => {
    /** @type {HTMLElement} */
    const node = el("div", { class: "walk", tabindex: "0", role: "application" });
    probes.add(node, () => (spot === null ? null : walk.hit(panel, spot)));
    node.addEventListener("focus", () => {
      spot ??= walk.start(panel);
    });
    node.addEventListener("blur", () => {
      spot = null;
      setText(status, "");
    });
    node.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key.startsWith("Arrow") && !event.shiftKey) {
        spot = spot === null ? walk.start(panel) : walk.step(panel, spot, event.key);
        say(node);
      } else if (spot === null || !walk.press(panel, spot, event)) return;
      event.preventDefault();
    });
    return node;
  });
  host.append(...nodes, status);

  /** @param {HTMLElement} node */
  function say(node) {
    actions.probe(node);
    const state = store.get();
    const words = state.hover && wordsOf(state, state.hover, t);
    setText(
      status,
      words
        ? [words.value ? `${words.title} = ${words.value}` : words.title, ...words.lines].join(". ")
        : "",
    );
  }

  return {
    /** @param {import("../../figures/panels.js").Rect[]} rects @param {(panel: number) => string} label */
    place(rects, label) {
      nodes.forEach((node, panel) => {
        const { x, y, width, height } = rects[panel] ?? { x: 0, y: 0, width: 0, height: 0 };
        setAttribute(node, "style", `left:${x}px;top:${y}px;width:${width}px;height:${height}px`);
        setAttribute(node, "aria-label", label(panel));
      });
      const focused = nodes.find((node) => node === document.activeElement);
      if (focused && spot !== null) actions.probe(focused);
    },
  };
}
