/**
 * The one tooltip: whatever number the pointer, a finger or the focus is on, what it is and how it came about. The panels
 * light it, and what it was made of, by themselves.
 */

import { focusOf } from "../../model/cursor.js";
import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { wordsOf } from "./hover-words.js";
import { covers, hoverOf, litBy } from "../../model/places.js";
import { hovered } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("./probes.js").Hit} Hit */

const GAP = 9;
/** Milliseconds in which the pointer may cross from a number to its tooltip. */
const GRACE = 140;

/** Beside what it explains, never over it: above while there is room, or below if that is asked for.
 * @param {DOMRect} anchor @param {{width: number, height: number}} size @param {{width: number, height: number, top: number}} room @param {boolean} wished below */
function beside(anchor, size, room, wished) {
  const above = anchor.top - GAP - size.height;
  const below = anchor.bottom + GAP;
  const fits = below + size.height <= room.height;
  const top = above < room.top || (wished && fits) ? below : above;
  const left = anchor.left + anchor.width / 2 - size.width / 2;
  return { left: Math.max(8, Math.min(room.width - size.width - 8, left)), top };
}

/** @param {import("../../types.js").Context} context */
export function createHover({ store, t, probes }) {
  const tip = find("#tip");
  const title = find("#tip-title");
  const value = find("#tip-value");
  const lines = find("#tip-lines");
  /** @type {Hit | null} */
  let hit = null;
  /** @type {Element | null} */
  let described = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let leaving;
  /** Dismissed until the pointer finds something else. @type {Hit | null} */
  let dismissed = null;

  /** @param {Hit | null} next */
  function point(next) {
    clearTimeout(leaving);
    if (dismissed && next && JSON.stringify(next.hover) === JSON.stringify(dismissed.hover)) return;
    if (next) dismissed = null;
    hit = next;
    store.update(hovered(next?.hover ?? null));
  }

  function dismiss() {
    const gone = hit;
    point(null);
    dismissed = gone;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(() => point(null), GRACE);
  }

  document.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.buttons) return;
    const { target } = event;
    if (target instanceof Node && tip.contains(target)) {
      clearTimeout(leaving);
      return;
    }
    const found = probes.at(target, { x: event.clientX, y: event.clientY });
    if (found) point(found);
    else {
      dismissed = null;
      if (hit && !described) leave();
    }
  });
  document.documentElement.addEventListener("pointerleave", () => {
    if (!described) leave();
  });
  // A finger has no hover: a tap asks.
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!(event instanceof PointerEvent) || (target instanceof Node && tip.contains(target)))
      return;
    if (event.pointerType !== "touch") {
      // What was clicked is open now: its tooltip has said enough.
      if (hit && event.detail > 0) dismiss();
      return;
    }
    dismissed = null;
    point(probes.at(target, { x: event.clientX, y: event.clientY }));
  });
  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element) || tip.contains(target) || !target.matches(":focus-visible"))
      return;
    const found = probes.at(target, null);
    describe(found ? target : null);
    if (found || hit) point(found);
  });
  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (!described || (relatedTarget instanceof Node && tip.contains(relatedTarget))) return;
    describe(null);
    point(null);
  });
  // Before anybody else hears of it: the first Esc only puts the tooltip away.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || tip.hidden) return;
      event.preventDefault();
      event.stopPropagation();
      dismiss();
    },
    { capture: true },
  );
  addEventListener("scroll", () => place(), { capture: true, passive: true });

  /** The focused node is described by the tooltip. @param {Element | null} node */
  function describe(node) {
    if (described !== node && described) restore(described);
    if (described !== node && node) {
      const own = node.getAttribute("aria-describedby");
      setAttribute(node, "data-described", own ?? "");
      setAttribute(node, "aria-describedby", `${own ? `${own} ` : ""}tip-text`);
    }
    described = node;
  }

  /** @param {Element} node */
  function restore(node) {
    const own = node.getAttribute("data-described");
    setAttribute(node, "aria-describedby", own || null);
    node.removeAttribute("data-described");
  }

  function place() {
    if (tip.hidden || !hit) return;
    const anchor = hit.anchor();
    const bottom = find(".transport").getBoundingClientRect().top;
    const top = find(".masthead").getBoundingClientRect().bottom;
    const gone =
      anchor.bottom < top - 4 || anchor.top > bottom || (anchor.width === 0 && anchor.height === 0);
    if (gone) {
      point(null);
      return;
    }
    const size = { width: tip.offsetWidth, height: tip.offsetHeight };
    const { left, top: y } = beside(
      anchor,
      size,
      { width: innerWidth, height: bottom, top: 4 },
      hit.below === true,
    );
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(y)}px)`;
  }

  /** @param {State} state */
  function draw(state) {
    const words = state.hover && hit && wordsOf(state, state.hover, t);
    tip.hidden = !words;
    if (!words || !state.hover) return;
    setText(title, words.title);
    setText(value, words.value ? `= ${words.value}` : "");
    setAttribute(
      value,
      "class",
      `tip-value${state.hover.weight ? "" : ` q-${state.hover.quantity[0]}`}`,
    );
    lines.replaceChildren(...words.lines.map((line) => el("span", {}, line)));
    place();
  }

  /** Nodes that name their number are lit here, pictures light their own. @param {State} state */
  function light(state) {
    const { trace, cursor } = state;
    const lit = litBy(state);
    for (const node of findAll(".lit[data-name]:not([data-probe])"))
      node.classList.remove("lit", "lit-self");
    if (!trace || !lit.length) return;
    for (const node of findAll("[data-name]:not([data-probe])")) {
      const here = hoverOf(
        node.getAttribute("data-name") ?? "",
        cursor,
        focusOf(cursor),
        trace.request.config.hidden_size,
      );
      // A product is lit by its operand, a bias by nothing but itself.
      const found = here.weight?.column === null ? undefined : lit.find((one) => covers(one, here));
      if (found) node.classList.add("lit", ...(found.self ? ["lit-self"] : []));
    }
  }

  return {
    /** Something that has the focus is now on another number. @param {Element} node */
    ask(node) {
      describe(node);
      point(probes.at(node, null));
    },

    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (state.hover !== previous?.hover || state.trace !== previous?.trace) {
        draw(state);
        light(state);
      } else if (
        state.hover &&
        (state.cursor !== previous.cursor ||
          state.explanation !== previous.explanation ||
          state.sums !== previous.sums)
      ) {
        draw(state);
        light(state);
      }
      if (state.hover === null && hit) hit = null;
      // What has the focus speaks of the cursor, which has moved.
      if (described && state.hover && !state.playing && state.cursor !== previous?.cursor)
        point(probes.at(described, null));
    },
  };
}
