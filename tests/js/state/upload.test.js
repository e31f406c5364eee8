import assert from "node:assert/strict";
import { test } from "node:test";

import { convertCommand, prefixName, roomOf } from "../../../static/js/features/upload/files.js";
import { readsNoise, requestWithLstm } from "../../../static/js/state/upload.js";
import { complete } from "../../../static/js/model/request.js";

test("a file goes to the room that its name speaks of, and to the weights in doubt", () => {
  assert.deepEqual(["a.csv", "b.JSON", "c.npz"].map(roomOf), ["data", "data", "data"]);
  assert.deepEqual(["a.safetensors", "b.pt", "c.keras", "model", "x.csv.pt"].map(roomOf), [
    "weights",
    "weights",
    "weights",
    "weights",
    "weights",
  ]);
});

test("the command names the file as a shell takes it", () => {
  assert.equal(convertCommand("runs/model.pt"), "lstm-lens convert runs/model.pt");
  assert.equal(
    convertCommand("my model's $HOME.pt"),
    "lstm-lens convert 'my model'\\''s $HOME.pt'",
  );
  assert.equal(convertCommand("-rf"), "lstm-lens convert '-rf'");
});

test("a prefix is read without the dot at its end", () => {
  assert.equal(prefixName("encoder.lstm."), "encoder.lstm");
  assert.equal(prefixName(""), "");
});

const lstm = {
  prefix: "rnn.",
  dtype: /** @type {const} */ ("float64"),
  parameters: 1,
  remark_items: [],
  config: {
    input_size: 5,
    hidden_size: 7,
    num_layers: 2,
    bias: true,
    batch_first: false,
    dropout: 0,
    bidirectional: true,
    proj_size: 3,
  },
};
const found = {
  id: "abc",
  format: "safetensors",
  lstms: [lstm],
  matrices: [],
  refused: [],
  others: 0,
};

test("what the tensors say comes from the file, and what they cannot say stays as the reader had it", () => {
  const before = complete({
    config: { input_size: 2, hidden_size: 4, batch_first: true, dropout: 0.25 },
    h_0: [[1]],
    input: { kind: "random", seq_len: 9, batch_size: 4, seed: 2 },
    lengths: [9, 8, 7, 6],
  });
  const after = requestWithLstm(before, found, lstm);
  assert.deepEqual(after.config, { ...lstm.config, batch_first: true, dropout: 0.25 });
  assert.deepEqual(after.weights, { kind: "upload", id: "abc", prefix: "rnn." });
  assert.equal(after.dtype, "float64");
  assert.equal(after.h_0, null);
  assert.deepEqual(after.input, before.input);
  assert.deepEqual(after.lengths, before.lengths);
  assert.equal(readsNoise(after), true);
});

test("numbers of another width give way to random ones, and of the same width stay", () => {
  const narrow = complete({
    config: { input_size: 2, hidden_size: 4 },
    input: { kind: "values", values: [[1, 2]] },
    lengths: [1],
  });
  const replaced = requestWithLstm(narrow, found, lstm);
  assert.equal(replaced.input.kind, "random");
  assert.equal(replaced.lengths, null);
  const wide = complete({
    config: { input_size: 5, hidden_size: 4 },
    input: { kind: "values", values: [[1, 2, 3, 4, 5]] },
  });
  assert.equal(requestWithLstm(wide, found, lstm).input, wide.input);
  assert.equal(readsNoise(requestWithLstm(wide, found, lstm)), false);
});
