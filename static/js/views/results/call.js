/** The call being looked at, as torch code and as a request to copy, and the parameters that it makes. */

import { bandsOf, callLines, parameterCount } from "../../model/call.js";
import { copied, el, find, setText } from "../../base/dom.js";
import { count, shapeText } from "../../base/format.js";
import { curlSnippet, javascriptSnippet, pythonSnippet } from "../../model/snippets.js";
import { createTabs } from "../../base/tabs.js";

/** @typedef {import("../../types.js").State} State */

/** To where requests go, and whether they have to show the secret of a private server. */
const way = () => ({ origin: location.origin, secret: "private" in find("#bench").dataset });

/** What each tab shows of a request, whole or short. @type {Record<string, (request: import("../../types.js").TraceRequest, short: boolean) => string>} */
const TEXTS = {
  code: (request) => `${callLines(request).join("\n")}\n`,
  curl: (request, short) => curlSnippet(request, { ...way(), short }),
  python: (request, short) => pythonSnippet(request, { ...way(), short }),
  javascript: (request, short) => javascriptSnippet(request, { ...way(), short }),
};

/** @param {import("../../types.js").Context} context */
export function createCall({ store, t, toast }) {
  const body = find("#parameters tbody");
  const keys = Object.keys(TEXTS);
  let chosen = "code";
  const tabs = keys.map((key) => ({
    key,
    tab: find(`#call-tab-${key}`),
    panel: find(`#call-${key}`),
  }));
  createTabs(tabs, (key) => {
    chosen = key;
    write();
  });

  find("#copy-call").addEventListener("click", async () => {
    const { trace } = store.get();
    if (!trace) return;
    toast(
      t(
        (await copied(TEXTS[chosen]?.(trace.request, false) ?? ""))
          ? "call.copied"
          : "copy.refused",
      ),
    );
  });

  /** The chosen tab's text, with long values abbreviated. */
  function write() {
    const { trace } = store.get();
    if (!trace) return;
    const lines = TEXTS[chosen]?.(trace.request, true).trimEnd().split("\n") ?? [];
    find(`#call-${chosen} code`).replaceChildren(
      ...lines.map((line) => el("span", { class: "line" }, line, "\n")),
    );
  }

  /** A long name may break before its direction, not within the word. @param {string} name @returns {(string | Node)[]} */
  function breakable(name) {
    const [stem = name, ...rest] = name.split(/(?=_reverse)/);
    return [stem, ...rest.flatMap((part) => [el("wbr"), part])];
  }

  /** @param {import("../../types.js").Parameter} parameter */
  function row(parameter) {
    const bands = bandsOf(parameter);
    const rows = bands.length
      ? el(
          "span",
          { class: "bands" },
          ...bands.map(({ gate, start, stop }) =>
            el(
              "span",
              {
                class: `band band-${gate}`,
                title: t("parameters.band", { gate, start, stop: stop - 1 }),
              },
              gate,
            ),
          ),
        )
      : el("span", { class: "muted" }, t("parameters.projection"));
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, ...breakable(parameter.name)),
      el("td", {}, shapeText(parameter.shape)),
      el("td", {}, rows),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ trace }, previous) {
      if (!trace || trace === previous?.trace) return;
      write();
      body.replaceChildren(...trace.parameters.map(row));
      const height = trace.request.config.hidden_size;
      setText(
        find("#parameters-caption"),
        t("parameters.caption", { count: count(parameterCount(trace.parameters)), height }),
      );
    },
  };
}
