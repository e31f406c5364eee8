/** The one file that knows Plotly by name. Figures come in as values; Plotly may still be loading when they do. */

/** @typedef {{data: object[], layout: object}} Figure */

const CONFIG = {
  displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: "reset", showTips: false,
};

/** @returns {any} */
const library = () => /** @type {any} */ (globalThis).Plotly;

/** Resolves once the deferred script has run. @type {Promise<any>} */
const loaded = new Promise((resolve) => {
  if (library()) { resolve(library()); return; }
  const script = document.getElementById("plotly-script");
  script?.addEventListener("load", () => resolve(library()), { once: true });
});

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

  function listen() {
    listening = true;
    const plot = /** @type {any} */ (host);
    plot.on("plotly_click", (/** @type {any} */ event) => event.points?.[0] && events.click?.(event.points[0]));
    plot.on("plotly_relayout", () => events.ranges?.(plot._fullLayout));
  }

  async function draw() {
    if (drawing) return;
    drawing = true;
    const plotly = await loaded;
    while (wanted) {
      const figure = wanted;
      wanted = null;
      await plotly.react(host, figure.data, figure.layout, CONFIG);
      if (!listening) listen();
      host.dataset.drawn = "true";
      events.ranges?.(/** @type {any} */ (host)._fullLayout);
    }
    drawing = false;
  }

  return {
    /** @param {Figure} figure */
    show(figure) {
      wanted = figure;
      void draw();
    },
    /** Back to the whole picture after a zoom. */
    async reset() {
      const plotly = await loaded;
      const layout = /** @type {any} */ (host)._fullLayout;
      const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
      await plotly.relayout(host, Object.fromEntries(axes.map((name) => [`${name}.autorange`, true])));
    },
  };
}
