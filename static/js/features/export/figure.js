/** The cell that is looked at as a Plotly figure for notebooks. */

import { el, setText } from "../../base/dom.js";
import { sightOf } from "../../model/map-view.js";
import { code, segments } from "./fields.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function create(context) {
  const { store, t } = context;
  const redraw = () => draw(store.get());
  const theme = segments(
    "export-theme",
    t("export.theme"),
    [
      ["light", t("export.theme.light")],
      ["dark", t("export.theme.dark")],
    ],
    redraw,
  );
  theme.set(store.get().theme);
  const part = el("p", { class: "export-part", role: "status" });
  const link = el(
    "a",
    { class: "button primary", id: "export-figure-save", download: "" },
    t("export.figure.save"),
  );
  const lines = code(context, t("export.figure.notebook"));

  /** @param {State} state */
  function draw({ trace, cursor, maps }) {
    if (!trace) return;
    const { layer, direction, sample, unit } = cursor;
    const [start, stop] = sightOf(maps, trace).time;
    const query = new URLSearchParams(
      Object.entries({ layer, direction, sample, unit, start, stop, theme: theme.get() }).map(
        ([key, value]) => [key, String(value)],
      ),
    );
    link.href = `/api/traces/${encodeURIComponent(trace.id)}/figure.json?${query}`;
    setText(
      part,
      t("export.figure.part", {
        layer,
        direction: t(`direction.${direction}`),
        sample,
        unit,
        start,
        last: stop - 1,
      }),
    );
    lines.set(
      `from urllib.request import urlopen\n\nimport plotly.io as pio\n\naddress = (\n    "${location.origin}/api/traces/${trace.id}/figure.json"\n    "?${query}"\n)\nfigure = pio.from_json(urlopen(address).read().decode())\nfigure.show()\n`,
    );
  }

  return {
    element: el(
      "div",
      { class: "export-part-of" },
      el("p", {}, t("export.figure.intro")),
      part,
      theme.element,
      el("div", { class: "export-ways" }, link),
      el("h3", {}, t("export.figure.notebook")),
      lines.element,
    ),
    render: draw,
  };
}
