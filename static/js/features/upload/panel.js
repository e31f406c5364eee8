/** A file of weights: picked or dropped, what was found in it, which of its LSTMs runs, and what is wrong with it. */

import { el, find, setAttribute, setText } from "../../base/dom.js";
import { ACCEPTED, convertCommand, prefixName } from "./files.js";
import { readsNoise, uploadOf } from "../../state/upload.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../state/upload.js").Upload} Upload */
/** @typedef {import("../../state/upload.js").Lstm} Lstm */

/** @param {import("../../types.js").Context} context */
export function createUpload({ store, t, say, actions }) {
  const host = find("#upload");
  const status = find("#upload-status");
  const picker = /** @type {HTMLInputElement} */ (
    el("input", {
      type: "file",
      accept: ACCEPTED,
      class: "unseen",
      tabindex: "-1",
      "aria-hidden": "true",
    })
  );
  host.append(picker);
  const list = /** @type {HTMLSelectElement} */ (find("#upload-lstms"));
  const body = find("#upload-body");

  find("#upload-open").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    const [file] = picker.files ?? [];
    picker.value = ""; // the same file again is a change, too
    if (file) actions.upload(file);
  });
  find("#upload-close").addEventListener("click", () => {
    const { upload, request } = store.get();
    if (upload?.phase === "sending" || upload?.phase === "failed") actions.cancelUpload();
    else if (upload?.phase === "found")
      actions.removeUpload(upload.found.id, uploadOf(request) === upload.found.id);
    find("#upload-open").focus();
  });
  list.addEventListener("change", () => actions.chooseLstm(list.value));

  /** @param {Lstm} lstm */
  const describe = ({ prefix, config }) =>
    t(config.proj_size ? "upload.lstm.projected" : "upload.lstm", {
      name: prefixName(prefix) || t("upload.unnamed"),
      input: config.input_size,
      units: config.hidden_size,
      projection: config.proj_size,
      layers: t(config.num_layers === 1 ? "upload.layer" : "upload.layers", {
        count: config.num_layers,
      }),
      directions: t(config.bidirectional ? "upload.both" : "upload.one"),
    });

  /** LSTMs that cannot be shown, by name, each with why. @param {[string, import("../../base/i18n.js").ServerSentence][]} refused */
  const refusedList = (refused) =>
    el(
      "ul",
      { class: "upload-refused" },
      ...refused.map(([name, reason]) =>
        el("li", {}, el("b", {}, prefixName(name)), `: ${say(reason)}`),
      ),
    );

  /** @param {Extract<Upload, {phase: "found"}>} upload @param {State} state */
  function showFound({ name, found }, { request }) {
    const others = found.others ? ` ${t("upload.others", { others: found.others })}` : "";
    setText(
      status,
      t("upload.found", { name: name ?? t("upload.linked"), count: found.lstms.length }) + others,
    );
    list.replaceChildren(
      ...found.lstms.map((lstm) => el("option", { value: lstm.prefix }, describe(lstm))),
    );
    const weights = request?.weights;
    const chosen =
      weights?.kind === "upload" && weights.id === found.id
        ? found.lstms.find(({ prefix }) => prefix === weights.prefix)
        : undefined;
    if (!chosen)
      list.prepend(el("option", { value: "", disabled: true, selected: true }, t("upload.choose")));
    else list.value = chosen.prefix;
    body.replaceChildren(
      ...(chosen && readsNoise(request)
        ? [el("p", { class: "upload-remark" }, t("upload.noise"))]
        : []),
      ...(chosen?.remark_items ?? []).map((remark) =>
        el("p", { class: "upload-remark" }, say(remark)),
      ),
      ...(found.refused.length
        ? [
            el(
              "details",
              { class: "fold" },
              el("summary", {}, t("upload.refused", { count: found.refused.length })),
              refusedList(
                found.refused.map(({ name: refused, reason: msg, type, ctx }) => [
                  refused,
                  { type, msg, ctx },
                ]),
              ),
            ),
          ]
        : []),
    );
  }

  /** @param {Extract<Upload, {phase: "failed"}>} upload */
  function showFailed({ name, failure }) {
    const [error, ...others] = failure?.detail ?? [];
    const isPickle = error?.type === "pickle";
    setText(status, t("upload.failed", { name }));
    const message = !error
      ? t("upload.failed.offline")
      : failure?.status === 413
        ? t("upload.failed.too_large")
        : isPickle
          ? t("upload.failed.pickle")
          : say(error);
    body.replaceChildren(el("p", { class: "message" }, message));
    if (others.length) body.append(refusedList(others.map((one) => [String(one.loc.at(-1)), one])));
    if (isPickle) {
      const command = convertCommand(name);
      body.append(
        el(
          "div",
          { class: "upload-command" },
          el("code", {}, command),
          el(
            "button",
            { type: "button", class: "button small", onclick: () => actions.copy(command) },
            t("upload.copy"),
          ),
        ),
      );
    }
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      const { upload, request } = state;
      if (upload === previous?.upload && request === previous?.request) return;
      actions.lookAtUpload();
      host.dataset.phase = upload?.phase ?? "none";
      setAttribute(host, "aria-busy", String(upload?.phase === "sending"));
      find("#upload-panel").hidden = !upload;
      if (!upload) return;
      const close = find("#upload-close");
      const word =
        upload.phase === "sending"
          ? "upload.cancel"
          : upload.phase === "failed"
            ? "upload.dismiss"
            : "upload.remove";
      setText(close, t(word));
      setAttribute(close, "title", upload.phase === "found" ? t("upload.remove.hint") : null);
      find("#upload-choice").hidden = upload.phase !== "found";
      if (upload.phase === "found") showFound(upload, state);
      else if (upload.phase === "failed") showFailed(upload);
      else {
        setText(status, t("upload.sending", { name: upload.name }));
        body.replaceChildren(
          el("progress", { "aria-label": t("upload.sending", { name: upload.name }) }),
        );
      }
    },
  };
}
