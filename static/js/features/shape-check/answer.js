/** The answer of the shape check: the verdict, the axes and the way of h through them, what mends it, what comes out. */

import { constructorOf, fixesOf } from "./fixes.js";
import { TILE, pictureOf } from "../../figures/shape-picture.js";
import { el, find, setAttribute, setText, svg } from "../../base/dom.js";
import { shapeText } from "../../base/format.js";

/** @typedef {import("../../types.js").ShapeQuestion} Question */
/** @typedef {import("./diagnosis.js").Diagnosis} Diagnosis */

/** Rows of a packed sequence that are listed. */
const LISTED = 16;
/** What torch lets pass, wrong as it is. */
const UNCHECKED = new Set(["packed_features", "packed_states", "lengths_batch"]);

/** @param {readonly number[]} numbers */
const listed = (numbers) =>
  numbers.slice(0, LISTED).join(", ") + (numbers.length > LISTED ? ", \u2026" : "");

/** @param {{t: import("../../base/i18n.js").Translate, copy: (lines: string[]) => void, use: (question: Question) => void}} context */
export function createAnswer({ t, copy, use }) {
  /** @param {string | null} letter */
  const word = (letter) => t(`shape_check.letter.${letter ?? "none"}`);

  /** @param {Question} question @param {Diagnosis} diagnosis */
  function verdict(question, { verdict: found, fault, layout, axes }) {
    const box = find("#shape-check-verdict");
    setAttribute(box, "data-verdict", found);
    const key = fault && UNCHECKED.has(fault.reason) ? "unchecked" : found;
    setText(
      find("#shape-check-says"),
      t(`shape_check.verdict.${key}`, { type: fault?.type ?? "" }),
    );
    setText(
      find("#shape-check-reads"),
      fault
        ? why(question, fault, axes)
        : t(layout === "TI" ? "shape_check.reading.one" : "shape_check.reading.batch", sizes(axes)),
    );
    const message = find("#shape-check-message");
    message.hidden = !fault?.message;
    setText(message, fault?.message ? `${fault.type}: ${fault.message}` : "");
  }

  /** The size of each axis by the letter that torch reads. @param {Diagnosis["axes"]} axes */
  const sizes = (axes) => Object.fromEntries(axes.map(({ reads, size }) => [reads ?? "", size]));

  /** @param {Question} question @param {import("./diagnosis.js").Fault} fault @param {Diagnosis["axes"]} axes */
  function why(question, fault, axes) {
    const wanted = [
      question.num_layers * (question.bidirectional ? 2 : 1),
      ...axes.flatMap(({ reads, size }) =>
        reads === "N" ? [question.lengths?.length ?? size] : [],
      ),
      question.proj_size || question.hidden_size,
    ];
    return t(`shape_check.why.${fault.reason}`, {
      last: question.shape.at(-1) ?? 0,
      width: question.input_size,
      shape: shapeText(wanted),
      timesteps: sizes(axes).T ?? 0,
    });
  }

  /** @param {Diagnosis["axes"]} axes */
  function table(axes) {
    find("#shape-check-axes").replaceChildren(
      ...axes.map(({ size, means, reads }, axis) => {
        const wrong = means !== null && reads !== null && means !== reads && size > 1;
        const name = (/** @type {string | null} */ letter) =>
          el(
            "td",
            {},
            letter ? el("b", { class: "mono" }, letter) : null,
            letter ? ` ${word(letter)}` : word(null),
          );
        const read = name(reads);
        if (wrong) read.dataset.state = "differs";
        return el(
          "tr",
          {},
          el("th", { scope: "row" }, String(axis)),
          el("td", {}, String(size)),
          name(means),
          read,
        );
      }),
    );
  }

  /** @param {Question} question @param {Diagnosis} diagnosis */
  function pictures(question, { axes, layout, fault }) {
    const host = find("#shape-check-pictures");
    if (
      !layout ||
      axes.length < 2 ||
      (fault && fault.reason !== "features") ||
      question.shape.slice(0, 2).includes(0)
    ) {
      host.replaceChildren();
      return;
    }
    const time = layout.indexOf("T");
    const meant = axes.findIndex(({ means }) => means === "T");
    const letters = axes.map(({ means, reads }) => means ?? reads ?? "").join("");
    const wrong = meant >= 0 && meant !== time;
    host.replaceChildren(
      ...(wrong && meant < 2 ? [picture(question, meant, letters, "meant", "good")] : []),
      picture(question, time, letters, "read", wrong ? "bad" : "good"),
    );
  }

  /** @param {Question} question @param {number} time @param {string} letters @param {"meant" | "read"} kind @param {string} state */
  function picture({ shape, means }, time, letters, kind, state) {
    const { tiles, arrows, rows, columns, more, width, height } = pictureOf(shape, time, letters);
    const flow = t(means ? `shape_check.flow.${letters[time]}` : "shape_check.flow.none", {
      axis: time,
    });
    const title = t(`shape_check.picture.${kind}`);
    const dots = (/** @type {{x: number, y: number}} */ { x, y }) =>
      svg("text", { x, y, class: "dots" }, "\u2026");
    const drawing = svg(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: "img",
        "aria-label": t("shape_check.picture.alt", { title, flow }),
        "data-state": state,
      },
      svg(
        "defs",
        {},
        svg(
          "marker",
          {
            id: `shape-check-${kind}-head`,
            viewBox: "0 0 8 8",
            refX: 6,
            refY: 4,
            markerWidth: 6,
            markerHeight: 6,
            orient: "auto-start-reverse",
          },
          svg("path", { d: "M0 0 8 4 0 8z" }),
        ),
      ),
      ...tiles.map(({ x, y, row }) =>
        svg("rect", {
          x,
          y,
          width: TILE.width,
          height: TILE.height,
          rx: 3,
          class: `tile row-${row % 4}`,
        }),
      ),
      ...arrows.map((arrow) =>
        svg("line", { ...arrow, "marker-end": `url(#shape-check-${kind}-head)` }),
      ),
      ...rows.map(({ y, label }) => svg("text", { x: 40, y, "text-anchor": "end" }, label)),
      ...columns.map(({ x, label }) => svg("text", { x, y: 13, "text-anchor": "middle" }, label)),
      ...more.map(dots),
    );
    return el(
      "figure",
      { class: "shape-check-picture" },
      el("figcaption", {}, el("b", {}, title), el("span", {}, flow)),
      drawing,
    );
  }

  /** @param {Question} question @param {Diagnosis} diagnosis */
  function notes({ lengths }, { mixes, packing }) {
    const packed =
      packing && lengths
        ? [
            t("shape_check.pack.rows", {
              rows: lengths.reduce((sum, length) => sum + length, 0),
              sizes: listed(packing.batchSizes),
            }),
            ...(packing.sorted
              ? []
              : [t("shape_check.pack.order", { order: listed(packing.order) })]),
            ...(packing.dropped > 0
              ? [t("shape_check.pack.dropped", { count: packing.dropped })]
              : []),
            ...(packing.cut > 0 ? [t("shape_check.pack.cut", { count: packing.cut })] : []),
          ]
        : [];
    find("#shape-check-notes").replaceChildren(
      ...[...mixes.map((mix) => t(`shape_check.mix.${mix}`)), ...packed].map((note) =>
        el("li", {}, note),
      ),
    );
  }

  /** Lines to copy; with a question, one to go on with. @param {string} title @param {string[]} lines @param {Question | null} question */
  function snippet(title, lines, question) {
    return el(
      "li",
      {},
      question ? el("p", { class: "strong" }, title) : null,
      el(
        "pre",
        { class: "code", tabindex: 0, "aria-label": title },
        el("code", {}, lines.join("\n")),
      ),
      el(
        "span",
        { class: "shape-check-ways" },
        el(
          "button",
          {
            type: "button",
            class: "button small",
            onclick: () => copy(lines),
            "aria-label": `${t("call.copy")}: ${title}`,
          },
          t("call.copy"),
        ),
        question
          ? el(
              "button",
              {
                type: "button",
                class: "button small",
                onclick: () => use(question),
                "aria-label": `${t("shape_check.fix.use")}: ${title}`,
              },
              t("shape_check.fix.use"),
            )
          : null,
      ),
    );
  }

  /** The call as it stands, in Python. @param {Question} question @param {string} layout @returns {string[]} */
  function callOf(question, layout) {
    const { lengths, shape, batch_first: batchFirst } = question;
    const first = batchFirst ? ", batch_first=True" : "";
    const packed = lengths
      ? [
          `packed = nn.utils.rnn.pack_padded_sequence(x, [${lengths.join(", ")}]${first}, enforce_sorted=False)`,
        ]
      : [];
    const states = question.h_0 ? ", (h_0, c_0)" : "";
    return [
      constructorOf(question),
      `# x ${shapeText(shape)}: ${[...layout].join(", ")}`,
      ...packed,
      `output, (h_n, c_n) = lstm(${lengths ? "packed" : "x"}${states})`,
      ...(lengths ? [`output, lengths = nn.utils.rnn.pad_packed_sequence(output${first})`] : []),
    ];
  }

  /** @param {Question} question @param {Diagnosis} diagnosis */
  function fixes(question, { verdict: found, layout }) {
    const wrong = found === "error" || found === "mixes";
    const list = wrong
      ? fixesOf(question).map(({ kind, lines, question: mended }) =>
          snippet(t(`shape_check.fix.${kind}`), lines, mended),
        )
      : [snippet(t("call.title"), callOf(question, layout), null)];
    find("#shape-check-fixes").hidden = list.length === 0;
    setText(find("#shape-check-fixes-title"), t(wrong ? "shape_check.fixes" : "call.title"));
    find("#shape-check-fixes-list").replaceChildren(...list);
  }

  /** @param {Question} question @param {Diagnosis} diagnosis */
  function returns(question, { returns: shapes, layout, same }) {
    find("#shape-check-returns").hidden = !shapes;
    if (!shapes) return;
    const { bidirectional, num_layers: layers, proj_size: projection, lengths } = question;
    const many = bidirectional ? "2\u00b7" : "";
    const batch = layout.includes("N") ? ", N" : "";
    const size = projection ? "P" : "H";
    const row = bidirectional ? (layers > 1 ? "2 * layer + direction" : "direction") : "layer";
    const lead = [...layout].slice(0, -1);
    /** @type {[string, number[], string, string][]} */
    const rows = [
      ["x", question.shape, `(${[...layout].join(", ")})`, `x[${lead.join(", ").toLowerCase()}]`],
      [
        "output",
        shapes.output,
        `(${lead.join(", ")}, ${many}${size})`,
        `output[${lead.join(", ").toLowerCase()}]`,
      ],
      ["h_n", shapes.h_n, `(${many}L${batch}, ${size})`, `h_n[${row}${batch.toLowerCase()}]`],
      ["c_n", shapes.c_n, `(${many}L${batch}, H)`, `c_n[${row}${batch.toLowerCase()}]`],
    ];
    find("#shape-check-shapes").replaceChildren(
      ...rows.map(([name, shape, axes, index]) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, name),
          ...[shapeText(shape), axes, index].map((text) => el("td", {}, text)),
        ),
      ),
    );
    const unequal = lengths !== null && new Set(lengths).size > 1;
    find("#shape-check-same").replaceChildren(
      ...same.map(([one, other]) =>
        el("li", {}, el("code", {}, one), ` ${t("shape_check.same")} `, el("code", {}, other)),
      ),
      ...(unequal ? [el("li", {}, t("shape_check.same.lengths"))] : []),
      el("li", {}, t("shape_check.states")),
    );
  }

  return {
    /** @param {Question} question @param {Diagnosis} diagnosis */
    draw(question, diagnosis) {
      verdict(question, diagnosis);
      table(diagnosis.axes);
      pictures(question, diagnosis);
      notes(question, diagnosis);
      fixes(question, diagnosis);
      returns(question, diagnosis);
    },
  };
}
