import assert from "node:assert/strict";
import { test } from "node:test";

import { answerAt, askedOf, isJudged, numberOf } from "../../../static/js/state/answers.js";
import { wordsOf } from "../../../static/js/views/pointing/hover-words.js";
import { litBy } from "../../../static/js/model/places.js";
import { initialState, targetsOf } from "../../../static/js/state/state.js";
import { traceOf } from "../support.js";

/** @typedef {import("../../../static/js/types.js").Readout} Readout */
/** @typedef {import("../../../static/js/types.js").State} State */

/** Sums of h, so that it can be told by hand: of counting numbers 4k to 4k + 3 it is 16k + 6.
 * @param {Readout["answer"]} answer @param {number} [bias] @returns {Readout} */
const summing = (answer, bias = 0) => ({ weight: [[1, 1, 1, 1]], bias: [bias], answer });

/** @param {import("../../../static/js/types.js").Trace} trace @param {Readout} readout @param {string[] | null} [targets] @returns {State} */
function shown(trace, readout, targets = ["a", "b", "c"]) {
  trace.request.weights = { kind: "preset", name: "one" };
  const preset = {
    name: "one",
    title: "",
    trained: true,
    accuracy: 1,
    tokens: ["x", "y", "z"],
    targets,
    readout,
    story: [],
    request: structuredClone(trace.request),
  };
  return { ...initialState("light"), presets: [preset], preset: "one", trace };
}

/** @type {Readout["answer"]} */
const LEVELS = { kind: "levels", cuts: [10, 60], labels: ["low", "mid", "high"] };

test("an answer is the linear layer on h of that timestep and sample, with its bias", () => {
  const trace = traceOf();
  const state = shown(trace, summing({ kind: "number", near: null }, 0.5));
  assert.deepEqual(answerAt(trace, askedOf(state), 1, 1)?.values, [16 * 3 + 6.5]);
});

test("levels count the cuts below a value, and a value on a cut is not above it", () => {
  const trace = traceOf();
  const says = (/** @type {number} */ bias) =>
    answerAt(trace, askedOf(shown(trace, summing(LEVELS, bias))), 0, 0)?.text;
  assert.deepEqual([says(0), says(4), says(5), says(55)], ["low", "low", "mid", "high"]);
});

test("two values choose among rows of labels, and both directions are read as one h", () => {
  const trace = traceOf({ bidirectional: true });
  const readout = /** @type {Readout} */ ({
    weight: [
      [1, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 1],
    ],
    bias: [0, 0],
    answer: {
      kind: "levels",
      cuts: [2],
      labels: [
        ["none", "second"],
        ["first", "both"],
      ],
    },
  });
  const answer = answerAt(trace, askedOf(shown(trace, readout)), 0, 0);
  assert.deepEqual(answer, { text: "second", values: [0, 3], right: false });
});

test("of many values the largest names the answer", () => {
  const trace = traceOf();
  const readout = /** @type {Readout} */ ({
    weight: [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ],
    bias: [0, 0],
    answer: { kind: "likeliest", labels: ["a", "b"] },
  });
  const state = shown(trace, readout, ["b", "a", "b"]);
  assert.deepEqual(
    [0, 1, 2].map((t) => answerAt(trace, askedOf(state), t, 0)?.right),
    [true, false, true],
  );
});

test("a number is right when it is near, and nothing where none is asked for", () => {
  const trace = traceOf();
  const state = shown(trace, summing({ kind: "number", near: 0.1 }), ["6.05", "\u00b7", "\u22126"]);
  assert.deepEqual(
    [0, 1, 2].map((t) => answerAt(trace, askedOf(state), t, 0)?.right),
    [true, null, false],
  );
  assert.ok(isJudged(askedOf(state)));
  assert.ok(
    !isJudged(askedOf(shown(trace, summing({ kind: "number", near: null }), ["1", "2", "3"]))),
  );
  assert.deepEqual(
    [numberOf("\u22120.43"), numberOf("\u00b7"), numberOf(undefined)],
    [-0.43, NaN, NaN],
  );
});

test("other weights have no answer, another input no target, and a shorter sample neither beyond its end", () => {
  const untrained = traceOf();
  const state = shown(untrained, summing(LEVELS));
  untrained.request.weights = { kind: "seed", seed: 0 };
  assert.deepEqual([askedOf(state).readout, targetsOf(state)], [null, ["a", "b", "c"]]);

  const other = shown(traceOf(), summing(LEVELS));
  if (other.trace)
    other.trace.request.input = { kind: "random", seq_len: 3, batch_size: 2, seed: 1 };
  assert.equal(targetsOf(other), null);
  assert.equal(other.trace && answerAt(other.trace, askedOf(other), 0, 0)?.right, null);

  const short = traceOf({}, { lengths: [3, 2] });
  const packed = shown(short, summing(LEVELS));
  assert.deepEqual([targetsOf(packed), answerAt(short, askedOf(packed), 2, 1)], [null, null]);
});

test("pointing at an answer tells its values, and lights the h that it was read from", () => {
  const trace = traceOf({ bidirectional: true, num_layers: 2 });
  const wide = Array(8).fill(0);
  const state = shown(
    trace,
    {
      weight: [wide],
      bias: [0.25],
      answer: { kind: "levels", cuts: [0.5], labels: ["no", "yes"] },
    },
    ["no", "yes", "no"],
  );
  const hover = /** @type {const} */ ({
    quantity: "h",
    layer: 1,
    direction: "forward",
    timestep: 1,
    unit: null,
    sample: 0,
    answer: true,
  });
  const words = wordsOf(
    state,
    hover,
    (key, values) => `${key}${values ? JSON.stringify(values) : ""}`,
  );
  assert.equal(words?.value, "no");
  assert.deepEqual(words.lines, ["W h\u209c + b = 0.2500", "answers.target yes, answers.wrong"]);
  assert.deepEqual(
    litBy({ ...state, hover }).map(({ direction, layer, self }) => [direction, layer, self]),
    [
      ["forward", 1, false],
      ["reverse", 1, false],
    ],
  );
});
