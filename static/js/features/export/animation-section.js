/** In the export dialog: the playing view as a file, made frame by frame. */

import { el, setText } from "../../base/dom.js";
import { viewSet } from "../../state/state.js";
import { encoded, kindsFor } from "./pictures/encoders.js";
import { choice, wholeNumber } from "./pictures/fields.js";
import { createFilm } from "./pictures/film.js";
import { MAX_FRAMES, momentsOf, readings } from "./pictures/moments.js";
import { fileName, save } from "../../paint/raster.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("./pictures/sheet.js").Key} Key */

/** @type {Record<string, readonly Key[]>} */
const SETS = {
  all: ["network", "cell", "maps", "curves"],
  network_cell: ["network", "cell"],
  network: ["network"],
  maps: ["maps", "curves"],
};
const WIDTHS = [640, 960, 1280, 1920];
const SPEEDS = [1, 2, 4, 8, 15];

/** @param {import("../../types.js").Context} context */
export function create({ store, t, stages, toast }) {
  const what = choice(
    "animation-what",
    t("animation.what"),
    Object.keys(SETS).map((key) => [key, t(`animation.what.${key}`)]),
  );
  const theme = choice("animation-theme", t("pictures.theme"), [
    ["light", t("pictures.light")],
    ["dark", t("pictures.dark")],
  ]);
  const by = choice("animation-by", t("animation.by"), [
    ["timestep", t("transport.timestep")],
    ["stage", t("transport.stage")],
  ]);
  const first = wholeNumber("animation-first", t("animation.first"));
  const last = wholeNumber("animation-last", t("animation.last"));
  const speed = choice(
    "animation-speed",
    t("animation.speed"),
    SPEEDS.map((fps) => [String(fps), String(fps)]),
  );
  const width = choice(
    "animation-width",
    t("animation.size"),
    WIDTHS.map((pixels) => [String(pixels), t("animation.width", { width: pixels })]),
  );
  const kind = choice("animation-kind", t("animation.kind"), [["gif", "GIF"]]);
  const make = el(
    "button",
    { type: "button", class: "button primary", id: "animation-make", onclick: () => void run() },
    t("animation.make"),
  );
  const cancel = el(
    "button",
    { type: "button", class: "button", id: "animation-cancel", onclick: () => controller.abort() },
    t("animation.cancel"),
  );
  const bar = el("progress", { max: 1, value: 0, "aria-label": t("animation.title") });
  const progress = el("div", { class: "pictures-progress", hidden: true }, bar, cancel);
  const status = el("p", { class: "muted pictures-note", role: "status" });
  const result = el("div", { class: "pictures-preview", hidden: true });
  const again = el(
    "button",
    {
      type: "button",
      class: "button",
      id: "animation-save",
      hidden: true,
      onclick: () => {
        if (file) save(file.blob, file.name);
      },
    },
    t("animation.save"),
  );
  let controller = new AbortController();
  /** @type {{blob: Blob, name: string, address: string} | null} */
  let file = null;
  let shown = "";
  theme.set(store.get().theme);
  speed.set("4");
  width.set("960");
  void kindsFor({ width: 960, height: 640 })
    .catch(() => /** @type {import("./pictures/encoders.js").FilmFormat[]} */ (["gif"]))
    .then((kinds) => {
      kind.select.replaceChildren(
        ...kinds.map((one) =>
          el("option", { value: one }, one === "webm" ? "WebM" : one.toUpperCase()),
        ),
      );
    });

  const frames = () =>
    momentsOf(store.get(), {
      by: /** @type {any} */ (by.get()),
      first: first.get(),
      last: last.get(),
    });

  /** How long it will be. */
  function plan() {
    const { length } = frames();
    const tooMany = length > MAX_FRAMES;
    make.disabled = tooMany || length === 0;
    setText(
      status,
      tooMany
        ? t("animation.many", { most: MAX_FRAMES })
        : t("animation.plan", {
            frames: length,
            seconds: Number((length / Number(speed.get())).toFixed(1)),
          }),
    );
  }

  /** @param {boolean} on */
  function working(on) {
    progress.hidden = !on;
    make.hidden = on;
    for (const field of [what, theme, by, first, last, speed, width, kind])
      field.select.disabled = on;
  }

  async function run() {
    const { signal } = (controller = new AbortController());
    const chosen = /** @type {import("./pictures/encoders.js").FilmFormat} */ (kind.get());
    const started = performance.now();
    const look = {
      theme: /** @type {import("../../types.js").Theme} */ (theme.get()),
      font: getComputedStyle(document.body).fontFamily,
      t,
      stages,
    };
    working(true);
    bar.value = 0;
    try {
      const moments = frames().map(viewSet({ theme: look.theme, level: "network" }));
      const film = await createFilm(
        moments,
        look,
        SETS[what.get()] ?? [],
        Number(width.get()),
        signal,
      );
      const done = (/** @type {number} */ count) => {
        bar.value = count / film.frames;
        setText(status, t("animation.progress", { done: count, total: film.frames }));
      };
      const blob = await encoded(chosen, film, { fps: Number(speed.get()), signal, done });
      keep(blob, fileName(store.get(), "animation", chosen, null));
      setText(
        status,
        t("animation.done", {
          size: `${(blob.size / 1e6).toFixed(2)} MB`,
          seconds: ((performance.now() - started) / 1000).toFixed(1),
          width: film.width,
          height: film.height,
        }),
      );
    } catch {
      setText(status, t(signal.aborted ? "animation.cancelled" : "animation.failed"));
    } finally {
      working(false);
    }
  }

  /** @param {Blob} blob @param {string} name */
  function keep(blob, name) {
    if (file) URL.revokeObjectURL(file.address);
    file = { blob, name, address: URL.createObjectURL(blob) };
    result.replaceChildren(
      blob.type === "image/gif"
        ? el("img", { src: file.address, alt: t("animation.preview") })
        : el("video", {
            src: file.address,
            controls: true,
            loop: true,
            muted: true,
            "aria-label": t("animation.preview"),
          }),
    );
    result.hidden = false;
    again.hidden = false;
    save(blob, name);
    toast(t("pictures.saved", { name }));
  }

  for (const field of [by, first, last, speed]) field.element.addEventListener("input", plan);

  return {
    element: el(
      "div",
      { class: "pictures" },
      el("p", {}, t("animation.intro")),
      el(
        "div",
        { class: "pictures-fields" },
        ...[what, by, first, last, speed, width, theme, kind].map(({ element }) => element),
      ),
      progress,
      status,
      el("div", { class: "pictures-ways" }, make, again),
      result,
    ),
    /** @param {State} state */
    render(state) {
      const key = JSON.stringify([state.trace?.id, state.cursor.sample, state.order]);
      if (key === shown || !state.trace || !progress.hidden) return;
      shown = key;
      const length = readings(state);
      by.set(state.granularity);
      first.limit(0, length - 1);
      last.limit(0, length - 1);
      first.set(0);
      last.set(Math.min(length - 1, MAX_FRAMES - 1));
      plan();
    },
  };
}
