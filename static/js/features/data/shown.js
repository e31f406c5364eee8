/** What was read of a source: its first rows with what each column is taken as, how it was scaled, and what there is to say. */

import { el, find, setAttribute, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { ROLES } from "./choices.js";

/**
 * @typedef {import("../../types.js").InputPreview} Preview
 * @typedef {import("../../types.js").InputReading} Reading
 * @typedef {import("./source.js").SourceAnswer & {choices: import("./choices.js").Choices, busy: boolean, empty: boolean}} DialogState
 */

/** @param {{t: import("../../base/i18n.js").Translate, say: import("../../base/i18n.js").Say, onRole: (name: string, role: import("../../types.js").ColumnRole) => void}} context */
export function createShown({ t, say, onRole }) {
  const status = find("#data-status");
  const host = find("#data-preview");
  const scale = find("#data-scale");
  /** @type {unknown} */
  let drawn = null;

  /** @param {DialogState} view */
  function tell({ reading, failure, offline, busy, empty }) {
    const wrong = !busy && (failure !== null || offline);
    setAttribute(status, "data-state", wrong ? "wrong" : reading && !busy ? "read" : "none");
    if (empty) setText(status, t("data.empty"));
    else if (busy) setText(status, t("data.busy"));
    else if (offline) setText(status, t("data.failed.offline"));
    else if (failure?.detail[0]) setText(status, say(failure.detail[0]));
    else if (reading) setText(status, sizesOf(reading));
  }

  /** @param {Reading} reading */
  function sizesOf({ seq_len: steps, batch_size: samples, input_size: size, lengths }) {
    if (!lengths) return t("data.sizes", { steps, samples, size });
    return t("data.sizes.lengths", {
      steps,
      samples,
      size,
      shortest: Math.min(...lengths),
      longest: Math.max(...lengths),
    });
  }

  /** @param {DialogState} view */
  function table({ preview, choices, failure }) {
    if (!preview) return [];
    const { columns, rows, tokens, distinct_tokens: distinct } = preview;
    if (tokens.length) {
      return [
        el("p", { class: "muted" }, t("data.preview.tokens", { total: rows, distinct })),
        el("p", { class: "data-tokens" }, ...tokens.map((token) => el("span", {}, token))),
      ];
    }
    if (!columns.length) return [];
    const count = Math.max(...columns.map(({ cells }) => cells.length));
    const isTable =
      preview.format === "csv" ||
      (preview.format === "json" && columns.some(({ name }, k) => name !== String(k)));
    const faulty = failure?.detail[0]?.loc.at(-1);
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, el("span", { class: "unseen" }, t("data.preview.row"))),
      ...columns.map((column) => {
        const role = choices.roles[column.name] ?? column.taken_as;
        const select = el(
          "select",
          {
            "aria-label": t("data.role", { name: column.name }),
            "data-column": column.name,
            "aria-invalid": faulty === column.name ? "true" : null,
          },
          ...ROLES.map((one) => el("option", { value: one }, t(`data.role.${one}`))),
        );
        select.value = role;
        select.addEventListener("change", () => onRole(column.name, select.value));
        const missing = column.missing
          ? el(
              "span",
              { class: "data-missing" },
              t("data.preview.missing", { count: column.missing }),
            )
          : null;
        return el(
          "th",
          { scope: "col", "data-role": role },
          el("span", { class: "data-name", title: column.name }, column.name),
          ...(isTable ? [select] : []),
          missing,
        );
      }),
    );
    const body = Array.from({ length: count }, (_, row) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, String(row)),
        ...columns.map((column) =>
          el(
            "td",
            {
              "data-role": choices.roles[column.name] ?? column.taken_as,
              "data-kind": column.kind,
            },
            column.cells[row] ?? "\u2013",
          ),
        ),
      ),
    );
    const caption = [
      t("data.preview.rows", { shown: count, total: rows }),
      ...(preview.hidden_columns
        ? [t("data.preview.columns", { count: preview.hidden_columns })]
        : []),
    ].join(" · ");
    return [
      el(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": t("data.preview") },
        el(
          "table",
          { class: "data-table" },
          el("caption", {}, caption),
          el("thead", {}, head),
          el("tbody", {}, ...body),
        ),
      ),
    ];
  }

  /** How each feature was shifted and divided. @param {Reading | null} reading */
  function scales(reading) {
    const { method = "none", features = [] } = reading?.normalisation ?? {};
    scale.hidden = method === "none";
    if (method === "none") return;
    const names =
      method === "z_score"
        ? /** @type {const} */ (["mean", "std"])
        : /** @type {const} */ (["min", "max"]);
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, t("data.scale.feature")),
      ...names.map((name) => el("th", { scope: "col" }, t(`data.scale.${name}`))),
    );
    const rows = features.map((feature) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, feature.name),
        ...names.map((name) => el("td", { title: String(feature[name]) }, short(feature[name], 4))),
      ),
    );
    scale.replaceChildren(
      el("h4", {}, `${t("data.normalisation")}: ${t(`data.scale.${method}`)}`),
      el("p", { class: "muted" }, t("data.normalisation.hint")),
      el(
        "div",
        {
          class: "scroll data-scales",
          tabindex: 0,
          role: "region",
          "aria-label": t("data.normalisation"),
        },
        el(
          "table",
          { class: "numbers-table" },
          el("caption", { class: "unseen" }, t("data.normalisation")),
          el("thead", {}, head),
          el("tbody", {}, ...rows),
        ),
      ),
    );
  }

  return {
    /** @param {Preview["arrays"]} arrays @param {string} array */
    listArrays(arrays, array) {
      const list = /** @type {HTMLSelectElement} */ (find("#data-array"));
      const options = arrays.map(({ name, shape, dtype }) =>
        el("option", { value: name }, `${name} (${shape.join(", ")}) ${dtype}`),
      );
      list.replaceChildren(el("option", { value: "" }, t("data.format.auto")), ...options);
      list.value = array;
    },
    /** @param {{name: string, shape: number[]}[]} matrices @param {string} matrix */
    listMatrices(matrices, matrix) {
      const list = /** @type {HTMLSelectElement} */ (find("#data-matrix"));
      const options = matrices.map(({ name, shape: [rows = 0, size = 0] }) =>
        el("option", { value: name }, t("data.matrix.of", { name, rows, size })),
      );
      list.replaceChildren(el("option", { value: "" }, t("data.matrix.none")), ...options);
      list.value = matrix;
    },
    /** @param {DialogState} view */
    draw(view) {
      tell(view);
      host.classList.toggle("stale", view.busy);
      if (view.busy && drawn !== null && view.preview) return; // the last picture stays until the next is here
      drawn = view.preview;
      const focused =
        document.activeElement instanceof HTMLElement
          ? document.activeElement.dataset.column
          : undefined;
      host.replaceChildren(...table(view));
      if (focused !== undefined)
        /** @type {HTMLElement | null} */ (
          host.querySelector(`[data-column="${CSS.escape(focused)}"]`)
        )?.focus();
      scales(view.reading);
      const remarks = view.reading?.remark_items ?? view.preview?.remark_items ?? [];
      find("#data-remarks").hidden = !remarks.length;
      find("#data-remarks-list").replaceChildren(
        ...remarks.map((remark) => el("li", {}, say(remark))),
      );
    },
  };
}
