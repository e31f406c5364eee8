/** The run as a script of plain torch, which asserts that it finds the same numbers. */

import { el, setText } from "../../base/dom.js";
import { code } from "./fields.js";
import { traceFileName } from "./formats.js";

/** @typedef {import("../../types.js").State} State */

/** Lines that are shown; all are copied. */
const SHOWN = 400;

/** @param {import("../../types.js").Context} context */
export function create(context) {
  const { t } = context;
  const note = el("p", { class: "export-part", role: "status" });
  const link = el(
    "a",
    { class: "button primary", id: "export-script", download: "" },
    t("export.code.save"),
  );
  const file = el(
    "a",
    { class: "button", id: "export-script-file", download: "", hidden: true },
    t("export.code.file"),
  );
  const source = code(context, t("export.code.source"));
  source.element.classList.add("export-script");
  let asked = "";

  /** @param {string} id */
  async function read(id) {
    setText(note, t("export.code.loading"));
    source.element.hidden = true;
    try {
      const reply = await fetch(link.href);
      if (!reply.ok) throw new Error(String(reply.status));
      const text = await reply.text();
      if (asked !== id) return;
      const lines = text.split("\n");
      const reads = text.includes("load_file(");
      source.set(text, lines.length > SHOWN ? [...lines.slice(0, SHOWN), "…"].join("\n") : text);
      source.element.hidden = false;
      file.hidden = !reads;
      setText(
        note,
        reads
          ? t("export.code.reads", { name: traceFileName(id, "safetensors", "") })
          : t("export.code.alone"),
      );
    } catch {
      if (asked === id) setText(note, t("export.unreachable"));
      asked = "";
    }
  }

  return {
    element: el(
      "div",
      { class: "export-part-of" },
      el("p", {}, t("export.code.intro")),
      note,
      el("div", { class: "export-ways" }, link, file),
      source.element,
    ),
    /** @param {State} state */
    render({ trace }) {
      if (!trace || trace.id === asked) return;
      asked = trace.id;
      const path = `/api/traces/${encodeURIComponent(trace.id)}`;
      link.href = `${path}/script.py`;
      file.href = `${path}/export/safetensors`;
      void read(trace.id);
    },
  };
}
