/** The bar of the tour: one page at a time, its suggestion, the way to every other page, and the way out. */

import { questionIn } from "../../state/shape-question.js";
import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { cursorSet, playStopped } from "../../state/state.js";
import { PAGES } from "./pages.js";
import { hasStrayed, pageOf, textParts, pagePosition } from "./tour.js";

/** @typedef {import("../../types.js").State} State */

const MET = "tour-met";

/** Where the page is scrolled to, kept: the function brings it back there once the next picture is drawn. */
export function placesOf() {
  const scrollers = [
    document.documentElement,
    ...["#rail", "#stage", "#side"].map((selector) => find(selector)),
  ];
  const places = scrollers.map((node) => node.scrollTop);
  return () =>
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        scrollers.forEach((node, k) => {
          node.scrollTop = places[k] ?? 0;
        });
      }),
    );
}

/** Every column from its top. */
function top() {
  for (const selector of ["#rail", "#stage", "#side"]) find(selector).scrollTop = 0;
}

/** @param {string} text */
const spoken = (text) => text.replaceAll("`", "");

/** @param {Element} node @param {string} text with code between backticks */
function setWords(node, text) {
  if (node.textContent === spoken(text)) return;
  node.replaceChildren(
    ...textParts(text).map((part) => (part.code ? el("code", {}, part.text) : part.text)),
  );
}

/** @param {import("../../types.js").Context} context */
export function createTour({ store, t, actions }) {
  const bar = find("#tour");
  const list = find("#tour-list");
  const doing = find("#tour-do");
  const next = find("#tour-next");
  const items = PAGES.map(({ key }) => {
    const button = el(
      "button",
      {
        type: "button",
        "data-page": key,
        onclick: () => {
          list.hidePopover();
          actions.tour(key);
          find("#tour-title").focus();
        },
      },
      t(`tour.${key}.title`),
    );
    find("#tour-pages").append(el("li", {}, button));
    return button;
  });
  /** The page whose panel has been brought into view, so that nothing scrolls away under the reader later. */
  let looked = "";

  invite();
  for (const id of ["#tour-button", "#tour-accept", "#help-tour"])
    find(id).addEventListener("click", begin);
  find("#tour-back").addEventListener("click", () => go("before"));
  next.addEventListener("click", () => go("after"));
  find("#tour-close").addEventListener("click", leave);
  doing.addEventListener("click", suggest);
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || findAll(":popover-open").length) return;
    event.preventDefault();
    leave();
  });
  new ResizeObserver(() =>
    document.body.style.setProperty("--tour", `${bar.offsetHeight}px`),
  ).observe(bar);

  /** The first visit, if not by a link, announces the tour in one line. */
  function invite() {
    const line = find("#tour-invite");
    line.hidden = localStorage.getItem(MET) !== null || location.hash.length > 1;
    find("#tour-decline").addEventListener("click", () => {
      meet();
      find("#stage").focus();
    });
  }

  function meet() {
    localStorage.setItem(MET, "1");
    find("#tour-invite").hidden = true;
  }

  function begin() {
    meet();
    /** @type {HTMLDialogElement} */ (find("#help")).close();
    if (!store.get().tour) actions.tour(PAGES[0]?.key ?? "");
    draw(store.get());
    find("#tour-title").focus();
  }

  /** @param {"before" | "after"} way */
  function go(way) {
    const { tour } = store.get();
    if (!tour) return;
    const key = pagePosition(tour)[way];
    if (key) actions.tour(key);
    else if (way === "after") leave();
  }

  /** The focus that was in the bar goes to where the bar was opened. */
  function leave() {
    const inside = bar.contains(document.activeElement);
    actions.leaveTour();
    if (!inside) return;
    const button = find("#tour-button");
    (button.checkVisibility() ? button : find("#stage")).focus();
  }

  function suggest() {
    const state = store.get();
    const page = pageOf(state.tour);
    if (!page) return;
    const { then } = page;
    if (hasStrayed(state)) actions.tourAgain();
    else if ("place" in then) store.update((now) => cursorSet(then.place)(playStopped(now)));
    else if ("path" in then) actions.edit(then.path, then.setting);
    else if (then.act === "compare") actions.compare();
    else actions.shapeCheck(questionIn(new URLSearchParams(then.asks)));
  }

  /** @param {State} state */
  function draw({ tour }) {
    bar.hidden = tour === null;
    document.body.classList.toggle("touring", tour !== null);
    const page = pageOf(tour);
    if (!page) return;
    const { number, count, before, after } = pagePosition(page.key);
    const place = t("tour.place", { number: number + 1, count });
    const [title, text, suggestion] = ["title", "text", "try"].map((part) =>
      t(`tour.${page.key}.${part}`),
    );
    setWords(find("#tour-title"), title ?? "");
    setWords(find("#tour-text"), text ?? "");
    setWords(find("#tour-try"), suggestion ?? "");
    setText(find("#tour-place"), place);
    setAttribute(find("#tour-back"), "aria-disabled", before ? null : "true");
    setText(next, t(after ? "tour.next" : "tour.finish"));
    items.forEach((item, k) => setAttribute(item, "aria-current", k === number ? "page" : null));
    setText(find("#tour-status"), spoken(`${place}. ${title}. ${text}`));
  }

  /** The panel that the page speaks of is marked, and brought into view once. @param {State} state */
  function look({ tour, trace, pending }) {
    const page = pageOf(tour);
    for (const panel of findAll(".tour-look"))
      if (!page || !panel.matches(page.look)) panel.classList.remove("tour-look");
    if (!page) looked = "";
    if (!page || !trace || pending) return;
    const panel = find(page.look);
    panel.classList.add("tour-look");
    if (looked !== page.key)
      requestAnimationFrame(() => {
        top();
        panel.scrollIntoView({ block: "start" });
      });
    looked = page.key;
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (state.tour !== previous?.tour) draw(state);
      if (
        state.tour !== previous?.tour ||
        state.trace !== previous.trace ||
        state.pending !== previous.pending
      )
        look(state);
      if (state.tour) setText(doing, t(hasStrayed(state) ? "tour.again" : "tour.do"));
    },
  };
}
