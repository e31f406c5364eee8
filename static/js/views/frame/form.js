/** Every argument of the call as a field. A field knows its path in the request; the server says what is wrong with it. */

import { find, findAll, setAttribute, setText } from "../../base/dom.js";
import { messagesOf } from "../../model/errors.js";
import { means, readField, writeField } from "../../base/fields.js";
import { FIELDS, hasField, startOf } from "../../model/input-kinds.js";
import { isWindowed } from "../../model/windows.js";
import { inputSizes, valueAt, zeroStates } from "../../model/request.js";
import { inputInLayout, parametersAsLists } from "../../model/seeds.js";
import { presetOf, settingUnread, viewSet } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** @param {import("../../types.js").Context} context */
export function createForm({ store, t, say, actions }) {
  const form = /** @type {HTMLFormElement} */ (find("#form"));
  const fields = /** @type {Field[]} */ (/** @type {unknown} */ (findAll("[data-path]", form)));
  const paths = fields.map((field) => field.dataset.path ?? "");
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const field of fields)
    field.addEventListener(
      field.dataset.kind === "choice" || field.dataset.kind === "flag" ? "change" : "input",
      () => edit(field),
    );

  explain(form, find("#hint-line"));

  /** @param {Field} field */
  function edit(field) {
    const path = field.dataset.path ?? "";
    if (field.dataset.kind === "choice" && path !== "dtype") {
      choose(path, field.value);
      return;
    }
    const read = readField(field);
    if (read.unread !== undefined) store.update(settingUnread(path, read.unread));
    else actions.edit(path, read.value);
  }

  /** A choice of kind brings something of that kind to start from: what is shown now, written out, or a seed.
   * @param {string} path @param {string} kind */
  function choose(path, kind) {
    const { request, trace } = store.get();
    if (!request) return;
    const [group = "", inner] = path.split(".");
    if (group === "states") {
      const which = /** @type {"h_0" | "c_0"} */ (inner);
      actions.edit(which, kind === "zeros" ? null : zeroStates(request, which));
    } else if (group === "weights") {
      const preset = presetOf(store.get());
      const { upload } = store.get();
      if (kind === "upload" && upload?.phase === "found")
        actions.chooseLstm(upload.found.lstms[0]?.prefix ?? "");
      else if (kind === "state_dict" && trace)
        actions.edit("weights", { kind, tensors: parametersAsLists(trace) });
      else
        actions.edit(
          "weights",
          kind === "preset" && preset ? preset.request.weights : { kind: "seed", seed: 0 },
        );
    } else if (kind === "values" && trace) {
      actions.edit("input", { kind, values: inputInLayout(trace) });
      if (isWindowed(trace)) store.update(viewSet({ notice: "window" }));
    } else {
      actions.edit("input", startOf(/** @type {any} */ (kind), inputSizes(request)));
    }
  }

  /** Fields of what is not chosen are away. @param {import("../../types.js").TraceRequest} request @param {State} state */
  function showFields(request, state) {
    /** @type {Record<string, boolean>} */
    const shown = {
      "weights.seed": request.weights.kind === "seed",
      "weights.tensors": request.weights.kind === "state_dict",
      ...Object.fromEntries(
        FIELDS.map((field) => [`input.${field}`, hasField(request.input.kind, field)]),
      ),
      h_0: request.h_0 !== null,
      c_0: request.c_0 !== null,
      dropout_seed: request.training,
    };
    for (const [path, visible] of Object.entries(shown))
      find(`[data-field="${path}"]`, form).hidden = !visible;
    const presetWeights = presetOf(state)?.request.weights.kind === "preset";
    /** @type {HTMLOptionElement} */ (
      find('[data-path="weights.kind"] option[value="preset"]', form)
    ).disabled = !presetWeights;
    /** @type {HTMLOptionElement} */ (
      find('[data-path="weights.kind"] option[value="upload"]', form)
    ).disabled = request.weights.kind !== "upload" && state.upload?.phase !== "found";
  }

  /** @param {State} state */
  function fill(state) {
    const { request, unread } = state;
    if (!request) return;
    showFields(request, state);
    for (const field of fields) {
      const path = field.dataset.path ?? "";
      // Text that could not be read stands as it was typed, also after something else was shown.
      if (path in unread) {
        if (field.value !== unread[path]) field.value = unread[path] ?? "";
        continue;
      }
      const setting = path.startsWith("states.")
        ? valueAt(request, path.slice(7)) === null
          ? "zeros"
          : "values"
        : valueAt(request, path);
      // "1.50" stays as long as it is being typed; what came from elsewhere replaces it.
      if (document.activeElement !== field || !means(field, setting)) writeField(field, setting);
    }
  }

  /** @param {State} state */
  function complain({ failure, unread }) {
    const messages = messagesOf(failure, paths, unread, say);
    for (const path of Object.keys(unread)) messages.set(path, [t("form.json")]);
    for (const field of fields) {
      const path = field.dataset.path ?? "";
      const message = messages.get(path);
      setAttribute(field, "aria-invalid", message ? "true" : null);
      const line = document.getElementById(`${field.id}-message`);
      if (!line) continue;
      line.hidden = !message;
      setText(line, message?.slice(0, 4).join("\n") ?? "");
    }
  }

  return {
    paths,
    /** @param {string} path */
    focus(path) {
      find(`[data-path="${path}"]`, form).focus();
    },
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (
        state.request !== previous?.request ||
        state.unread !== previous.unread ||
        state.presets !== previous.presets ||
        state.upload !== previous.upload
      )
        fill(state);
      if (state.failure !== previous?.failure || state.unread !== previous.unread) complain(state);
    },
  };
}

/** One line at the foot of the form says what the field under the pointer, or in focus, is: nothing moves for it.
 * @param {HTMLElement} form @param {HTMLElement} line */
function explain(form, line) {
  const idle = line.textContent ?? "";
  const show = (/** @type {Event} */ event) => {
    const row =
      /** @type {HTMLElement} */ (event.target).closest(".field") ??
      form.querySelector(".field:focus-within");
    setText(line, row?.querySelector(".unseen")?.textContent ?? idle);
  };
  for (const kind of ["pointerover", "pointerleave", "focusin", "focusout"])
    form.addEventListener(kind, show);
}
