import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  MEANINGS,
  USUAL,
  countIn,
  lengthsIn,
  packQuestion,
  questionIn,
  sizesIn,
} from "../../../static/js/state/shape-question.js";
import { fixesOf } from "../../../static/js/features/shape-check/fixes.js";
import { pictureOf } from "../../../static/js/figures/shape-picture.js";
import { RUN_LIMITS, runOf } from "../../../static/js/features/shape-check/run.js";
import {
  diagnose,
  layoutOf,
  meaningOf,
} from "../../../static/js/features/shape-check/diagnosis.js";
import { inputShape } from "../../../static/js/model/call.js";

/** @typedef {import("../../../static/js/types.js").ShapeQuestion} Question */

const { defaults, cases } = JSON.parse(
  readFileSync(new URL("../../shape-cases.json", import.meta.url), "utf8"),
);

/** @template T @param {T[]} items @param {number} length @returns {T[][]} */
const words = (items, length) =>
  length === 0
    ? [[]]
    : words(items, length - 1).flatMap((word) => items.map((item) => [...word, item]));
/** @param {number} rank */
const meanings = (rank) => [
  "",
  ...words(["N", "T", "I"], rank)
    .map((word) => word.join(""))
    .filter((word) => word && new Set(word).size === rank),
];

/** Every small question: shapes of up to four axes, what they may mean, flags. @returns {Generator<Question>} */
function* everything() {
  for (let rank = 0; rank <= 4; rank += 1) {
    for (const shape of words([0, 1, 2, 3], rank)) {
      for (const means of meanings(rank)) {
        for (const batch_first of [false, true]) {
          for (const bidirectional of [false, true])
            yield { ...defaults, shape, means, batch_first, bidirectional, input_size: 3 };
        }
      }
    }
  }
}

/** Questions with given states and lengths, right and wrong. @returns {Generator<Question>} */
function* given() {
  for (const batch_first of [false, true]) {
    for (const means of ["", "NTI", "TNI", "NIT"]) {
      for (const shape of [
        [4, 6, 3],
        [6, 4, 3],
        [4, 3, 6],
      ]) {
        for (const h_0 of [null, [1, 4, 4], [1, 6, 4], [4, 1, 4], [4, 4], [1, 4], [4]]) {
          for (const lengths of [
            null,
            [6, 4, 2, 1],
            [4, 3, 2],
            [0, 1, 1, 1],
            [9, 1, 1, 1],
            [1, 1, 1, 1, 1, 1],
          ]) {
            yield { ...defaults, shape, means, batch_first, h_0, lengths };
          }
        }
      }
    }
  }
}

test("every case that torch was asked about is answered as torch answers it", () => {
  assert.ok(cases.length > 100);
  for (const {
    question,
    verdict,
    fault = null,
    returns = null,
    same = [],
    mixes = [],
    packing = null,
    fixes = [],
  } of cases) {
    const asked = { ...defaults, ...question };
    const found = diagnose(asked);
    assert.deepEqual(
      [found.verdict, found.fault, found.returns, found.same, found.mixes, found.packing],
      [verdict, fault, returns, same, mixes, packing],
      JSON.stringify(question),
    );
    assert.deepEqual(
      fixesOf(asked).map(({ lines, question: { shape, lengths, h_0 } }) => ({
        lines,
        shape,
        lengths,
        h_0,
      })),
      fixes,
      JSON.stringify(question),
    );
  }
});

test("a call fails with a reason or returns shapes, whatever is asked", () => {
  for (const question of [...everything(), ...given()]) {
    const { verdict, fault, returns, axes, mixes, layout } = diagnose(question);
    assert.equal(verdict === "error", fault !== null);
    assert.equal(returns === null, fault !== null);
    assert.equal(axes.length, question.shape.length);
    assert.equal(layout, layoutOf(question.shape.length, question.batch_first));
    assert.equal(verdict === "mixes", mixes.length > 0);
    if (verdict === "fits")
      assert.ok(axes.every(({ size, means, reads }) => means === reads || size <= 1));
    if (verdict === "open") assert.equal(meaningOf(question), "");
  }
});

test("every fix leads to a call that runs, and that reads the axes as they are meant", () => {
  let count = 0;
  for (const question of [...everything(), ...given()]) {
    const means = meaningOf(question);
    for (const { lines, question: mended, kind } of fixesOf(question)) {
      count += 1;
      const { verdict } = diagnose(mended);
      assert.equal(verdict, means ? "fits" : "open", `${JSON.stringify(question)} ${lines}`);
      assert.ok(lines.length && kind);
      const numbers = (/** @type {number[]} */ shape) =>
        shape.reduce((product, size) => product * size, 1);
      assert.equal(numbers(mended.shape), numbers(question.shape), JSON.stringify(question));
      if (means.length === 3) assert.equal(meaningOf(mended), layoutOf(3, mended.batch_first));
    }
  }
  assert.ok(count > 1000);
});

test("what goes wrong has a fix, wherever there are numbers at all", () => {
  for (const question of [...everything(), ...given()]) {
    const { verdict } = diagnose(question);
    const numbers = question.shape.length > 0 && question.shape.every((size) => size > 0);
    if (numbers && (verdict === "error" || verdict === "mixes"))
      assert.ok(fixesOf(question).length, JSON.stringify(question));
  }
});

