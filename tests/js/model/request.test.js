import assert from "node:assert/strict";
import { test } from "node:test";

import { callLines, constructorText } from "../../../static/js/model/call.js";
import {
  changed,
  compact,
  complete,
  inputSizes,
  valueAt,
  withValue,
  zeroStates,
} from "../../../static/js/model/request.js";

const request = complete({ config: { input_size: 2, hidden_size: 4 } });
const given = complete({
  config: { input_size: 2, hidden_size: 4 },
  weights: { kind: "preset", name: "recall" },
  input: {
    kind: "values",
    values: [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
  },
  h_0: [[[0, 0, 0, 0]]],
  lengths: [1, 1, 1],
});

test("what a link written by hand leaves out of its input is the API's default", () => {
  const { input } = complete({
    config: { input_size: 2, hidden_size: 4 },
    input: { kind: "random", seq_len: 500 },
  });
  assert.deepEqual(input, { kind: "random", seq_len: 500, batch_size: 1, seed: 0 });
});

test("only what differs from the defaults is kept, and completes to the same request", () => {
  assert.deepEqual(compact(request), { config: { input_size: 2, hidden_size: 4 } });
  assert.deepEqual(complete(compact(given)), given);
});

test("one value is set by its path, in a copy", () => {
  const next = withValue(request, "config.hidden_size", 8);
  assert.equal(valueAt(next, "config.hidden_size"), 8);
  assert.equal(request.config.hidden_size, 4);
});

test("sizes are read in the layout that the call takes", () => {
  assert.deepEqual(inputSizes(given), { seqLen: 1, batchSize: 3 });
  assert.deepEqual(inputSizes(withValue(given, "config.batch_first", true)), {
    seqLen: 3,
    batchSize: 1,
  });
  assert.deepEqual(
    inputSizes(
      withValue(given, "input.values", [
        [1, 2],
        [3, 4],
      ]),
    ),
    { seqLen: 2, batchSize: 1 },
  );
});

test("given weights that no longer fit become seeded ones, and it is said", () => {
  const { request: next, notes } = changed(given, "config.hidden_size", 8);
  assert.deepEqual(next.weights, { kind: "seed", seed: 0 });
  assert.equal(next.h_0, null);
  assert.deepEqual(notes, ["weights", "states"]);
});

test("given input of another width becomes random input of the same length", () => {
  const { request: next } = changed(given, "config.input_size", 3);
  assert.deepEqual(next.input, { kind: "random", seq_len: 1, batch_size: 3, seed: 0 });
});

test("batch_first leaves the given input as it is: torch reads it in the other layout, and so does the page", () => {
  const { request: next, notes } = changed(given, "config.batch_first", true);
  assert.deepEqual(next.input, given.input);
  assert.deepEqual(notes, ["states", "lengths"]);
});

test("an equal value changes nothing, and an illegal one replaces nothing", () => {
  assert.equal(changed(given, "config.hidden_size", 4).request, given);
  for (const typed of ["", "1.5", "x", 0, -3]) {
    const { request: next, notes } = changed(given, "config.hidden_size", typed);
    assert.deepEqual([next.weights, next.h_0, notes], [given.weights, given.h_0, []]);
  }
  assert.deepEqual(changed(given, "config.proj_size", 4).notes, []);
});

test("a size cleared and typed again keeps what was given, another size does not", () => {
  const cleared = changed(given, "config.input_size", "", given).request;
  assert.deepEqual(changed(cleared, "config.input_size", 2, given), { request: given, notes: [] });
  assert.deepEqual(changed(cleared, "config.input_size", 3, given).notes, ["weights", "input"]);
});

test("a second field is mended before what was given is held against both", () => {
  const cleared = changed(given, "config.hidden_size", "", given).request;
  const wide = changed(cleared, "config.input_size", 3, given);
  assert.deepEqual(wide.notes, []);
  assert.deepEqual(changed(wide.request, "config.hidden_size", 4, given).notes, [
    "weights",
    "input",
  ]);
});

test("a setting that nothing depends on changes nothing else", () => {
  assert.deepEqual(changed(given, "training", true), {
    request: { ...given, training: true },
    notes: [],
  });
});

test("zeros to start from have the shape that torch wants, whatever batch_first says", () => {
  const wide = withValue(withValue(given, "config.bidirectional", true), "config.proj_size", 2);
  const shape = (/** @type {any} */ states) => [
    states.length,
    states[0].length,
    states[0][0].length,
  ];
  assert.deepEqual(shape(zeroStates(wide, "h_0")), [2, 3, 2]);
  assert.deepEqual(shape(zeroStates(wide, "c_0")), [2, 3, 4]);
});

test("the constructor names only what is not torch's default", () => {
  assert.equal(constructorText(request.config), "nn.LSTM(2, 4)");
  const config = {
    ...request.config,
    num_layers: 2,
    bias: false,
    batch_first: true,
    dropout: 0.5,
    bidirectional: true,
    proj_size: 3,
  };
  assert.equal(
    constructorText(config),
    "nn.LSTM(2, 4, num_layers=2, bias=False, batch_first=True, dropout=0.5, bidirectional=True, proj_size=3)",
  );
});

test("the call says where its weights, its input and its states come from", () => {
  const seeded = callLines(request).join("\n");
  assert.match(seeded, /torch\.manual_seed\(0\)\nlstm = nn\.LSTM\(2, 4\)\nlstm\.eval\(\)/);
  assert.match(
    seeded,
    /x = torch\.randn\(12, 1, 2, generator=generator\)\noutput, \(h_n, c_n\) = lstm\(x\)$/,
  );
  const packed = callLines({ ...given, training: true, dtype: "float64" }).join("\n");
  assert.match(
    packed,
    /nn\.LSTM\(2, 4, dtype=torch\.float64\)\nlstm\.load_state_dict\(state_dict\)\nlstm\.train\(\)/,
  );
  assert.match(
    packed,
    /pack_padded_sequence\(\n {4}x, \[1, 1, 1\], enforce_sorted=False\)\noutput, \(h_n, c_n\) = lstm\(packed, \(h_0, c_0\)\)$/,
  );
});
