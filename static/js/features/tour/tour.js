/**
 * The tour as values: its pages in their order, what each asks of the page, and whether the reader has moved on from it.
 *
 * @typedef {import("./pages.js").Page} Page
 * @typedef {ReturnType<typeof import("../../state/url.js").fromHash>} Wanted
 */
import { complete } from "../../model/request.js";
import { ORIGIN } from "../../state/state.js";
import { PAGES } from "./pages.js";
import { fromHash, toHash } from "../../state/url.js";

/** @param {string | null} key */
export const pageOf = (key) => PAGES.find((page) => page.key === key) ?? null;

/** Where a page stands, from 0, and its neighbours, null at the ends. @param {string} key */
export function pagePosition(key) {
  const number = PAGES.findIndex((page) => page.key === key);
  return {
    number,
    count: PAGES.length,
    before: PAGES[number - 1]?.key ?? null,
    after: PAGES[number + 1]?.key ?? null,
  };
}

/** What a page shows, as an address would ask for it.
 * @param {Page} page @param {import("../../types.js").Preset[]} presets @returns {Wanted} */
export function wantedOf(page, presets) {
  const base = page.preset ? presets.find(({ name }) => name === page.preset)?.request : undefined;
  return {
    ...fromHash(""),
    preset: page.preset ?? null,
    request: page.request ? complete({ ...base, ...page.request }) : null,
    cursor: { ...ORIGIN, ...page.at },
    level: page.level ?? "network",
    tour: page.key,
  };
}

/** An address that names a page and nothing else asks for that page's state; an unknown page counts as none.
 * @param {Wanted} wanted @param {import("../../types.js").Preset[]} presets @returns {Wanted} */
export function pageFilledIn(wanted, presets) {
  const page = pageOf(wanted.tour);
  if (!page) return { ...wanted, tour: null };
  const named = wanted.preset || wanted.request || wanted.trace;
  return named ? wanted : { ...wantedOf(page, presets), shapeCheck: wanted.shapeCheck };
}

/** Whether what is shown is no longer the page's own state. @param {import("../../types.js").State} state */
export function hasStrayed(state) {
  const page = pageOf(state.tour);
  if (!page || !state.trace || state.pending) return false;
  const { cursor, preset, request } = wantedOf(page, state.presets);
  const shown = fromHash(toHash(state));
  return (
    inOrder([cursor, preset, request]) !== inOrder([state.cursor, shown.preset, shown.request])
  );
}

/** A value as text that does not depend on the order of keys. @param {any} value @returns {string} */
function inOrder(value) {
  if (!value || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`;
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}:${inOrder(value[key])}`)
    .join()}}`;
}

/** The words of a page in parts: what stands between backticks is code.
 * @param {string} text @returns {{text: string, code: boolean}[]} */
export const textParts = (text) =>
  text
    .split("`")
    .map((part, k) => ({ text: part, code: k % 2 === 1 }))
    .filter((part) => part.text);
