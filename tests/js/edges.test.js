import assert from "node:assert/strict";
import { test } from "node:test";

import { numeric, symbolic } from "../../static/js/figures/equation.js";
import {
  fieldOf,
  messagesOf,
  errorPlace,
  standing,
  innerPlace,
} from "../../static/js/model/errors.js";
import { isAbout } from "../../static/js/model/explanation.js";
import { createExplanations } from "../../static/js/server/explanations.js";
import { means, nested, readField, writeField } from "../../static/js/base/fields.js";
import {
  difference,
  exact,
  glance,
  percent,
  printed,
  shapeText,
  short,
} from "../../static/js/base/format.js";
import { claims, commandOf } from "../../static/js/base/keys.js";
import { DIVERGING, SEQUENTIAL, colourAt, lookup } from "../../static/js/base/palette.js";
import { termsOf } from "../../static/js/model/products.js";
import { asLists, inputInLayout, shortest } from "../../static/js/model/seeds.js";
import { counting, traceOf } from "./support.js";

const FIELDS = [
  "config.proj_size",
  "weights.kind",
  "weights.seed",
  "weights.tensors",
  "input.kind",
  "input.values",
  "lengths",
];

test("an error is shown at its field, whichever member of a union the server names", () => {
  assert.equal(fieldOf(["body", "config", "proj_size"], FIELDS), "config.proj_size");
  assert.equal(fieldOf(["body", "input", "values", 0, 1], FIELDS), "input.values");
  assert.equal(fieldOf(["body", "input", "values", "values", 0], FIELDS), "input.values");
  assert.equal(
    fieldOf(["body", "weights", "state_dict", "tensors", "weight_ih_l0"], FIELDS),
    "weights.tensors",
  );
  assert.equal(fieldOf(["body", "weights", "seed", "seed"], FIELDS), "weights.seed");
  assert.equal(fieldOf(["body", "weights", "name"], FIELDS), "weights.kind");
  assert.equal(fieldOf(["body"], FIELDS), null);
});

test("the place inside a field is named for the message", () => {
  assert.equal(innerPlace(["body", "input", "values", 0, 1], FIELDS), "[0][1]");
  assert.equal(innerPlace(["body", "weights", "tensors", "weight_ih_l0"], FIELDS), "weight_ih_l0");
  assert.equal(innerPlace(["body", "config", "proj_size"], FIELDS), "");
  assert.equal(innerPlace(["body", "weights", "name"], FIELDS), "name");
});

test("the banner names the whole place", () => {
  assert.equal(
    errorPlace(["body", "weights", "state_dict", "tensors", "weight_hh_l1"], FIELDS),
    "weights.tensors.weight_hh_l1",
  );
  assert.equal(errorPlace(["body", "weights", "name"], FIELDS), "weights.name");
  assert.equal(errorPlace(["body", "lengths", 2], FIELDS), "lengths[2]");
  assert.equal(errorPlace(["body", "config", "proj_size"], FIELDS), "proj_size");
});

test("a field says the first estimate of a run that is too large, and the banner each once", () => {
  const detail = ["memory", "memory", "disk"].map((msg) => ({
    type: "too_large",
    loc: ["body", "lengths"],
    msg,
  }));
  assert.deepEqual([...messagesOf({ status: 413, detail }, FIELDS, {})], [["lengths", ["memory"]]]);
  assert.deepEqual(
    standing({ status: 413, detail }, FIELDS, {}).map(({ msg }) => msg),
    ["memory", "disk"],
  );
});

test("a field whose text cannot be read drops what the server said of it", () => {
  const detail = [
    { type: "shape", loc: ["body", "input", "values", 0], msg: "ragged" },
    { type: "range", loc: ["body", "lengths", 2], msg: "too long" },
  ];
  assert.deepEqual(
    [...messagesOf({ status: 422, detail }, FIELDS, { "input.values": "[[" })],
    [["lengths", ["[2]: too long"]]],
  );
});

/** @param {string} kind @param {string} value @param {boolean} [checked] */
const field = (kind, value, checked) => ({ dataset: { kind }, value, checked });

test("a field is read as what it means, and what it cannot mean goes to the server as typed", () => {
  assert.deepEqual(readField(field("int", " 12 ")), { value: 12 });
  assert.deepEqual(readField(field("int", "1.5")), { value: "1.5" });
  assert.deepEqual(readField(field("float", "0.25")), { value: 0.25 });
  assert.deepEqual(readField(field("float", "")), { value: "" });
  assert.deepEqual(readField(field("flag", "on", true)), { value: true });
  assert.deepEqual(readField(field("lengths", "3, 2 1")), { value: [3, 2, 1] });
  assert.deepEqual(readField(field("lengths", "")), { value: null });
  assert.deepEqual(readField(field("json", "[[1")), { unread: "[[1" });
});

