/**
 * Light marks over a Plotly figure: our own elements, moved by transforms, so that the figure itself stays as drawn. Of a map
 * they stand in rows, whichever unit has the row.
 *
 * @typedef {import("../figures/panels.js").Rect} Rect
 * @typedef {{x: [number, number], y: [number, number]}} OverlayRange of the axes of a panel
 * @typedef {{timestep: number, row: number | null, steps?: number, rows?: number}} OverlayPlace without a row, the whole column
 */
import { el } from "../base/dom.js";

/** A tile that is at least this large in both ways can hold a mark beside its number. */
const ROOMY = 20;

/** A size is written only when it changes: a transform alone lays nothing out.
 * @param {HTMLElement} node @param {"width" | "height"} side @param {number} pixels */
function resize(node, side, pixels) {
  const text = `${pixels}px`;
  if (node.style[side] !== text) node.style[side] = text;
}

/** Where a tile stands in its panel. @param {Rect} rect @param {OverlayRange} range @param {OverlayPlace} place @returns {Rect} */
export function tileRect(rect, { x, y }, { timestep, row, steps = 1, rows = 1 }) {
  const width = rect.width / (x[1] - x[0]);
  const height = rect.height / Math.abs(y[1] - y[0]);
  const vertical =
    row === null
      ? { y: 0, height: rect.height }
      : { y: (row - 0.5 - Math.min(y[0], y[1])) * height, height: rows * height };
  return { x: (timestep - 0.5 - x[0]) * width, width: steps * width, ...vertical };
}

/** @param {HTMLElement} host @param {"tile" | "line"} shape a frame around the timestep's tiles, or a line through it */
export function createOverlays(host, shape) {
  /** @type {{panel: HTMLElement, column: HTMLElement, row: HTMLElement, span: HTMLElement, rect: Rect}[]} */
  let panels = [];

  /** @param {Rect} rect @param {OverlayRange} range @param {OverlayPlace & {self: boolean}} mark */
  function tile(rect, range, mark) {
    const { x, y, width, height } = tileRect(rect, range, mark);
    const size = `width:${Math.max(width, 4)}px;height:${mark.row === null ? height : Math.max(height, 4)}px`;
    return el("div", {
      class: `overlay-lit lit${mark.self ? " lit-self" : ""}`,
      style: `transform:translate(${x}px,${y}px);${size}`,
    });
  }

  /** @param {Rect} rect @param {OverlayRange} range @param {{timestep: number, value: number}} mark */
  function dot(rect, { x, y }, { timestep, value }) {
    const left = ((timestep - x[0]) / (x[1] - x[0])) * rect.width;
    return el("div", {
      class: "overlay-dot lit",
      style: `transform:translate(${left}px,${((y[1] - value) / (y[1] - y[0])) * rect.height}px)`,
    });
  }

  /** A pinned tile: a diamond in its middle, or its corner where a number has the middle.
   * @param {Rect} rect @param {OverlayRange} range @param {OverlayPlace} mark */
  function diamond(rect, range, mark) {
    const { x, y, width, height } = tileRect(rect, range, mark);
    if (width >= ROOMY && height >= ROOMY / 2)
      return el("div", {
        class: "overlay-pin corner",
        style: `transform:translate(${x + width}px,${y}px)`,
      });
    return el("div", {
      class: "overlay-pin",
      style: `transform:translate(${x + width / 2}px,${y + height / 2}px) rotate(45deg)`,
    });
  }

  /** Marks of one kind, panel by panel: the last ones go.
   * @param {string} kind @param {OverlayRange[]} ranges @param {(OverlayPlace & {panel: number})[]} marks @param {(rect: Rect, range: OverlayRange, mark: any) => HTMLElement} draw */
  function mark(kind, ranges, marks, draw) {
    panels.forEach(({ panel, rect }, k) => {
      for (const node of panel.querySelectorAll(kind)) node.remove();
      const range = ranges[k];
      if (range)
        panel.append(
          ...marks.filter((one) => one.panel === k).map((one) => draw(rect, range, one)),
        );
    });
  }

  return {
    /** Tiles framed, or points of curves ringed.
     * @param {OverlayRange[]} ranges of every panel @param {(OverlayPlace & {panel: number, self: boolean, value: number})[]} marks */
    light: (ranges, marks) => mark(".lit", ranges, marks, shape === "tile" ? tile : dot),

    /** Tiles that are pinned. @param {OverlayRange[]} ranges @param {(OverlayPlace & {panel: number})[]} marks */
    pin: (ranges, marks) => mark(".overlay-pin", ranges, marks, diamond),

    /** The panel under a point of the host, and where in it, as shares. @param {number} x @param {number} y */
    under(x, y) {
      const index = panels.findIndex(
        ({ rect }) =>
          x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height,
      );
      const rect = panels[index]?.rect;
      return rect
        ? { index, rect, right: (x - rect.x) / rect.width, down: (y - rect.y) / rect.height }
        : null;
    },

    /** Some timesteps [start, stop) marked at the edge, or none. @param {OverlayRange} range @param {readonly [number, number] | null} timesteps */
    span(range, timesteps) {
      for (const { span, rect } of panels) {
        span.hidden = timesteps === null;
        if (!timesteps) continue;
        const { x, width } = tileRect(rect, range, {
          timestep: timesteps[0],
          row: null,
          steps: timesteps[1] - timesteps[0],
        });
        resize(span, "width", Math.max(width, 4));
        span.style.transform = `translateX(${x}px)`;
      }
    },

    /** @param {number} index of a panel */
    rectOf: (index) => panels[index]?.rect ?? null,

    /** @param {Rect[]} rects */
    place(rects) {
      panels = rects.map((rect) => {
        const column = el("div", { class: `overlay-column overlay-${shape}` });
        const row = el("div", { class: "overlay-row" });
        const span = el("div", { class: "overlay-span", hidden: true });
        const panel = el(
          "div",
          {
            class: "overlay",
            style: `left:${rect.x}px;top:${rect.y}px;width:${rect.width}px;height:${rect.height}px`,
          },
          span,
          column,
          row,
        );
        return { panel, column, row, span, rect };
      });
      host.replaceChildren(...panels.map(({ panel }) => panel));
    },

    /** @param {{x: [number, number], y: [number, number] | null}} range axis ranges of every panel
     * @param {number} timestep @param {number | null} at the row @param {(panel: number) => boolean} [hasRow] */
    move({ x, y }, timestep, at, hasRow = () => true) {
      panels.forEach(({ column, row, rect }, k) => {
        const pitch = rect.width / (x[1] - x[0]);
        const before = shape === "tile" ? 0.5 : 0;
        resize(column, "width", shape === "tile" ? Math.max(pitch, 2) : 0);
        column.style.transform = `translateX(${(timestep - before - x[0]) * pitch}px)`;
        row.hidden = at === null || y === null || !hasRow(k);
        if (at === null || y === null) return;
        const height = rect.height / Math.abs(y[1] - y[0]);
        resize(row, "height", Math.max(height, 2));
        row.style.transform = `translateY(${(at - 0.5 - Math.min(y[0], y[1])) * height}px)`;
      });
    },
  };
}
