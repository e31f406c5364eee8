import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { sayer } from "../../../static/js/base/said.js";

/** @param {string} language @returns {Record<string, string>} */
const catalog = (language) =>
  JSON.parse(
    readFileSync(new URL(`../../../static/i18n/${language}/said.json`, import.meta.url), "utf8"),
  );
const say = sayer(catalog("zh"));

test("in English every template says itself", () => {
  for (const [key, words] of Object.entries(catalog("en"))) assert.equal(key, `said.${words}`);
});

test("numbers, names and settings are carried over", () => {
  assert.equal(say("Expected shape [1, 1, 4], found []"), "形状应为 [1, 1, 4]，实为 []");
  assert.equal(
    say("Missing: weight_hh_l0 of shape [16, 4] is expected"),
    "缺少 weight_hh_l0，其形状应为 [16, 4]",
  );
  assert.equal(
    say("The body is above the limit of 33,554,432 bytes; LSTM_LENS_MAX_BODY_BYTES raises it"),
    "请求正文超过 33,554,432 字节的上限；可用 LSTM_LENS_MAX_BODY_BYTES 调高",
  );
});

test("a sentence inside of a sentence is said, too, and may be missing where it may", () => {
  const run =
    "This run is estimated at 2.06 T multiply-adds, above the limit of 1 T. Fewer timesteps, samples, units or layers make it smaller; LSTM_LENS_MAX_WORK raises the limit";
  assert.equal(
    say(run),
    "这次运行预计需要 2.06 T 次乘加运算，超过 1 T 的上限。减少时间步、样本、单元或层可以使它变小；LSTM_LENS_MAX_WORK 可调高上限",
  );
  const hint =
    "; with the header 'Prefer: respond-async' a long trace is recorded to disk and read in windows";
  assert.match(say(run + hint), /可调高上限；带上请求头 'Prefer: respond-async'/);
  const row = "Row 3, column 2 (rain: a; b)";
  const choice =
    "Choose how missing values are filled (missing=forward or zero), or leave the column out";
  assert.equal(
    say(`${row}: there is no value. ${choice}`),
    "第 3 行第 2 列（rain: a; b）：缺失。请选择如何填补缺失值（missing=forward 或 zero），或不使用该列",
  );
  assert.match(
    say(`${row}: there is no value, the first of 7 that are missing. ${choice}`),
    /缺失，这是 7 处缺失中的第一处。请/,
  );
  assert.match(
    say(
      "Word 5 is not in the vocabulary. Add it, or name the token for what is unknown (unknown=)",
    ),
    /^第 5 个词不在词表中/,
  );
  assert.match(
    say(
      "Line 2, character 5 is not in the vocabulary. Add it, or name the token for what is unknown (unknown=)",
    ),
    /^第 2 行第 5 个字符不在词表中/,
  );
});

test("lists are said item by item", () => {
  assert.equal(say("Input should be 'i', 'f', 'g' or 'o'"), "应为 'i'、'f'、'g' 或 'o'");
  assert.equal(say("Input should be 'float32'"), "应为 'float32'");
  assert.equal(
    say("No LSTM in this file can be shown. gru: this is a GRU; a.b, c: this is a plain RNN"),
    "此文件中没有可以显示的 LSTM。gru：这是 GRU；a.b, c：这是普通 RNN",
  );
  assert.equal(
    say("Taken by their content: day as time, a, b as label and 2 more."),
    "根据内容判断：day 作为时间，a, b 作为标签，另有 2 个。",
  );
  assert.equal(say("2 samples: n = 0 is a, n = 1 is b."), "2 个样本：n = 0 是 a，n = 1 是 b。");
});

test("of templates that fit, the one that leaves least to holes is taken", () => {
  assert.equal(say("x: dtype should be a text"), "x：dtype 应为文本");
  assert.equal(
    say("this is a plain RNN, since weight_hh is square, 4 x 4"),
    "这是普通 RNN：weight_hh 是方阵，4 x 4",
  );
});

test("what is unknown stays as it was said, wherever it is unknown", () => {
  for (const sentence of [
    "",
    "HTTP 502",
    "Nobody said this; nor that",
    "No LSTM in this file can be shown. a: for a reason of its own",
    "x".repeat(5000),
  ]) {
    assert.equal(say(sentence), sentence);
  }
  assert.equal(sayer({ "page.title": "LSTM Lens" })("Field required"), "Field required");
});

test("what a hostile file puts into the holes costs little time and fits no other hole", () => {
  const began = performance.now();
  for (const filler of [": ", "; ", "' or '", ", ", " as label, ", " and 1 more"])
    say(`${filler.repeat(1400 / filler.length)}this is a GRU`);
  assert.ok(performance.now() - began < 2000);
  assert.equal(say("{said_x}$&$1: dtype should be a text"), "{said_x}$&$1：dtype 应为文本");
});