test("what means a setting need not be written anew, and nothing else means it", () => {
  assert.ok(means(field("float", "1.50"), 1.5));
  assert.ok(means(field("lengths", "3  2,"), [3, 2]));
  assert.ok(means(field("optional", ""), null));
  assert.ok(!means(field("int", "7"), 6));
  assert.ok(!means(field("json", "[[1"), [[1]]));
});

test("a setting is written as it would be typed", () => {
  const written = (/** @type {string} */ kind, /** @type {unknown} */ setting) => {
    const target = field(kind, "");
    writeField(target, setting);
    return target.value;
  };
  assert.equal(written("lengths", [3, 2]), "3, 2");
  assert.equal(written("int", null), "");
  assert.equal(written("json", [[[0, 1]], [[2, 3]]]), "[[[0, 1]],\n [[2, 3]]]");
  assert.deepEqual(
    JSON.parse(
      nested({
        weight: [
          [1, 2],
          [3, 4],
        ],
      }),
    ),
    {
      weight: [
        [1, 2],
        [3, 4],
      ],
    },
  );
});

test("numbers are short, and never rounded to a false zero", () => {
  assert.deepEqual(
    [short(0.41264), short(-0.5), short(0), short(1234.5), short(1.2e-5)],
    ["0.413", "\u22120.500", "0", "1235", "1.2e\u22125"],
  );
  assert.deepEqual(
    [short(NaN), short(null), short(-Infinity)],
    ["\u2013", "\u2013", "\u2212\u221e"],
  );
  assert.deepEqual(
    [glance(-0.0012), glance(0.0012), glance(-0.006)],
    ["0.00", "0.00", "\u22120.01"],
  );
  assert.deepEqual([difference(0), difference(1.49e-8)], ["0", "1.5e\u22128"]);
  assert.deepEqual(
    [short(-0), exact(-0), short(-0.0005), short(-10)],
    ["0", "0", "\u22120.001", "\u221210.000"],
  );
  assert.deepEqual(
    [exact(-1.5e-7), percent(1), percent(0.8625)],
    ["\u22121.5e\u22127", "100%", "86.3%"],
  );
});

test("a returned tensor is printed as torch prints it", () => {
  assert.deepEqual(
    [printed(-0.00886), printed(0), printed(NaN), printed(-0.00001)],
    ["-0.0089", "0.0000", "nan", "0.0000"],
  );
  assert.deepEqual([shapeText([2, 3, 4]), shapeText([5])], ["(2, 3, 4)", "(5,)"]);
});

/** @param {string} key @param {object} [held] */
const press = (key, held = {}) =>
  commandOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("keys mean what the help says, and nothing with a modifier that belongs to the browser", () => {
  assert.deepEqual(press("ArrowRight"), { action: "timestep", value: 1 });
  assert.deepEqual(press("ArrowLeft", { shiftKey: true }), { action: "timestep", value: -10 });
  assert.deepEqual(press("D", { shiftKey: true }), { action: "direction" });
  assert.deepEqual(press("3"), { action: "quantity", value: "g" });
  assert.deepEqual(press("?", { shiftKey: true }), { action: "help" });
  assert.equal(press("ArrowRight", { altKey: true }), null);
  assert.equal(press("7"), null);
});

test("a field keeps its keys, a button keeps Space", () => {
  assert.ok(claims({ tagName: "INPUT", type: "text" }, "ArrowLeft"));
  assert.ok(claims({ tagName: "SELECT" }, "ArrowUp"));
  assert.ok(claims({ tagName: "BUTTON" }, " "));
  assert.ok(!claims({ tagName: "BUTTON" }, "ArrowLeft"));
  assert.ok(!claims({ tagName: "INPUT", type: "checkbox" }, "ArrowLeft"));
});

test("a slider, a radio and a list keep only the keys that they use", () => {
  /** @param {string} tagName @param {string} type @param {string[]} keys */
  const kept = (tagName, type, keys) => keys.filter((key) => claims({ tagName, type }, key));
  const keys = [
    "ArrowLeft",
    "ArrowUp",
    "Home",
    "End",
    "PageUp",
    " ",
    "Enter",
    "d",
    "2",
    "[",
    "]",
    "?",
  ];
  assert.deepEqual(kept("INPUT", "range", keys), ["ArrowLeft", "ArrowUp", "Home", "End", "PageUp"]);
  assert.deepEqual(kept("INPUT", "radio", keys), ["ArrowLeft", "ArrowUp", " "]);
  assert.deepEqual(kept("SELECT", "select-one", keys), [
    "ArrowLeft",
    "ArrowUp",
    "Home",
    "End",
    " ",
    "Enter",
    "d",
    "2",
  ]);
  assert.deepEqual(kept("INPUT", "text", keys), keys);
  assert.deepEqual(kept("INPUT", "number", keys), keys);
});

