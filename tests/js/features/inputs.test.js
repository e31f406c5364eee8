import assert from "node:assert/strict";
import { test } from "node:test";

import { callLines } from "../../../static/js/model/call.js";
import {
  UNDECIDED,
  chosen,
  inputQuery,
  requestWithInput,
  taken,
  tokensIn,
  weightsFor,
} from "../../../static/js/features/data/choices.js";
import { exampleTable } from "../../../static/js/features/data/example.js";
import { createSource } from "../../../static/js/features/data/source.js";
import { readField } from "../../../static/js/base/fields.js";
import { stripPlan } from "../../../static/js/figures/strip.js";
import { curveGrid, curvesFigure } from "../../../static/js/figures/curves.js";
import { wordsOf } from "../../../static/js/views/pointing/hover-words.js";
import { DEFAULTS, FIELDS, hasField, startOf } from "../../../static/js/model/input-kinds.js";
import {
  featureName,
  notedAt,
  rangeOf,
  rowsOf,
  noteScales,
  shortName,
  timesOf,
  titleOf,
} from "../../../static/js/model/notes.js";
import { translator } from "../../../static/js/base/i18n.js";
import { named } from "../../../static/js/model/products.js";
import { changed, compact, complete, inputSizes } from "../../../static/js/model/request.js";
import { initialState, tokensOf } from "../../../static/js/state/state.js";
import { traceOf } from "../support.js";

/** @typedef {import("../../../static/js/types.js").Notes} Notes */
/** @typedef {import("../../../static/js/types.js").InputReading} Reading */

/** @type {Notes} */
const NOTES = {
  features: ["rain", "temperature of the air"],
  times: ["Mon", "Tue", null],
  normalisation: "z_score: rain mean 1, std 2",
  rows: [
    { name: "flow", kind: "target", values: [[1, 2.5, 3], [4]] },
    { name: "model", kind: "prediction", values: [2, null, 3] },
    { name: "season", kind: "label", values: ["dry", "wet"] },
  ],
};

/** @param {Partial<import("../../../static/js/types.js").Config>} [config] */
function noted(config) {
  const trace = traceOf(config);
  trace.request.notes = NOTES;
  return trace;
}

const t = (/** @type {string} */ key, /** @type {any} */ values) =>
  `${key}${values ? JSON.stringify(values) : ""}`;

test("every kind begins with the API's defaults, long enough to show something", () => {
  assert.deepEqual(startOf("sine", { seqLen: 2, batchSize: 3 }), {
    kind: "sine",
    seq_len: 32,
    batch_size: 3,
    period: 12,
    phase: 0,
    amplitude: 1,
    feature: null,
  });
  assert.equal(/** @type {any} */ (startOf("step", { seqLen: 50, batchSize: 1 })).seq_len, 50);
  assert.equal(/** @type {any} */ (startOf("random", { seqLen: 2, batchSize: 1 })).seq_len, 2);
  assert.ok(
    hasField("impulse", "at") &&
      !hasField("sine", "at") &&
      hasField("values", "values") &&
      !hasField("noise", "values"),
  );
  assert.deepEqual(
    Object.keys(DEFAULTS).filter(
      (kind) =>
        !Object.keys(/** @type {any} */ (DEFAULTS)[kind]).every((field) => FIELDS.includes(field)),
    ),
    [],
  );
});

test("a signal in a link is filled with the API's defaults, and has its sizes", () => {
  const request = complete({
    config: { input_size: 2, hidden_size: 4 },
    input: { kind: "sawtooth", period: 5 },
  });
  assert.deepEqual(request.input, {
    kind: "sawtooth",
    seq_len: 32,
    batch_size: 1,
    period: 5,
    phase: 0,
    low: -1,
    high: 1,
    feature: null,
  });
  assert.deepEqual(inputSizes(request), { seqLen: 32, batchSize: 1 });
  assert.deepEqual(complete(compact(request)), request);
});

