import assert from "node:assert/strict";
import { test } from "node:test";

import { literal, shortened } from "../../../static/js/base/literal.js";
import { complete } from "../../../static/js/model/request.js";
import {
  curlSnippet,
  javascriptSnippet,
  pythonSnippet,
} from "../../../static/js/model/snippets.js";

const values = Array.from({ length: 40 }, (_, t) =>
  Array.from({ length: 20 }, (_, k) => t + k / 7),
);
const request = complete({
  config: { input_size: 20, hidden_size: 3, bias: false, bidirectional: true },
  training: true,
  input: { kind: "values", values },
  weights: { kind: "upload", id: "0a", prefix: 'it\'s "model"\n\\ 模型 $HOME `x`' },
});
const origin = "http://127.0.0.1:8000";

test("a whole literal is the value again, in lines that can be read", () => {
  const text = literal(request);
  assert.deepEqual(JSON.parse(text), request);
  assert.ok(Math.max(...text.split("\n").map((line) => line.length)) < 100);
});

test("in Python there are True, False and None, and in JSON there are not", () => {
  const value = { a: true, b: [false, null], c: "true" };
  assert.equal(literal(value, { python: true }), '{"a": True, "b": [False, None], "c": "true"}');
  assert.deepEqual(JSON.parse(literal(value)), value);
});

test("what is short keeps the beginning of long lists, and of texts, and says that there is more", () => {
  assert.equal(literal([1, 2, 3, 4, 5, 6, 7], { short: true }), "[1, 2, 3, 4, …]");
  assert.equal(literal([1, 2, 3, 4, 5], { short: true }), "[1, 2, 3, 4, 5]");
  assert.equal(literal([[1], [2], [3], [4]], { short: true }), "[[1], [2], …]");
  assert.equal(shortened("x".repeat(60)), `${"x".repeat(48)}…`);
  for (const snippet of [curlSnippet, pythonSnippet, javascriptSnippet]) {
    assert.ok(snippet(request, { origin, short: true }).length < 1100);
    assert.ok(snippet(request, { origin }).length > 6000);
  }
});

test("the body of curl stands in a here-document as it is, whatever its quotes are", () => {
  const [, body = ""] = /<<'JSON'\n(.*)\nJSON\n$/s.exec(curlSnippet(request, { origin })) ?? [];
  assert.deepEqual(complete(JSON.parse(body)), request);
  assert.ok(!body.split("\n").includes("JSON"));
});

test("only what differs from the defaults is sent", () => {
  const plain = complete({ config: { input_size: 2, hidden_size: 4 } });
  assert.match(
    curlSnippet(plain, { origin }),
    /\n\{"config": \{"input_size": 2, "hidden_size": 4\}\}\nJSON\n$/,
  );
});