/** @type {import("../../static/js/types.js").OpenedGate} */
const gate = {
  products: [
    { source: "x", index: 0, weight: 0.5, value: 1, product: 0.5 },
    { source: "h", index: 0, weight: -2, value: 0.4, product: -0.8 },
    { source: "h", index: 1, weight: 0.1, value: 0.1, product: 0.01 },
  ],
  bias_ih: 0.25,
  bias_hh: 0,
  z_x: 0.75,
  z_h: -0.79,
  pre_activation: -0.04,
  activation: "sigmoid",
  value: 0.49,
};
/** @type {import("../../static/js/types.js").Explanation} */
const opened = {
  layer: 0,
  direction: "forward",
  timestep: 0,
  sample: 0,
  unit: 1,
  gates: { i: gate, f: gate, g: { ...gate, activation: "tanh" }, o: gate },
  c_prev: 0.1,
  forget_term: 0.049,
  input_term: 0.24,
  c: 0.289,
  tanh_c: 0.281,
  h: 0.138,
};

test("terms are ranked by magnitude, biases among them where there are any", () => {
  assert.deepEqual(
    termsOf(opened, "f", "gates", true, "t+1").map(({ product }) => product),
    [-0.8, 0.5, 0.25, 0.01, 0],
  );
  assert.equal(termsOf(opened, "f", "gates", false, "t+1").length, 3);
  assert.deepEqual(
    termsOf(opened, "c", "cell_state", true, "t+1").map(({ product }) => product),
    [0.24, 0.049],
  );
  assert.equal(termsOf(opened, "h", "hidden_state", true, "t+1")[0]?.product, 0.138);
});

/** @param {import("../../static/js/figures/equation.js").Tree} tree @returns {string} */
const textOf = (tree) => (typeof tree === "string" ? tree : tree.slice(1).map(textOf).join(""));

test("each stage is written in letters, and with this moment's numbers", () => {
  const cell = { projected: true, biased: false, past: "t+1" };
  const letters = (/** @type {string} */ stage) => symbolic(stage, cell).map(textOf).join();
  assert.equal(letters("cell_state"), "ct=ft\u2299ct+1+it\u2299gt");
  assert.equal(letters("hidden_state"), "mt=ot\u2299tanh\u2061(ct)");
  assert.equal(letters("affine_x"), "zx=Wihxt");
  assert.match(
    numeric("cell_state", opened, "f", true).map(textOf).join(),
    /0\.490\u00b70\.100\+0\.490\u00b70\.490.*0\.049\+0\.240.*0\.289/,
  );
  assert.match(
    numeric("gates", opened, "f", true).map(textOf).join(),
    /\u03c3\u2061\(\u22120\.040\)=0\.490/,
  );
  const affine = numeric("affine_h", opened, "f", true).map(textOf);
  assert.match(affine[0] ?? "", /\(\u22122\.000\)\u00b70\.400\+0\.100\u00b70\.100/);
  assert.match(affine.at(-2) ?? "", /=\u22120\.790$/);
  assert.match(affine.at(-1) ?? "", /=\u22120\.040$/);
});

test("explanations are asked for once each, and the newest question wins", async () => {
  /** @type {string[]} */
  const asked = [];
  /** @type {number[]} */
  const answers = [];
  const explanations = createExplanations(
    async (_id, cursor) => {
      asked.push(String(cursor.timestep));
      return { ...opened, timestep: cursor.timestep };
    },
    (answer) => answers.push(answer.timestep),
    1,
  );
  const at = (/** @type {number} */ timestep) => ({ ...traceCursor, timestep });
  const traceCursor = {
    layer: 0,
    direction: /** @type {const} */ ("forward"),
    timestep: 0,
    stage: 0,
    unit: 1,
    sample: 0,
    quantity: /** @type {const} */ ("f"),
  };
  const settle = () =>
    new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  explanations.ask("t", at(0));
  explanations.ask("t", at(1));
  await settle();
  explanations.ask("t", at(2));
  await settle();
  explanations.ask("t", at(1));
  assert.deepEqual(asked, ["1", "2"]);
  assert.deepEqual(answers, [1, 2, 1]);
  assert.ok(isAbout({ ...opened, timestep: 1 }, at(1)));
  assert.ok(!isAbout(opened, at(1)));
});

test("what is written out as lists reads back as the same float32", () => {
  for (const value of [0.1, -0.131, 1 / 3, 1e-7, 123456.78].map(Math.fround))
    assert.equal(Math.fround(shortest(value)), value);
  assert.equal(shortest(Math.fround(0.1)), 0.1);
  assert.deepEqual(asLists(counting([2, 1, 2])), [[[0, 1]], [[2, 3]]]);
  assert.deepEqual(inputInLayout(traceOf({ batch_first: true })), [
    [
      [0, 1],
      [4, 5],
      [8, 9],
    ],
    [
      [2, 3],
      [6, 7],
      [10, 11],
    ],
  ]);
});

test("a scale gives its own colours at its stops, and stays within them", () => {
  assert.deepEqual(colourAt(SEQUENTIAL.light, 0), [246, 244, 237]);
  assert.deepEqual(colourAt(DIVERGING.dark, 2), [255, 190, 133]);
  assert.equal(lookup(DIVERGING.light).length, 256);
});