test("an empty feature is all of them, a pattern is a list, and what is no number goes as it is typed", () => {
  const field = (/** @type {string} */ kind, /** @type {string} */ value) =>
    readField({ value, dataset: { kind } }).value;
  assert.deepEqual(
    [
      field("optional", ""),
      field("optional", "2"),
      field("optional", "x"),
      field("lengths", "0, 2 1"),
      field("lengths", ""),
    ],
    [null, 2, "x", [0, 2, 1], null],
  );
});

test("the call makes the signal in lines of Python", () => {
  const lines = (/** @type {any} */ input, /** @type {object} */ config = {}) =>
    callLines(complete({ config: { input_size: 3, hidden_size: 2, ...config }, input })).join("\n");
  assert.match(
    lines({ kind: "impulse", at: 2, width: 3, feature: 1 }),
    /x = torch\.zeros\(32, 1, 3\)\nx\[2:5, :, 1\] = 1\.0\n/,
  );
  assert.match(
    lines({ kind: "step", low: -0.5 }, { batch_first: true }),
    /x\[:, :4\] = -0\.5\nx\[:, 4:\] = 1\.0\n/,
  );
  assert.match(
    lines({ kind: "one_hot", pattern: [2, 0] }),
    /pattern = torch\.tensor\(\[2, 0\]\)\n/,
  );
});

test("names and annotations go with the input that they speak of, and stay while only other things change", () => {
  const request = complete({
    config: { input_size: 2, hidden_size: 4 },
    input: { kind: "values", values: [[[1, 2]], [[3, 4]]] },
    notes: NOTES,
  });
  assert.deepEqual(complete(compact(request)), request);
  const after = (/** @type {string} */ path, /** @type {unknown} */ setting) =>
    changed(request, path, setting).request.notes;
  assert.equal(after("config.hidden_size", 8), NOTES);
  assert.equal(after("input.values", [[[1, 2]], [[3, 5]]]), NOTES);
  assert.equal(after("input.values", [[[1, 2]]]), null);
  assert.equal(after("input", { kind: "random", seq_len: 2, batch_size: 1, seed: 0 }), null);
  assert.equal(after("config.input_size", 3), null);
  assert.equal(after("config.batch_first", true), null);
  const cleared = changed(request, "config.input_size", "", request).request;
  assert.equal(changed(cleared, "config.input_size", 2, request).request.notes, NOTES);
});

test("times are the tokens of the sample that is shown, and rows tell numbers from texts", () => {
  const trace = noted();
  assert.deepEqual(timesOf(trace, 0), ["Mon", "Tue", ""]);
  assert.deepEqual(tokensOf({ ...initialState("light"), trace }), ["Mon", "Tue", ""]);
  assert.deepEqual(
    rowsOf(trace, 1).map(({ values, numeric }) => [values.length, numeric]),
    [
      [1, true],
      [3, true],
      [2, false],
    ],
  );
  const en = translator({
    "notes.row": "{kind} {name}",
    "notes.value": "{row} {value}",
    "notes.kind.target": "target",
    "notes.kind.label": "label",
  });
  assert.deepEqual(notedAt(trace, 0, 1, en), ["Tue", "target flow 2.500", "label season wet"]);
  assert.equal(titleOf({ kind: "target", name: "Target" }, en), "target");
  assert.deepEqual(notedAt(traceOf(), 0, 1, t), []);
});

test("one target and one prediction share a scale; a constant row has one, too", () => {
  const rows = rowsOf(noted(), 0);
  assert.deepEqual(
    noteScales(rows).map((scale) => scale.map(({ name }) => name)),
    [["flow", "model"]],
  );
  assert.deepEqual(rangeOf(rows.slice(0, 2)), [1, 3]);
  const alone = /** @type {any} */ ([{ ...rows[0] }, { ...rows[0] }, { ...rows[1] }]);
  assert.equal(noteScales(alone).length, 3);
  assert.deepEqual(
    rangeOf([{ name: "a", kind: "label", values: [2, 2], numeric: true }]),
    [-0.5, 2.5],
  );
});

