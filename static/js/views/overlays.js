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

  /** @param {Rect} rect @param {{x: [number, number], y: [number, number]}} range @param {{timestep: number, unit: number | null, self: boolean}} mark */
  function tile(rect, { x, y }, { timestep, unit, self }) {
    const width = rect.width / (x[1] - x[0]);
    const height = rect.height / Math.abs(y[1] - y[0]);
    const top = unit === null ? 0 : (unit - 0.5 - Math.min(y[0], y[1])) * height;
    const size = `width:${Math.max(width, 4)}px;height:${unit === null ? rect.height : Math.max(height, 4)}px`;
    return el("div", { class: `overlay-lit lit${self ? " lit-self" : ""}`, style: `transform:translate(${(timestep - 0.5 - x[0]) * width}px,${top}px);${size}` });
  }

  /** @param {Rect} rect @param {{x: [number, number], y: [number, number]}} range @param {{timestep: number, value: number}} mark */
  function dot(rect, { x, y }, { timestep, value }) {
    const left = ((timestep - x[0]) / (x[1] - x[0])) * rect.width;
    return el("div", { class: "overlay-dot lit", style: `transform:translate(${left}px,${((y[1] - value) / (y[1] - y[0])) * rect.height}px)` });
  }

  return {
    /** Tiles framed, or points of curves ringed, panel by panel.
     * @param {{x: [number, number], y: [number, number]}[]} ranges of every panel
     * @param {{panel: number, timestep: number, unit: number | null, self: boolean, value: number}[]} marks */
    light(ranges, marks) {
      panels.forEach(({ panel, rect }, k) => {
        for (const node of panel.querySelectorAll(".lit")) node.remove();
        const range = ranges[k];
        if (!range) return;
        for (const mark of marks) if (mark.panel === k) panel.append(shape === "tile" ? tile(rect, range, mark) : dot(rect, range, mark));
      });
    },

    /** The panel under a point of the host, and where in it, as shares. @param {number} x @param {number} y */
    under(x, y) {
      const index = panels.findIndex(({ rect }) => x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height);
      const rect = panels[index]?.rect;
      return rect ? { index, rect, right: (x - rect.x) / rect.width, down: (y - rect.y) / rect.height } : null;
    },

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
