/**
 * Light marks over a Plotly figure: our own elements, moved by transforms, so that the figure itself stays as drawn.
 *
 * @typedef {import("../figures/panels.js").Rect} Rect
 */
import { el } from "../dom.js";

/** A size is written only when it changes: a transform alone lays nothing out.
 * @param {HTMLElement} node @param {"width" | "height"} side @param {number} pixels */
function resize(node, side, pixels) {
  const text = `${pixels}px`;
  if (node.style[side] !== text) node.style[side] = text;
}

/** @param {HTMLElement} host @param {"tile" | "line"} shape a frame around the timestep's tiles, or a line through it */
export function createOverlays(host, shape) {
  /** @type {{panel: HTMLElement, column: HTMLElement, row: HTMLElement, rect: Rect}[]} */
  let panels = [];

  return {
    /** @param {Rect[]} rects */
    place(rects) {
      panels = rects.map((rect) => {
        const column = el("div", { class: `overlay-column overlay-${shape}` });
        const row = el("div", { class: "overlay-row" });
        const panel = el("div", { class: "overlay", style: `left:${rect.x}px;top:${rect.y}px;width:${rect.width}px;height:${rect.height}px` }, column, row);
        return { panel, column, row, rect };
      });
      host.replaceChildren(...panels.map(({ panel }) => panel));
    },

    /** @param {{x: [number, number], y: [number, number] | null}} range axis ranges of every panel
     * @param {number} timestep @param {number | null} unit @param {(panel: number) => boolean} [hasUnit] */
    move({ x, y }, timestep, unit, hasUnit = () => true) {
      panels.forEach(({ column, row, rect }, k) => {
        const pitch = rect.width / (x[1] - x[0]);
        const before = shape === "tile" ? 0.5 : 0;
        resize(column, "width", shape === "tile" ? Math.max(pitch, 2) : 0);
        column.style.transform = `translateX(${(timestep - before - x[0]) * pitch}px)`;
        row.hidden = unit === null || y === null || !hasUnit(k);
        if (unit === null || y === null) return;
        const height = rect.height / Math.abs(y[1] - y[0]);
        resize(row, "height", Math.max(height, 2));
        row.style.transform = `translateY(${(unit - 0.5 - Math.min(y[0], y[1])) * height}px)`;
      });
    },
  };
}