test("entries of x are called by their names, in the lowest layer alone", () => {
  const trace = noted({ num_layers: 2 });
  assert.deepEqual(
    [
      featureName(trace, 0, 1),
      featureName(trace, 1, 1),
      featureName(trace, 0, null),
      featureName(traceOf(), 0, 0),
    ],
    ["temperature of the air", null, null, null],
  );
  assert.equal(shortName("temperature of the air"), "temperature\u2026");
  const hover = /** @type {const} */ ({
    quantity: "x",
    layer: 0,
    direction: "forward",
    timestep: 1,
    unit: 0,
    sample: 0,
  });
  const words = wordsOf({ ...initialState("light"), trace, hover }, hover, t);
  assert.match(words?.title ?? "", /x\[0\] rain/);
  assert.ok(words?.lines.includes("Tue"));
  const terms = /** @type {any} */ ([
    { hue: "x", index: "t, 1", entry: 1 },
    { hue: "h", index: "t\u22121, 1" },
    { hue: "w", index: "ih" },
  ]);
  assert.deepEqual(
    named(terms, (feature) => featureName(trace, 0, feature)).map(({ label }) => label),
    ["temperature of the air", undefined, undefined],
  );
});

test("rows of annotations stand between the labels and the answers", () => {
  const trace = noted();
  const plan = stripPlan(trace, 400, { names: ["answers"], marked: true, rows: rowsOf(trace, 0) });
  assert.deepEqual(
    plan.notes.map(({ name }) => name),
    ["row0", "row1", "row2", "answers"],
  );
  plan.notes
    .slice(1)
    .forEach((note, k) =>
      assert.ok(note.y >= (plan.notes[k]?.y ?? 0) + (plan.notes[k]?.height ?? 0)),
    );
  assert.ok(plan.marks > (plan.notes[3]?.y ?? 0) && plan.height > plan.marks);
  assert.equal(stripPlan(trace, 400).notes.length, 0);
});

test("annotations that are numbers have panels of their own below the curves", () => {
  const trace = noted();
  const [cell] = trace.cells;
  assert.ok(cell);
  const notes = noteScales(rowsOf(trace, 0));
  const look = /** @type {const} */ ({
    unit: 0,
    sample: 0,
    width: 800,
    theme: "light",
    tokens: null,
  });
  const plain = curvesFigure(trace, cell, look);
  const figure = curvesFigure(trace, cell, { ...look, notes });
  assert.equal(figure.data.length, plain.data.length + 2);
  assert.ok(figure.layout.height > plain.layout.height);
  assert.deepEqual(
    /** @type {any[]} */ (figure.data).slice(-2).map(({ y, line }) => [y, line.dash]),
    [
      [[1, 2.5, 3], "solid"],
      [[2, null, 3], "dash"],
    ],
  );
  assert.deepEqual(curveGrid(800, 0), curveGrid(800));
  assert.equal(figure.layout.height, curveGrid(800, 1).height);
});

test("choices become a query that says only what fits the format", () => {
  const choices = {
    ...UNDECIDED,
    missing: "zero",
    header: "false",
    unknown: "?",
    roles: /** @type {const} */ ({ a: "feature", "b c": "target" }),
  };
  assert.equal(
    String(inputQuery(choices, true, "csv", null)),
    "format=csv&batch_first=true&header=false&layout=time_first&missing=zero&normalisation=none&feature=a&target=b+c",
  );
  assert.equal(
    String(inputQuery({ ...choices, vocabulary: "a\n?", matrix: "e" }, false, "text", "id")),
    "format=text&tokens=characters&unknown=%3F&upload=id&matrix=e",
  );
  assert.equal(
    String(inputQuery(UNDECIDED, false, "", null)),
    "layout=time_first&missing=error&normalisation=none",
  );
  assert.deepEqual(tokensIn("a\n \n\\n\n"), ["a", " ", "\\n"]);
});

