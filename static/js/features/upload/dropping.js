/** A file that is dropped anywhere on the page finds its room: weights, or data for the input. */

import { find, setText } from "../../base/dom.js";
import { roomOf } from "./files.js";

/** @param {import("../../types.js").Context} context */
export function createDropping({ t, actions }) {
  const veil = find("#dropping");
  let depth = 0;

  /** @param {DragEvent} event */
  const brings = (event) =>
    event.dataTransfer?.types.includes("Files") === true && !document.querySelector("dialog[open]");
  /** @param {boolean} shown */
  function show(shown) {
    veil.hidden = !shown;
    if (!shown) depth = 0;
  }

  addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth += 1;
    setText(find("#dropping-text"), t("upload.drop"));
    show(true);
  });
  addEventListener("dragover", (event) => {
    if (brings(event)) event.preventDefault();
  });
  addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    show(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    if (roomOf(file.name) === "data") {
      actions.bringData(file);
      return;
    }
    actions.rail(true);
    actions.upload(file);
  });
}
