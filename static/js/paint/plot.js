/** The one file that knows Plotly by name. Figures come in as values; Plotly may still be loading when they do. */

import { noted, traceChanges } from "../figures/changes.js";

/** @typedef {import("../figures/changes.js").Figure} Figure */

const CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  showSendToCloud: false,
  responsive: false,
  doubleClick: "reset",
  showTips: false,
};

/** @type {(plotly: any) => void} */
let arrived = () => {};
/** @type {Promise<any>} */
const loaded = new Promise((resolve) => {
  arrived = resolve;
});

/** Have the library run, which takes a while: to be called when nothing more urgent is left to be asked of the server. */
export function loadPlotly() {
  const there = /** @type {any} */ (globalThis).Plotly;
  if (there) {
    arrived(there);
    return;
  }
  if (document.getElementById("plotly")) return;
  const script = document.createElement("script");
  script.id = "plotly";
  script.src = /** @type {HTMLLinkElement} */ (document.getElementById("plotly-script")).href;
  script.addEventListener("load", () => arrived(/** @type {any} */ (globalThis).Plotly), {
    once: true,
  });
  document.head.append(script);
}

/** Plotly takes longer than a frame: what the page draws by itself is seen first, and each figure before the next. */
let turn = Promise.resolve();
let waiting = 0;

/** @param {() => Promise<void>} draw */
function inTurn(draw) {
  const first = !waiting;
  waiting += 1;
  turn = turn
    .then(async () => {
      if (!first)
        await new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      await draw();
    })
    .catch(console.error)
    .finally(() => {
      waiting -= 1;
    });
  return turn;
}

/**
 * A place that shows one figure at a time, the newest it was given.
 * @param {HTMLElement} host
 * @param {{click?: (point: any) => void, ranges?: (layout: any) => void}} [events]
 */
export function createPlot(host, events = {}) {
  /** @type {Figure | null} */
  let wanted = null;
  let drawing = false;
  let listening = false;
  /** What is there, and whether the reader has zoomed it. @type {import("../figures/changes.js").Shown | null} */
  let shown = null;
  let zoomed = false;

  function listen() {
    listening = true;
    const plot = /** @type {any} */ (host);
    plot.on(
      "plotly_click",
      (/** @type {any} */ event) => event.points?.[0] && events.click?.(event.points[0]),
    );
    plot.on("plotly_relayout", () => {
      zoomed = true;
      events.ranges?.(plot._fullLayout);
    });
  }

  /** @param {any} plotly @param {Figure} figure */
  async function put(plotly, figure) {
    const next = noted(figure);
    const zoomStays = shown?.revision === next.revision;
    const changes = shown && (zoomStays || !zoomed) ? traceChanges(shown, next) : null;
    shown = next;
    if (!changes) {
      if (!zoomStays) zoomed = false;
      await plotly.react(host, figure.data, figure.layout, CONFIG);
      return;
    }
    const plot = /** @type {any} */ (host);
    for (const layout of [plot.layout, plot._fullLayout]) layout.uirevision = next.revision;
    if (Object.keys(changes).length) await plotly.restyle(host, changes);
  }

  async function draw() {
    if (drawing) return;
    drawing = true;
    const plotly = await loaded;
    while (wanted) {
      await inTurn(async () => {
        const figure = wanted;
        wanted = null;
        if (figure) await put(plotly, figure);
        if (!listening) listen();
      });
      if (!wanted) host.dataset.drawn = "true";
      events.ranges?.(/** @type {any} */ (host)._fullLayout);
    }
    drawing = false;
  }

  return {
    /** @param {Figure} figure */
    show(figure) {
      wanted = figure;
      host.dataset.drawn = "false";
      void draw();
    },
    /** Back to the whole picture after a zoom. */
    async reset() {
      const plotly = await loaded;
      const layout = /** @type {any} */ (host)._fullLayout;
      const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
      await plotly.relayout(
        host,
        Object.fromEntries(axes.map((name) => [`${name}.autorange`, true])),
      );
    },
  };
}

/** A figure as an SVG of its own, drawn apart from the page. @param {Figure} figure @returns {Promise<string>} */
export async function svgOf(figure) {
  const plotly = await loaded;
  const { width, height } = figure.layout;
  return plotly.toImage(
    { ...figure, config: CONFIG },
    { format: "svg", width, height, imageDataOnly: true },
  );
}
