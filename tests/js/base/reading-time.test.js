import assert from "node:assert/strict";
import { test } from "node:test";

import { readingTime } from "../../../static/js/base/reading-time.js";

test("a line stands as long as its letters take to be read, never too briefly and never for good", () => {
  assert.equal(readingTime("Link copied"), 2200);
  assert.equal(readingTime("a".repeat(100)), 6000);
  assert.equal(readingTime("字".repeat(20)), 3600);
  assert.equal(readingTime(`${"字".repeat(20)}${"a".repeat(10)}`), 4200);
  assert.equal(readingTime("a".repeat(1000)), 8000);
});
