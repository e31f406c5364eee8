import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsOf } from "../../../static/js/views/pointing/hover-words.js";
import {
  covers,
  hoverOf,
  isSamePlace,
  litBy,
  packPlace,
  placeAt,
  sourcesOf,
  unpackPlace,
  valueOf,
} from "../../../static/js/model/places.js";
import { originOf } from "../../../static/js/model/returns.js";
import * as transitions from "../../../static/js/state/state.js";
import { traceOf } from "../support.js";

const trace = traceOf({ num_layers: 2, bidirectional: true });
const shown = { ...transitions.initialState("light"), trace };
const cursor = {
  ...transitions.ORIGIN,
  layer: 1,
  direction: /** @type {const} */ ("reverse"),
  timestep: 1,
  unit: 3,
};
const words = (
  /** @type {string} */ key,
  /** @type {Record<string, string | number>} */ values = {},
) => `${key} ${Object.values(values).join(" ")}`.trim();

test("a name of the circuit is a place, the past of a reverse cell at its right", () => {
  assert.deepEqual(placeAt(cursor, "c_prev", 2), {
    quantity: "c",
    layer: 1,
    direction: "reverse",
    timestep: 2,
    unit: 2,
    sample: 0,
  });
  assert.equal(placeAt(cursor, "f", null).unit, null);
});

test("what panels write into their nodes is read relative to the cursor", () => {
  assert.equal(hoverOf("f", cursor, "f", 4).unit, 3);
  assert.deepEqual(hoverOf("w_hh.2", cursor, "g", 4).weight, {
    name: "weight_hh_l1_reverse",
    row: 11,
    column: 2,
  });
  assert.equal(hoverOf("w_hh.2", cursor, "g", 4).timestep, 2);
  assert.deepEqual(hoverOf("b_ih", cursor, "f", 4).weight, {
    name: "bias_ih_l1_reverse",
    row: 7,
    column: null,
  });
});

test("a value is the recorded one, and that of a state before the first timestep is the initial one", () => {
  assert.equal(
    valueOf(shown, {
      quantity: "h",
      layer: 0,
      direction: "forward",
      timestep: 1,
      unit: 2,
      sample: 1,
    }),
    14,
  );
  assert.equal(
    valueOf(shown, {
      quantity: "c",
      layer: 0,
      direction: "forward",
      timestep: -1,
      unit: 2,
      sample: 1,
    }),
    0,
  );
  assert.equal(
    valueOf(shown, {
      quantity: "f",
      layer: 0,
      direction: "forward",
      timestep: 9,
      unit: 2,
      sample: 1,
    }),
    undefined,
  );
});

test("a number lights what it was made of: vectors for a gate, one unit for a state, the layer below for x", () => {
  const lit = (/** @type {string} */ quantity) =>
    sourcesOf(trace, placeAt(cursor, quantity, 3)).map(
      (place) => `${place.quantity}${place.timestep}${place.unit ?? ""}`,
    );
  assert.deepEqual(lit("f"), ["x1", "h2"]);
  assert.deepEqual(lit("c"), ["f13", "c23", "i13", "g13"]);
  assert.deepEqual(lit("h"), ["o13", "c13"]);
  assert.deepEqual(sourcesOf(trace, placeAt(cursor, "x", 5)), [
    { quantity: "h", layer: 0, direction: "reverse", timestep: 1, unit: 1, sample: 0 },
  ]);
  const state = transitions.hovered(placeAt(cursor, "c", 3))(shown);
  assert.deepEqual(
    litBy(state).map(({ self }) => self),
    [true, false, false, false, false],
  );
});

test("the state that a sample starts from has no timestep, and a tile beyond its end is no state", () => {
  const short = { ...shown, trace: traceOf({ bidirectional: true }, { lengths: [2, 3] }) };
  const first = { ...cursor, layer: 0, timestep: 1 };
  const said = (/** @type {import("../../../static/js/types.js").Hover} */ hover) => {
    const { title, lines = [] } = wordsOf(short, hover, words) ?? {};
    return [title, ...lines];
  };
  const state = placeAt(first, "c_prev", 3);
  assert.deepEqual(said(state), [
    "hover.initial_value c_0 0 direction.reverse 2 3",
    "hover.initial",
  ]);
  assert.deepEqual(said({ ...state, padded: true }), [
    "hover.value c 0 direction.reverse 2 3",
    "network.padded",
  ]);
});

test("the same number pointed at again is no change, and play begins without", () => {
  const once = transitions.hovered(placeAt(cursor, "f", 1))(shown);
  assert.equal(transitions.hovered(placeAt(cursor, "f", 1))(once), once);
  assert.equal(transitions.playStarted(once).hover, null);
  assert.ok(!isSamePlace(placeAt(cursor, "f", 1), placeAt(cursor, "f", null)));
  assert.ok(covers(placeAt(cursor, "f", 1), placeAt(cursor, "f", null)));
});

test("a place travels in an address, and what is none is nothing", () => {
  const place = placeAt(cursor, "z_f", 3);
  assert.deepEqual(unpackPlace(packPlace(place)), place);
  assert.equal(unpackPlace("q.0.forward.0.0.0"), null);
});

test("every number that torch returns has its cell", () => {
  assert.deepEqual(originOf(trace, "output", [2, 1], 6), {
    quantity: "h",
    layer: 1,
    direction: "reverse",
    timestep: 2,
    unit: 2,
    sample: 1,
  });
  assert.deepEqual(originOf(trace, "c_n", [1, 0], 3), {
    quantity: "c",
    layer: 0,
    direction: "reverse",
    timestep: 0,
    unit: 3,
    sample: 0,
  });
});

test("the tooltip says what a number is, with the equation in numbers", () => {
  const said = wordsOf(
    shown,
    placeAt({ ...cursor, direction: "forward", timestep: 1 }, "c", 3),
    words,
  );
  assert.deepEqual(said, {
    title: "hover.value c 1 direction.forward 1 3",
    value: "11.0000",
    lines: [
      "f \u00b7 c\u209c\u208b\u2081 + i \u00b7 g",
      "11.0000 \u00b7 3.0000 + 11.0000 \u00b7 11.0000",
    ],
  });
  assert.deepEqual(
    wordsOf(shown, placeAt(cursor, "f", null), words)?.lines,
    ["hover.mean f 9.5000"].map(() => `hover.mean f ${"9.500"}`),
  );
});
