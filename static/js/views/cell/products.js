/** The products behind a number, ranked: a list that says each of them, and beside its rows their bars, drawn by Plotly. */

import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { productsFigure } from "../../figures/products.js";
import { short } from "../../base/format.js";
import { createPlot } from "../../paint/plot.js";

/** @typedef {import("../../model/products.js").Term} Term */

const SHOWN = 5;

/** @param {Term} term */
function row(term) {
  const factors =
    term.right === null
      ? [el("span", {}, short(term.left))]
      : [
          el("span", {}, short(term.left)),
          el("span", { class: "times" }, " \u00b7 "),
          el("span", { class: `q-${term.hue}` }, short(term.right)),
        ];
  return el(
    "li",
    { tabindex: 0, "data-name": term.source },
    el(
      "span",
      { class: `term-name q-${term.hue}` },
      term.name,
      el("sub", {}, term.index),
      term.label ? el("span", { class: "term-label", title: term.label }, ` ${term.label}`) : null,
    ),
    el("span", { class: "term-factors" }, ...factors),
    el("span", { class: "term-bar", "aria-hidden": "true" }),
    el("span", { class: "term-product" }, short(term.product)),
  );
}

/** A list with its bars. @param {string} id */
function createList(id) {
  const list = find(`#${id}`);
  const host = find(`#${id}-plot`);
  const plot = createPlot(host);
  /** @type {Term[]} */
  let shown = [];
  return {
    list,
    /** @param {Term[]} terms */
    fill(terms) {
      shown = terms;
      list.toggleAttribute(
        "data-labelled",
        terms.some(({ label }) => label),
      );
      list.replaceChildren(...terms.map(row));
    },
    /** Where the rows leave room for them. @param {number} reach @param {import("../../types.js").Theme} theme */
    drawBars(reach, theme) {
      const places = findAll(".term-bar", list);
      const [first] = places;
      const width = first?.offsetWidth ?? 0;
      host.hidden = !width;
      if (!first || !width) return;
      host.style.left = `${first.offsetLeft}px`;
      const middles = places.map((place) => place.offsetTop + place.offsetHeight / 2);
      plot.show(productsFigure(shown, middles, { width, height: list.offsetHeight, reach, theme }));
    },
  };
}

/** @param {Pick<import("../../types.js").Context, "t" | "store">} context */
export function createProducts({ t, store }) {
  const first = createList("terms");
  const rest = createList("terms-rest");
  const fold = /** @type {HTMLDetailsElement} */ (find("#terms-rest-fold"));
  /** @type {Term[]} */
  let ranked = [];
  /** The rest is written out only for those who open it. */
  let listed = false;

  function listRest() {
    if (!listed) rest.fill(ranked.slice(SHOWN));
    listed = true;
  }

  function drawBars() {
    const { theme } = store.get();
    const reach = Math.abs(ranked[0]?.product ?? 0) || 1;
    first.drawBars(reach, theme);
    if (fold.open) rest.drawBars(reach, theme);
  }

  fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    listRest();
    drawBars();
  });

  return {
    /** @param {Term[]} terms */
    draw(terms) {
      ranked = terms;
      listed = false;
      first.fill(terms.slice(0, SHOWN));
      fold.hidden = terms.length <= SHOWN;
      setText(
        find("#terms-rest-title"),
        t("products.rest", { count: Math.max(0, terms.length - SHOWN) }),
      );
      if (fold.open) listRest();
      drawBars();
    },
    /** In other room, or another theme. */
    drawBars,
    /** @param {boolean} stale */
    setStale(stale) {
      for (const { list } of [first, rest]) setAttribute(list, "data-stale", String(stale));
    },
  };
}
