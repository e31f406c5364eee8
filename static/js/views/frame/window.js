/** Which timesteps of a long trace are here, and the ways to others: the window before, the one after, or a typed timestep. */

import { find, setAttribute, setText } from "../../base/dom.js";
import { count } from "../../base/format.js";
import { isWindowed } from "../../model/windows.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createWindow({ store, t, actions }) {
  const panel = find("#window");
  const earlier = /** @type {HTMLButtonElement} */ (find("#window-earlier"));
  const later = /** @type {HTMLButtonElement} */ (find("#window-later"));
  const form = /** @type {HTMLFormElement} */ (find("#window-form"));
  const field = /** @type {HTMLInputElement} */ (find("#window-timestep"));
  const message = find("#window-message");

  // One goes on where the last window ended, and back to where this one began.
  earlier.addEventListener("click", () => {
    const { trace } = store.get();
    if (trace && trace.start > 0) actions.look(trace.start - 1);
  });
  later.addEventListener("click", () => {
    const { trace } = store.get();
    if (trace && trace.stop < trace.seqLen) actions.look(trace.stop);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { trace } = store.get();
    const text = field.value.trim();
    const timestep = Number(text);
    const legal = trace !== null && /^\d+$/.test(text) && timestep < trace.seqLen;
    complain(legal || !trace ? "" : t("window.range", { last: count(trace.seqLen - 1) }));
    if (legal) actions.look(timestep);
  });
  field.addEventListener("input", () => complain(""));

  /** @param {string} text */
  function complain(text) {
    message.hidden = text === "";
    setText(message, text);
    setAttribute(field, "aria-invalid", text ? "true" : null);
  }

  /** @param {State} state */
  function draw({ trace }) {
    panel.hidden = !trace || !isWindowed(trace);
    if (!trace || panel.hidden) return;
    const { start, stop, seqLen } = trace;
    setText(
      find("#window-where"),
      t("window.where", { first: count(start), last: count(stop - 1), total: count(seqLen) }),
    );
    // Not `disabled`: a button that has the focus keeps it at the end of the way.
    setAttribute(earlier, "aria-disabled", start > 0 ? null : "true");
    setAttribute(later, "aria-disabled", stop < seqLen ? null : "true");
    const track = find("#window-track");
    track.style.setProperty("--from", String(start / seqLen));
    track.style.setProperty("--to", String(stop / seqLen));
    complain("");
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (state.trace !== previous?.trace) draw(state);
      if (state.reading !== previous?.reading)
        setAttribute(panel, "aria-busy", String(state.reading));
      const at = String(state.cursor.timestep);
      if (state.cursor !== previous?.cursor && document.activeElement !== field && message.hidden)
        field.value = at;
    },
  };
}