test("samples first without batch_first: no error, samples in a row, and two ways out", () => {
  const question = {
    ...defaults,
    shape: [32, 100, 8],
    means: "NTI",
    input_size: 8,
    hidden_size: 16,
  };
  const { verdict, mixes, returns, axes } = diagnose(question);
  assert.equal(verdict, "mixes");
  assert.deepEqual(mixes, ["carry", "apart"]);
  assert.deepEqual(
    axes.map(({ means, reads }) => `${means}${reads}`),
    ["NT", "TN", "II"],
  );
  assert.deepEqual(returns, { output: [32, 100, 16], h_n: [1, 100, 16], c_n: [1, 100, 16] });
  assert.deepEqual(
    fixesOf(question).map(({ lines }) => lines),
    [
      ["lstm = nn.LSTM(8, 16, batch_first=True)"],
      ["x = x.transpose(0, 1)  # (100, 32, 8): T, N, I"],
    ],
  );
});

test("an address holds a question whole", () => {
  for (const question of given()) {
    const back = questionIn(new URLSearchParams(packQuestion(question)));
    assert.deepEqual(back, question);
  }
  const more = {
    ...USUAL,
    hidden_size: 7,
    num_layers: 2,
    bidirectional: true,
    proj_size: 3,
    batch_first: true,
    means: "",
  };
  assert.deepEqual(questionIn(new URLSearchParams(packQuestion(more))), more);
});

test("what an address leaves out, or says wrong, is as usual", () => {
  const of = (/** @type {string} */ text) => questionIn(new URLSearchParams(text));
  assert.equal(of("preset=recall"), null);
  assert.deepEqual(of("doctor=32,100,8&batch_first=0"), USUAL);
  assert.deepEqual(of("doctor=5,3")?.means, "TI");
  assert.deepEqual(of("doctor=5,7,9&input_size=x&lengths=a&hidden_size=0"), {
    ...USUAL,
    shape: [5, 7, 9],
    input_size: 9,
  });
  assert.deepEqual(of("doctor=oops"), { ...USUAL });
});

test("a shape is read as people write it", () => {
  for (const text of [
    "32, 100, 8",
    "(32, 100, 8)",
    "[32,100,8]",
    "torch.Size([32, 100, 8])",
    "32 100 8",
    "32x100x8",
    "32×100×8",
    " 32 , 100,8, ",
  ]) {
    assert.deepEqual(sizesIn(text), [32, 100, 8], text);
  }
  assert.deepEqual(sizesIn("(5,)"), [5]);
  assert.deepEqual(sizesIn("()"), []);
  for (const text of ["", " ", "a", "3, -1", "3.5", "1,2,3,4,5,6,7", "9999999999999", "3,,4"])
    assert.equal(sizesIn(text), null, text);
  assert.deepEqual(lengthsIn("5, 3 2"), [5, 3, 2]);
  assert.deepEqual(lengthsIn("[5, 3]"), [5, 3]);
  assert.equal(lengthsIn("5, x"), null);
  assert.equal(countIn("0", 1), null);
  assert.equal(countIn(" 4 ", 1), 4);
});

test("a run is the checked call, smaller where it would be too large to look at", () => {
  const large = runOf({ ...USUAL, shape: [32, 100, 8], batch_first: true });
  assert.deepEqual(inputShape(large.request), [RUN_LIMITS.N, RUN_LIMITS.T, 8]);
  assert.deepEqual(large.caps, [
    { name: "T", from: 100, to: 60 },
    { name: "N", from: 32, to: 8 },
  ]);
  const small = runOf({ ...USUAL, shape: [5, 7, 8], lengths: [5, 4, 3, 2, 1, 1, 1] });
  assert.deepEqual(
    [inputShape(small.request), small.caps, small.request.lengths],
    [[5, 7, 8], [], [5, 4, 3, 2, 1, 1, 1]],
  );
  const one = runOf({ ...USUAL, shape: [9, 8], means: "TI" });
  assert.deepEqual(inputShape(one.request), [9, 8]);
  const wide = runOf({
    ...USUAL,
    hidden_size: 512,
    proj_size: 500,
    input_size: 300,
    shape: [5, 2, 300],
    num_layers: 9,
  });
  assert.deepEqual(
    wide.caps.map(({ name }) => name),
    ["input_size", "hidden_size", "num_layers", "proj_size"],
  );
  assert.ok(wide.request.config.proj_size < wide.request.config.hidden_size);
  for (const question of [...everything(), ...given()]) {
    const { fault } = diagnose(question);
    if (fault || question.shape.includes(0)) continue;
    const { request, caps } = runOf(question);
    assert.deepEqual(caps, []);
    const shape = question.lengths ? null : question.shape;
    if (shape) assert.deepEqual(inputShape(request), shape);
    assert.equal(request.lengths?.length, question.lengths?.length);
  }
});

test("arrows go along time, and more rows or columns than there is room for are dots", () => {
  const along = pictureOf([32, 100, 8], 1, "NT");
  assert.ok(
    along.arrows.length && along.arrows.every(({ y1, y2, x1, x2 }) => y1 === y2 && x1 < x2),
  );
  assert.ok(along.more.length);
  const down = pictureOf([3, 2], 0, "TI");
  assert.ok(down.arrows.length && down.arrows.every(({ x1, x2, y1, y2 }) => x1 === x2 && y1 < y2));
  assert.equal(down.tiles.length, 6);
  assert.equal(down.more.length, 0);
  assert.deepEqual(pictureOf([2, 2], null, "").arrows, []);
  assert.deepEqual(
    down.rows.map(({ label }) => label),
    ["t = 0", "t = 1", "t = 2"],
  );
});

test("the meanings that are offered have as many letters as there are axes", () => {
  for (const [rank, list] of Object.entries(MEANINGS))
    for (const means of list) assert.equal(means.length, Number(rank));
});
