/** The dialog in which data becomes the input: its source, how it is read, what was read, and what the weights make of it. */

import * as api from "../../server/api.js";
import { find, findAll, setAttribute, setText } from "../../base/dom.js";
import { UNDECIDED, chosen, isStructural, requestWithInput, taken, weightsFor } from "./choices.js";
import { exampleTable } from "./example.js";
import { createShown } from "./shown.js";
import { createSource } from "./source.js";

/** @typedef {import("./choices.js").Choices} Choices */

/** Milliseconds without a further key until what was typed is read. */
const PATIENCE = 350;
/** Bytes of a file that is copied; a larger one no server takes anyway. */
const LARGEST = 2 ** 27;
const MEASURES = ["B", "KiB", "MiB", "GiB"];

/** @param {number} bytes */
function sizeText(bytes) {
  const power = Math.min(MEASURES.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const number = bytes / 1024 ** power;
  return `${power && number < 100 ? number.toPrecision(2) : Math.round(number)} ${MEASURES[power]}`;
}

/** @param {import("../../types.js").Context} context */
export function createDataDialog({ store, t, say, actions }) {
  const dialog = /** @type {HTMLDialogElement} */ (find("#data"));
  const picker = /** @type {HTMLInputElement} */ (find("#data-picker"));
  const paste = /** @type {HTMLTextAreaElement} */ (find("#data-paste"));
  const drop = find("#data-drop");
  const use = /** @type {HTMLButtonElement} */ (find("#data-use"));
  /** @type {File | null} */
  let file = null;
  /** @type {Choices} */
  let choices = UNDECIDED;
  /** @type {import("./source.js").SourceAnswer} */
  let answer = { preview: null, reading: null, failure: null, offline: false };
  let busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const shown = createShown({
    t,
    say,
    onRole(name, role) {
      choices = taken(choices, answer.preview?.columns ?? [], name, role);
      read(false);
    },
  });
  const source = createSource(api, (next) => {
    answer = next;
    busy = false;
    draw();
  });

  /** The tables that tokens can be looked up in. */
  function uploaded() {
    const { upload } = store.get();
    return upload?.phase === "found" ? upload.found : null;
  }

  /** @param {boolean} anew whether to look into the source again */
  function read(anew) {
    clearTimeout(timer);
    const body = file ?? paste.value;
    const { request } = store.get();
    source.stop();
    if (!body || !request) {
      answer = { preview: null, reading: null, failure: null, offline: false };
      busy = false;
    } else {
      busy = true;
      void source.ask(body, choices, anew ? null : answer.preview, {
        batchFirst: request.config.batch_first,
        upload: uploaded()?.id ?? null,
      });
    }
    draw();
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => read(true), PATIENCE);
  }

  /** A copy, since the file may change where it lies. @param {File | null} next */
  async function take(next) {
    file = next && next.size <= LARGEST ? new File([await next.arrayBuffer()], next.name) : next;
    choices = { ...UNDECIDED, missing: choices.missing, normalisation: choices.normalisation };
    read(true);
  }

  /** Each option shows where it says something. */
  function showOptions() {
    const format = answer.preview?.format ?? (choices.format === "auto" ? "" : choices.format);
    const matrices = uploaded()?.matrices ?? [];
    const fits = new Set([
      "any",
      format,
      ...((answer.preview?.arrays.length ?? 0) > 1 ? ["arrays"] : []),
      ...(format === "text" && matrices.length ? ["matrices"] : []),
      ...(format === "text" && choices.vocabulary ? ["vocabulary"] : []),
    ]);
    for (const part of findAll("[data-option]", dialog))
      part.hidden = !(part.dataset.for ?? "").split(" ").some((one) => fits.has(one));
    const auto = find("#data-format option");
    setText(
      auto,
      choices.format === "auto" && answer.preview
        ? t("data.format.found", { format: t(`data.format.${answer.preview.format}`) })
        : t("data.format.auto"),
    );
    shown.listArrays(answer.preview?.arrays ?? [], choices.array);
    shown.listMatrices(matrices, choices.matrix);
    for (const control of findAll("[data-name]", dialog)) {
      const value = choices[/** @type {"format"} */ (control.dataset.name)];
      if (control instanceof HTMLInputElement && control.type === "checkbox")
        control.checked = Boolean(value);
      else if (document.activeElement !== control)
        /** @type {HTMLInputElement} */ (control).value = String(value);
    }
  }

  function draw() {
    if (!dialog.open) return;
    showOptions();
    find("#data-file").hidden = !file;
    find("#data-paste-part").hidden = file !== null;
    if (file)
      setText(
        find("#data-file-name"),
        t("data.file", { name: file.name, size: sizeText(file.size) }),
      );
    shown.draw({ ...answer, choices, busy, empty: !file && !paste.value });
    const { request } = store.get();
    const { reading } = answer;
    const verdict = request && reading && weightsFor(request, reading);
    use.disabled = busy || !verdict || verdict === "refused";
    const words = find("#data-weights");
    setAttribute(words, "data-state", verdict || "none");
    setText(
      words,
      verdict && reading && request
        ? t(`data.weights.${verdict}`, { own: request.config.input_size, size: reading.input_size })
        : "",
    );
  }

  find("#data-pick").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    const [picked] = picker.files ?? [];
    picker.value = ""; // the same file again is a change, too
    if (picked) void take(picked);
  });
  find("#data-file-remove").addEventListener("click", () => {
    void take(null);
    paste.focus();
  });
  find("#data-example").addEventListener("click", () => {
    paste.value = exampleTable();
    choices = { ...UNDECIDED, normalisation: "z_score" };
    choices = {
      ...choices,
      roles: { date: "time", rain: "feature", temperature: "feature", flow: "target" },
    };
    read(true);
  });
  paste.addEventListener("input", () => {
    choices = { ...choices, roles: {} };
    soon();
  });
  find("#data-form").addEventListener("submit", (event) => event.preventDefault());
  for (const control of findAll("[data-name]", dialog)) {
    const typed =
      control instanceof HTMLTextAreaElement ||
      (control instanceof HTMLInputElement && control.type === "text");
    control.addEventListener(typed ? "input" : "change", () => {
      const name = control.dataset.name ?? "";
      const field = /** @type {HTMLInputElement} */ (control);
      choices = chosen(choices, name, field.type === "checkbox" ? field.checked : field.value);
      if (typed) soon();
      else read(isStructural(name));
    });
  }
  for (const kind of ["dragover", "dragleave", "drop"]) {
    dialog.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      const dropped =
        kind === "drop" ? /** @type {DragEvent} */ (event).dataTransfer?.files[0] : undefined;
      if (dropped) void take(dropped);
    });
  }
  use.addEventListener("click", () => {
    const { request } = store.get();
    if (!request || !answer.reading) return;
    const { request: next, notes } = requestWithInput(request, answer.reading);
    dialog.close();
    actions.useData(next, notes);
  });
  dialog.addEventListener("close", () => {
    source.stop();
    clearTimeout(timer);
  });

  return {
    /** @param {File | null} [given] that was dropped elsewhere on the page */
    open(given = null) {
      if (!dialog.open) dialog.showModal();
      if (given) void take(given);
      else read(answer.preview === null);
      if (!given && !file) paste.focus();
    },
  };
}