test("one column is the time: another one that is chosen takes its place", () => {
  const columns = /** @type {any} */ ([
    { name: "day", taken_as: "time" },
    { name: "x", taken_as: "feature" },
    { name: "date", taken_as: "label" },
  ]);
  assert.deepEqual(taken(UNDECIDED, columns, "date", "time").roles, {
    day: "skip",
    x: "feature",
    date: "time",
  });
  assert.deepEqual(taken(UNDECIDED, columns, "x", "target").roles, {
    day: "time",
    x: "target",
    date: "label",
  });
  const after = chosen({ ...UNDECIDED, roles: { x: "target" } }, "header", "false");
  assert.deepEqual(after.roles, {});
  assert.deepEqual(chosen({ ...UNDECIDED, roles: { x: "target" } }, "missing", "zero").roles, {
    x: "target",
  });
});

test("weights that do not fit come from a seed, and those of a file are not thrown away", () => {
  const request = complete({
    config: { input_size: 2, hidden_size: 4 },
    h_0: [[[0, 0, 0, 0]]],
    lengths: [3],
  });
  const reading = /** @type {Reading} */ (
    /** @type {unknown} */ ({
      input_size: 3,
      input: { kind: "values", values: [[[1, 2, 3]]] },
      lengths: null,
      notes: { features: null, times: null, rows: [], normalisation: null },
    })
  );
  const preset = { ...request, weights: /** @type {const} */ ({ kind: "preset", name: "recall" }) };
  const file = {
    ...request,
    weights: /** @type {const} */ ({ kind: "upload", id: "a", prefix: "" }),
  };
  assert.deepEqual(
    [request, preset, file].map((one) => weightsFor(one, reading)),
    ["seed", "replaced", "refused"],
  );
  assert.equal(weightsFor(file, { input_size: 2 }), "kept");
  const next = requestWithInput(preset, reading);
  assert.deepEqual(next.notes, ["weights", "states"]);
  assert.deepEqual(
    [
      next.request.config.input_size,
      next.request.weights,
      next.request.lengths,
      next.request.h_0,
      next.request.notes,
    ],
    [3, { kind: "seed", seed: 0 }, null, null, null],
  );
  assert.equal(requestWithInput(request, { ...reading, notes: NOTES }).request.notes, NOTES);
});

test("a newer question overtakes an older one, and a text goes with its vocabulary as JSON", async () => {
  /** @type {any[]} */
  const asked = [];
  /** @type {any[]} */
  const answers = [];
  const api = /** @type {any} */ ({
    previewInput: async (/** @type {any} */ query, /** @type {any} */ body) => {
      asked.push(["preview", String(query), body]);
      return { format: "text", columns: [] };
    },
    readInput: async (
      /** @type {any} */ query,
      /** @type {any} */ body,
      /** @type {string} */ type,
    ) => {
      asked.push(["read", String(query), body, type]);
      return { format: "text" };
    },
  });
  const source = createSource(api, (answer) => answers.push(answer));
  const context = { batchFirst: false, upload: null };
  const first = source.ask("old", UNDECIDED, null, context);
  const second = source.ask("ab", { ...UNDECIDED, vocabulary: "a\nb\n" }, null, context);
  await Promise.all([first, second]);
  assert.equal(answers.length, 1);
  const [, query, body, type] = asked.at(-1);
  assert.deepEqual(
    [query, JSON.parse(body), type],
    ["format=text&tokens=characters", { text: "ab", vocabulary: ["a", "b"] }, "application/json"],
  );
});

test("the example is a table of 120 days", () => {
  const lines = exampleTable().trim().split("\n");
  assert.equal(lines.length, 121);
  assert.ok(lines.slice(1).every((line) => /^2020-\d\d-\d\d(,-?\d+\.\d+){3}$/.test(line)));
});
