/** The numbers of the run as a file: the format, whole or what is in view, and how to open it. */

import { fetchUnits } from "../../server/api.js";
import { copied, el, setAttribute, setText } from "../../base/dom.js";
import { count } from "../../base/format.js";
import { createLatest } from "../../base/latest.js";
import { arrangementOf } from "../../model/unit-order.js";
import { FORMATS, isTable, linesOf, traceFileName, fileSize } from "./formats.js";
import { code, segments } from "./fields.js";
import { numbersOf, exportQuery, seenOf } from "./scope.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function create(context) {
  const { store, t, toast } = context;
  const redraw = () => draw(store.get());
  const format = segments(
    "export-format",
    t("export.format"),
    FORMATS.map((name) => [name, t(`export.format.${name}`)]),
    redraw,
  );
  const layout = segments(
    "export-layout",
    t("export.layout"),
    [
      ["long", t("export.layout.long")],
      ["wide", t("export.layout.wide")],
    ],
    redraw,
  );
  const scope = segments(
    "export-scope",
    t("export.scope"),
    [
      ["all", t("export.scope.all")],
      ["seen", t("export.scope.seen")],
    ],
    redraw,
  );
  const about = el("p", { class: "muted export-about" });
  const part = el("p", { class: "export-part", role: "status" });
  const link = el(
    "a",
    { class: "button primary", id: "export-save", download: "" },
    t("export.download"),
  );
  const address = el(
    "button",
    {
      type: "button",
      class: "button",
      id: "export-address",
      onclick: async () =>
        toast(t((await copied(link.href)) ? "export.address.copied" : "copy.refused")),
    },
    t("export.address"),
  );
  const opening = code(context, t("export.open"));
  const units = createLatest(fetchUnits, redraw);

  /** What the maps show, once the order of their rows is known. @param {State & {trace: import("../../types.js").Trace}} state */
  function seen(state) {
    const { trace, cursor, maps } = state;
    const { hidden_size: size } = trace.request.config;
    const key = [trace.id, cursor.layer, cursor.direction, cursor.sample].join("/");
    const found = maps.units === "index" ? null : units.get(key, trace.id, cursor);
    return seenOf(state, arrangementOf(maps.units, found, size).units);
  }

  /** @param {State} state */
  function draw(state) {
    const { trace } = state;
    if (!trace) return;
    const kind = format.get();
    const view = seen({ ...state, trace });
    const chosen = scope.get() === "seen" ? view : null;
    setAttribute(link, "aria-disabled", chosen?.units && units.busy ? "true" : null);
    const query = chosen ? exportQuery(chosen, trace) : new URLSearchParams();
    if (isTable(kind)) query.set("layout", layout.get());
    layout.element.hidden = !isTable(kind);
    setText(about, t(`export.format.${kind}.about`));
    const numbers = numbersOf(trace, chosen);
    const size = t("export.size", {
      count: count(numbers),
      size: fileSize(kind, layout.get(), numbers, trace.request.dtype),
    });
    setText(part, `${chosen ? place(chosen) : t("export.scope.all.about")} ${size}`);
    const search = String(query);
    link.href = `/api/traces/${encodeURIComponent(trace.id)}/export/${kind}${search ? `?${search}` : ""}`;
    opening.set(linesOf(kind, layout.get(), traceFileName(trace.id, kind, layout.get()), view));
  }

  /** @param {import("./scope.js").Seen} chosen */
  function place({ layer, direction, sample, start, stop, units: some }) {
    const { trace } = store.get();
    const whole = trace?.request.config.hidden_size ?? 0;
    return t("export.scope.seen.about", {
      layer,
      direction: t(`direction.${direction}`),
      sample,
      start,
      last: stop - 1,
      units: count(some?.length ?? whole),
    });
  }

  return {
    element: el(
      "div",
      { class: "export-part-of" },
      format.element,
      about,
      layout.element,
      scope.element,
      part,
      el("div", { class: "export-ways" }, link, address),
      el("h3", {}, t("export.open")),
      opening.element,
    ),
    render: draw,
  };
}
