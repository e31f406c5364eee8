/** The pinned numbers in a row: each says what it is and its value in the shown trace, leads back to it, and can go. */

import { el, find, setAttribute, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { identity } from "./hover-words.js";
import { MOST_PINS, gaveWay, isPinned, notInRun, pinToggled, pinnable } from "../../state/pins.js";
import { packPlace, valueOf } from "../../model/places.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").Place} Place */

/** @param {import("../../types.js").Context} context */
export function createPins({ store, t, toast, probes, actions }) {
  const panel = find("#pins");
  const list = find("#pins-list");
  const button = find("#tip-pin");
  /** @type {{pin: Place, value: HTMLElement}[]} */
  let shown = [];
  /** @type {Place[] | null} */
  let drawn = null;

  button.addEventListener("click", () => actions.pin());
  // A click opens what is under it; with Shift it pins it.
  document.addEventListener(
    "click",
    (event) => {
      if (!event.shiftKey || !(event.target instanceof Element) || panel.contains(event.target))
        return;
      const hover = probes.at(event.target, { x: event.clientX, y: event.clientY })?.hover;
      const place = hover && pinnable({ ...store.get(), hover });
      if (!place) return;
      event.preventDefault();
      event.stopPropagation();
      store.update(pinToggled(place));
    },
    { capture: true },
  );

  /** @param {Place} pin */
  function chip(pin) {
    const name = identity(t, store.get().trace, pin);
    const value = el("b", {});
    const back = el(
      "button",
      {
        type: "button",
        class: "pin-back",
        "data-pin": packPlace(pin),
        onclick: () => actions.visit(pin),
      },
      el("span", { class: `q-${pin.quantity[0]}` }, name),
      " = ",
      value,
    );
    probes.add(back, () => ({ hover: pin, anchor: () => back.getBoundingClientRect() }));
    const gone = el(
      "button",
      {
        type: "button",
        class: "pin-remove",
        "aria-label": t("pin.remove.of", { name }),
        onclick: () => remove(pin),
      },
      "\u00d7",
    );
    shown.push({ pin, value });
    return el("li", { class: "pin" }, back, gone);
  }

  /** The focus goes on to the next pin, or to the breadcrumb. @param {Place} pin */
  function remove(pin) {
    const index = store.get().pins.indexOf(pin);
    store.update(pinToggled(pin));
    draw(store.get());
    const next =
      list.querySelectorAll(".pin-remove")[Math.min(index, shown.length - 1)] ??
      find("#crumbs [aria-current]");
    if (next instanceof HTMLElement) next.focus();
  }

  /** What is pinned no longer, and why. @param {State | null} previous @param {State} state */
  function tell(previous, state) {
    const called = (/** @type {Place} */ pin) => identity(t, state.trace, pin);
    const gone = previous && gaveWay(previous.pins, state.pins);
    const missing = notInRun(state.pins).map(called);
    const lines = [
      ...(gone ? [t("pin.most", { most: MOST_PINS, name: called(gone) })] : []),
      ...(missing.length > 1
        ? [t("pin.missing.more", { name: missing[0] ?? "", count: missing.length - 1 })]
        : missing.map((name) => t("pin.missing", { name }))),
    ];
    if (lines.length) toast(lines.join(" "));
    // What was missing is back.
    else if (
      previous &&
      state.lost.length < previous.lost.length &&
      state.pins.length > previous.pins.length
    )
      toast("");
  }

  /** @param {State} state */
  function draw(state) {
    drawn = state.pins;
    shown = [];
    list.replaceChildren(...state.pins.map(chip));
    panel.hidden = state.pins.length === 0;
    read(state);
  }

  /** @param {State} state */
  function read(state) {
    for (const { pin, value } of shown) setText(value, short(valueOf(state, pin)));
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace) return;
      tell(previous, state);
      if (state.pins !== drawn) draw(state);
      else if (
        state.trace !== previous?.trace ||
        state.sums !== previous.sums ||
        state.explanation !== previous.explanation
      )
        read(state);
      if (state.hover === previous?.hover && state.pins === previous?.pins) return;
      const place = pinnable(state);
      button.hidden = !state.hover || !place;
      const pinned = isPinned(state, place);
      setAttribute(button, "aria-pressed", String(pinned));
      setText(find("span", button), t(pinned ? "pin.remove" : "pin.add"));
    },
  };
}
