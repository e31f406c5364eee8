/**
 * Who knows which number stands under the pointer. A node with `data-name` names it itself, relative to the cursor; a picture
 * registers a probe. Focus asks the same question, without a point.
 *
 * @typedef {{hover: import("../../types.js").Hover, anchor: () => DOMRect, below?: boolean}} Hit below: what belongs to it stands above it
 * @typedef {{x: number, y: number} | null} Point where the pointer is, in the window; null for the focus
 * @typedef {(point: Point, target: Element) => Hit | null} Probe
 */
import { focusOf } from "../../model/cursor.js";
import { hoverOf } from "../../model/places.js";

/** @param {() => import("../../types.js").State} get the state */
export function createProbes(get) {
  /** @type {WeakMap<Element, Probe>} */
  const probes = new WeakMap();

  return {
    /** @param {Element} host @param {Probe} probe */
    add(host, probe) {
      probes.set(host, probe);
      host.setAttribute("data-probe", "");
    },

    /** @param {EventTarget | null} target @param {Point} point @returns {Hit | null} */
    at(target, point) {
      const { trace, cursor } = get();
      const node = target instanceof Element ? target.closest("[data-name], [data-probe]") : null;
      if (!node || !trace) return null;
      const name = node.getAttribute("data-name");
      if (name !== null && !node.hasAttribute("data-probe")) {
        const hover = hoverOf(name, cursor, focusOf(cursor), trace.request.config.hidden_size);
        return { hover, anchor: () => node.getBoundingClientRect() };
      }
      return probes.get(node)?.(point, /** @type {Element} */ (target)) ?? null;
    },
  };
}

/** A part of a host, as a rectangle of the window that follows it. @param {Element} host @param {{x: number, y: number, width: number, height: number}} part
 * @returns {() => DOMRect} */
export const rectWithin =
  (host, { x, y, width, height }) =>
  () => {
    const box = host.getBoundingClientRect();
    return new DOMRect(box.left + x, box.top + y, width, height);
  };
