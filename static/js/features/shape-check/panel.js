/** The shape check: a question in fields, and the answer to it, in a dialog with an address of its own. */

import { MEANINGS, countIn, lengthsIn, sizesIn } from "../../state/shape-question.js";
import { questionOf, runOf } from "./run.js";
import { diagnose, meaningOf } from "./diagnosis.js";
import { copied, el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { createAnswer } from "./answer.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").ShapeQuestion} Question */

/** @param {import("../../types.js").Context} context */
export function createShapeCheck({ store, t, toast, actions }) {
  const dialog = /** @type {HTMLDialogElement} */ (find("#shape-check"));
  const form = /** @type {HTMLFormElement} */ (find("#shape-check-form"));
  const means = /** @type {HTMLSelectElement} */ (find("#shape-check-means"));
  const run = find("#shape-check-run");
  const answer = createAnswer({
    t,
    copy,
    use: (question) => {
      actions.shapeCheck(question);
      find("#shape-check-shape").focus();
    },
  });
  /** The field whose text is on its way into the question, and stays as it is typed. */
  let typed = "";
  /** @param {string} name */
  const field = (name) => /** @type {HTMLInputElement} */ (find(`#shape-check-${name}`));

  for (const button of findAll("[data-shape-check]")) {
    button.addEventListener("click", () => {
      const { trace } = store.get();
      /** @type {HTMLDialogElement} */ (find("#help")).close();
      if (trace) actions.shapeCheck(questionOf(trace.request));
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    typed = /** @type {HTMLInputElement} */ (event.target).name;
    ask();
  });
  dialog.addEventListener("close", () => {
    if (store.get().shapeCheck) actions.shapeCheck(null);
  });
  run.addEventListener("click", () => {
    const question = store.get().shapeCheck;
    if (!question || run.getAttribute("aria-disabled") === "true") return;
    actions.shapeCheck(null);
    actions.run(runOf(question).request);
    toast(t("shape_check.ran"));
  });
  find("#shape-check-link").addEventListener("click", async () => {
    actions.writeAddress();
    toast(t((await copied(location.href)) ? "header.share.done" : "copy.refused"));
  });

  /** @param {string[]} lines */
  async function copy(lines) {
    toast(t((await copied(`${lines.join("\n")}\n`)) ? "shape_check.copied" : "copy.refused"));
  }

  /** What stands in the fields; a field that cannot be read says so, and the last answer stays, dimmed. */
  function ask() {
    const question = store.get().shapeCheck;
    if (!question) return;
    const text = (/** @type {string} */ name) => field(name).value;
    const read = {
      shape: sizesIn(text("shape")),
      input_size: countIn(text("input_size"), 1),
      hidden_size: countIn(text("hidden_size"), 1),
      num_layers: countIn(text("num_layers"), 1),
      proj_size: text("proj_size").trim() ? countIn(text("proj_size"), 0) : 0,
      lengths: text("lengths").trim() ? lengthsIn(text("lengths")) : undefined,
      h_0: text("h_0").trim() ? sizesIn(text("h_0")) : undefined,
    };
    const bad = Object.entries(read)
      .filter(([, value]) => value === null)
      .map(([name]) => name);
    complain(Object.keys(read), bad);
    if (bad.length) return;
    const { shape, lengths = null, h_0 = null, ...counts } = /** @type {any} */ (read);
    const usual =
      shape.length === question.shape.length ? means.value : (MEANINGS[shape.length]?.[0] ?? "");
    actions.shapeCheck({
      ...counts,
      shape,
      lengths,
      h_0,
      means: usual,
      batch_first: field("batch_first").checked,
      bidirectional: field("bidirectional").checked,
    });
  }

  /** @param {string[]} names @param {string[]} bad */
  function complain(names, bad) {
    for (const name of names) {
      const line = find(`#shape-check-${name}-message`);
      line.hidden = !bad.includes(name);
      setAttribute(field(name), "aria-invalid", line.hidden ? null : "true");
      if (line.hidden) continue;
      const kind =
        name === "lengths" ? "lengths" : name === "shape" || name === "h_0" ? "shape" : "count";
      setText(line, t(`shape_check.bad.${kind}`, { least: name === "proj_size" ? 0 : 1 }));
    }
    find("#shape-check-answer").classList.toggle("stale", bad.length > 0);
    if (bad.length) setAttribute(run, "aria-disabled", "true");
  }

  /** The fields say what is asked. @param {Question} question */
  function fill(question) {
    const { shape, lengths, h_0: state } = question;
    const texts = {
      shape: shape.join(", "),
      input_size: question.input_size,
      hidden_size: question.hidden_size,
      num_layers: question.num_layers,
      proj_size: question.proj_size,
      lengths: lengths?.join(", ") ?? "",
      h_0: state?.join(", ") ?? "",
    };
    for (const [name, value] of Object.entries(texts)) {
      if (name !== typed) field(name).value = String(value);
    }
    field("batch_first").checked = question.batch_first;
    field("bidirectional").checked = question.bidirectional;
    const meaning = meaningOf(question);
    const offered = [
      ...new Set([...(MEANINGS[shape.length] ?? []), ...(meaning ? [meaning] : [])]),
    ];
    const key = `${offered} ${shape.length}`;
    if (means.dataset.offered !== key) {
      means.replaceChildren(
        ...offered.map((letters) =>
          el(
            "option",
            { value: letters },
            t("shape_check.meaning", {
              letters: [...letters].join(", "),
              words: [...letters].map((letter) => t(`shape_check.letter.${letter}`)).join(", "),
            }),
          ),
        ),
        el("option", { value: "" }, t("shape_check.meaning.none")),
      );
      means.dataset.offered = key;
    }
    means.value = meaning;
  }

  /** @param {Question} question */
  function draw(question) {
    const diagnosis = diagnose(question);
    answer.draw(question, diagnosis);
    const runs = diagnosis.fault === null && !question.shape.includes(0);
    setAttribute(run, "aria-disabled", runs ? null : "true");
    setText(run, t(diagnosis.verdict === "mixes" ? "shape_check.run.read" : "shape_check.run"));
    const caps = runs ? runOf(question).caps : [];
    setText(
      find("#shape-check-caps"),
      caps.length
        ? t("shape_check.caps", {
            list: caps.map((cap) => t("shape_check.cap", { ...cap })).join(", "),
          })
        : "",
    );
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render({ shapeCheck }, previous) {
      if (shapeCheck === (previous?.shapeCheck ?? null)) return;
      if (!shapeCheck) {
        dialog.close();
        return;
      }
      complain(
        ["shape", "input_size", "hidden_size", "num_layers", "proj_size", "lengths", "h_0"],
        [],
      );
      fill(shapeCheck);
      draw(shapeCheck);
      typed = "";
      if (dialog.open) return;
      dialog.showModal();
      find("#shape-check-answer").scrollTop = 0;
    },
  };
}
