import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { complete } from "../../../static/js/model/request.js";
import { initialState } from "../../../static/js/state/state.js";
import { PAGES } from "../../../static/js/features/tour/pages.js";
import {
  pageFilledIn,
  hasStrayed,
  pageOf,
  textParts,
  pagePosition,
  wantedOf,
} from "../../../static/js/features/tour/tour.js";
import { fromHash, toHash } from "../../../static/js/state/url.js";
import { traceOf } from "../support.js";

/** @param {string} language @returns {Record<string, string>} */
const words = (language) =>
  JSON.parse(
    readFileSync(new URL(`../../../static/i18n/${language}/tour.json`, import.meta.url), "utf8"),
  );
/** @type {import("../../../static/js/types.js").Preset[]} */
const presets = [...new Set(PAGES.flatMap(({ preset }) => preset ?? []))].map((name) => ({
  name,
  title: name,
  trained: false,
  accuracy: null,
  tokens: null,
  targets: null,
  readout: null,
  story: [],
  request: complete({
    config: { input_size: 3, hidden_size: 4 },
    weights: { kind: "preset", name },
  }),
}));

test("there are eight to twelve pages, each with words in both languages, and no words without a page", () => {
  assert.ok(PAGES.length >= 8 && PAGES.length <= 12);
  const named = PAGES.flatMap(({ key }) =>
    ["title", "text", "try"].map((part) => `tour.${key}.${part}`),
  );
  for (const language of ["en", "zh"]) {
    const all = words(language);
    assert.deepEqual(
      Object.keys(all).filter((key) => key.split(".").length === 3),
      named,
    );
    for (const key of named) assert.equal((all[key]?.split("`").length ?? 0) % 2, 1, key);
  }
});

test("a page knows its place and its neighbours", () => {
  const [first, second] = PAGES;
  const last = PAGES.at(-1);
  assert.deepEqual(pagePosition(first?.key ?? ""), {
    number: 0,
    count: PAGES.length,
    before: null,
    after: second?.key,
  });
  assert.equal(pagePosition(last?.key ?? "").after, null);
});

test("an address with a page alone asks for the page's own state, with more for what the reader made of it", () => {
  for (const page of PAGES) {
    const wanted = pageFilledIn(fromHash(`#tour=${page.key}`), presets);
    assert.deepEqual(wanted, wantedOf(page, presets));
    assert.ok(wanted.preset || wanted.request);
  }
  const own = fromHash("#preset=recall&at=0.forward.3.2.1.0.f&tour=keep");
  assert.deepEqual(pageFilledIn(own, presets), own);
  assert.equal(pageFilledIn(fromHash("#tour=nothing"), presets).tour, null);
});

test("what a page changes of a preset leaves the rest of it", () => {
  const page = pageOf("half_open");
  assert.ok(page);
  const { request } = wantedOf(page, presets);
  assert.deepEqual(request?.weights, { kind: "seed", seed: 0 });
  assert.equal(request?.config.hidden_size, 4);
});

test("a page's state is told from what the reader made of it, in whatever order the settings come", () => {
  for (const page of PAGES) {
    const { preset, request, cursor } = wantedOf(page, presets);
    assert.ok(cursor);
    const asked = request ?? presets.find(({ name }) => name === preset)?.request ?? null;
    assert.ok(asked);
    const turned = { ...asked, config: Object.fromEntries(Object.entries(asked.config).reverse()) };
    const state = {
      ...initialState("light"),
      presets,
      preset,
      edited: request !== null,
      request: /** @type {any} */ (turned),
      pending: false,
      trace: traceOf(),
      cursor,
      tour: page.key,
    };
    assert.equal(hasStrayed(state), false, page.key);
    assert.equal(
      hasStrayed({ ...state, cursor: { ...cursor, timestep: cursor.timestep + 1 } }),
      true,
    );
    assert.equal(
      hasStrayed({ ...state, edited: true, request: { ...asked, training: !asked.training } }),
      true,
    );
    assert.equal(fromHash(toHash(state)).tour, page.key);
  }
});

test("code in a sentence is told from its words", () => {
  assert.deepEqual(textParts("`h_n[3]` is it"), [
    { text: "h_n[3]", code: true },
    { text: " is it", code: false },
  ]);
});
