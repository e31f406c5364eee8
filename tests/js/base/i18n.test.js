import assert from "node:assert/strict";
import { test } from "node:test";

import { sayer } from "../../../static/js/base/i18n.js";

const say = sayer({
  "error.shape": "形状应为 {expected}，实为 {found}",
  "error.size": "{size:,} 字节",
});

test("a sentence is said by its type, with its values", () => {
  const ctx = { expected: "[16, 2]", found: "$& {found}" };
  assert.equal(say({ type: "shape", msg: "no", ctx }), "形状应为 [16, 2]，实为 $& {found}");
  assert.equal(say({ type: "size", msg: "no", ctx: { size: 33_554_432 } }), "33,554,432 字节");
});

test("what the catalog lacks stays as the server said it", () => {
  assert.equal(say({ type: "other", msg: "It is so" }), "It is so");
  assert.equal(sayer({})({ type: "shape", msg: "It is so" }), "It is so");
});
