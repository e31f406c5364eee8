/** In the export dialog: pictures of a figure or of all of them, as they are now. */

import { el, find, setText } from "../../base/dom.js";
import { gateTitle } from "../../figures/gate.js";
import { letterOf } from "../../model/cursor.js";
import { viewSet } from "../../state/state.js";
import { choice } from "./pictures/fields.js";
import { createMeasure, fileName, loaded, painted, png, save } from "../../paint/raster.js";
import { KEYS, single, svgOfSheet, wholeSheet } from "./pictures/sheet.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").Theme} Theme */

/** @param {import("../../types.js").Context} context */
export function create({ store, t, stages, toast }) {
  const measure = createMeasure();
  const what = choice("pictures-what", t("pictures.what"), [
    ["view", t("pictures.view")],
    ...KEYS.map((key) => /** @type {[string, string]} */ ([key, t(`${key}.title`)])),
  ]);
  const theme = choice("pictures-theme", t("pictures.theme"), [
    ["light", t("pictures.light")],
    ["dark", t("pictures.dark")],
  ]);
  const scale = choice("pictures-scale", t("pictures.scale"), [
    ["1", "1\u00d7"],
    ["2", "2\u00d7"],
    ["3", "3\u00d7"],
  ]);
  theme.set(store.get().theme);
  scale.set("2");
  const preview = el("div", { class: "pictures-preview", "aria-busy": "false" });
  const note = el("p", { class: "muted pictures-note", role: "status" });
  const asSvg = el(
    "button",
    { type: "button", class: "button primary", id: "pictures-svg", onclick: () => download("svg") },
    t("pictures.save", { kind: "SVG" }),
  );
  const asPng = el(
    "button",
    { type: "button", class: "button primary", id: "pictures-png", onclick: () => download("png") },
    t("pictures.save", { kind: "PNG" }),
  );
  /** What is drawn, and of which state. @type {{key: string, svg: string} | null} */
  let made = null;
  let asked = "";

  /** @param {State} state @param {string} key @returns {Promise<string | null>} */
  async function drawing(state, key) {
    const look = {
      theme: /** @type {Theme} */ (theme.get()),
      font: getComputedStyle(document.body).fontFamily,
      t,
      stages,
    };
    const seen = viewSet({ theme: look.theme, hover: null, playing: false })(state);
    const sheet =
      key === "view"
        ? await wholeSheet(seen, look)
        : await single(/** @type {import("./pictures/sheet.js").Key} */ (key), seen, look);
    return sheet && svgOfSheet(sheet, seen, look, measure, document.documentElement.lang);
  }

  async function draw() {
    const state = store.get();
    if (!state.trace) return;
    const { trace, cursor, level, pins, maps, showReturns, order, granularity, sums } = state;
    setText(find("[value=gate]", what.select), gateTitle(t, letterOf(trace, cursor)));
    const key = JSON.stringify([
      trace.id,
      trace.start,
      cursor,
      level,
      pins,
      maps,
      showReturns,
      order,
      granularity,
      sums?.start,
      what.get(),
      theme.get(),
    ]);
    if (key === asked) return;
    asked = key;
    preview.setAttribute("aria-busy", "true");
    const svg = await drawing(state, what.get()).catch(() => null);
    if (asked !== key) return;
    made = svg === null ? null : { key, svg };
    preview.setAttribute("aria-busy", "false");
    for (const button of [asSvg, asPng]) button.disabled = made === null;
    note.textContent = made ? "" : t("pictures.none");
    preview.replaceChildren();
    if (!made) return;
    const image = await loaded(made.svg);
    image.alt = t("pictures.preview", { what: what.label() });
    if (asked === key) preview.replaceChildren(image);
    tell(image);
  }

  /** @param {HTMLImageElement} image */
  function tell({ naturalWidth, naturalHeight }) {
    const by = Number(scale.get());
    note.textContent = t("pictures.size", { width: naturalWidth * by, height: naturalHeight * by });
  }

  /** @param {"svg" | "png"} kind */
  async function download(kind) {
    if (!made) return;
    const name = fileName(store.get(), what.get(), kind, store.get().cursor.timestep);
    try {
      const blob =
        kind === "svg"
          ? new Blob([made.svg], { type: "image/svg+xml" })
          : await png(await painted(made.svg, Number(scale.get())));
      save(blob, name);
      toast(t("pictures.saved", { name }));
    } catch {
      note.textContent = t("pictures.failed");
    }
  }

  for (const field of [what, theme]) field.element.addEventListener("change", () => void draw());
  scale.element.addEventListener("change", () => {
    const image = preview.querySelector("img");
    if (image) tell(image);
  });

  return {
    element: el(
      "div",
      { class: "pictures" },
      el("p", {}, t("pictures.intro")),
      el("div", { class: "pictures-fields" }, what.element, theme.element, scale.element),
      preview,
      note,
      el("div", { class: "pictures-ways" }, asPng, asSvg),
    ),
    render: () => void draw(),
  };
}
