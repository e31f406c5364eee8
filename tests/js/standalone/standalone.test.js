/** A page in one file answers as the server would, from what it holds. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { ApiError, traceOf } from "../../../static/js/server/api.js";
import { explanationOf } from "../../../static/js/standalone/explained.js";
import { openingHash } from "../../../static/js/standalone/opening.js";
import { createReplies } from "../../../static/js/standalone/replies.js";
import { complete } from "../../../static/js/model/request.js";
import { fromHash } from "../../../static/js/state/url.js";
import { counting, traceOf as countingTrace } from "../support.js";

/** The two modules must offer the same, in the same types: the checker of types reads this line.
 * @type {(own: typeof import("../../../static/js/standalone/api.js")) => typeof import("../../../static/js/server/api.js")} */
const sameInterface = (own) => own;

/** @param {import("../../../static/js/types.js").Tensor} tensor */
const wire = ({ shape, data }) => ({
  dtype: "f4",
  shape,
  bdata: Buffer.from(data.buffer).toString("base64"),
});

/** A reply of the API, and what a file holds besides. */
function dataOf() {
  const made = countingTrace({}, { seqLen: 3, batchSize: 2 });
  const [cell] = made.cells;
  const parameters = Object.entries({
    weight_ih_l0: [16, 2],
    weight_hh_l0: [16, 4],
    bias_ih_l0: [16],
    bias_hh_l0: [16],
  });
  const names = /** @type {const} */ (["i", "f", "g", "o", "c", "h"]);
  const units = { mean_f: [1], variance_c: [2], half_life: [3] };
  const left = {
    h_0: counting([2, 4], 500),
    c_0: counting([2, 4], 600),
    z_x: counting([3, 2, 16], 1000),
    z_h: counting([3, 2, 16], 2000),
    z: counting([3, 2, 16], 3000),
    tanh_c: counting([3, 2, 4], 4000),
  };
  return /** @type {any} */ ({
    trace: {
      id: "t",
      request: made.request,
      input: wire(made.input),
      output: wire(made.output),
      h_n: wire(made.h_n),
      c_n: wire(made.c_n),
      parity: made.parity,
      nonfinite: 0,
      parameters: parameters.map(([name, shape], k) => ({
        name,
        shape,
        values: wire(counting(shape, 100 * k)),
      })),
      cells: [
        {
          layer: 0,
          direction: "forward",
          ...Object.fromEntries(names.map((name) => [name, wire(/** @type {any} */ (cell)[name])])),
        },
      ],
    },
    cells: [
      {
        layer: 0,
        direction: "forward",
        ...Object.fromEntries(Object.entries(left).map(([name, tensor]) => [name, wire(tensor)])),
        units: [units, { ...units, mean_f: [9] }],
      },
    ],
    preset: null,
    edited: true,
    view: "",
  });
}

const cursor = /** @type {any} */ ({
  layer: 0,
  direction: "forward",
  timestep: 1,
  sample: 1,
  unit: 2,
  stage: 2,
  quantity: "f",
});
const answers = () => createReplies(dataOf(), { ApiError, traceOf });

test("it offers every name of the module whose place it takes", async () => {
  const names = (/** @type {string} */ source) =>
    [
      ...source.matchAll(
        /^export (?:async )?(?:function|const|class) (\w+)|^export \{ ([^}]*) \}/gm,
      ),
    ]
      .flatMap(([, one, more]) => one ?? more?.split(", ") ?? [])
      .sort();
  const read = (/** @type {string} */ path) =>
    readFile(new URL(`../../../static/js/${path}`, import.meta.url), "utf8");
  assert.deepEqual(names(await read("standalone/api.js")), names(await read("server/api.js")));
  assert.equal(typeof sameInterface, "function");
});

test("an explanation multiplies weights with what they weigh, and takes every sum from the file", async () => {
  const { gates, c_prev, forget_term, input_term, c, tanh_c, h } =
    await answers().explanation(cursor);
  // f's rows are 4 to 7: row 6 for unit 2; x of (t 1, sample 1) starts at 6, h of (t 0, sample 1) at 4.
  assert.deepEqual(
    gates.f.products.map(({ source, index, weight, value, product }) => [
      source,
      index,
      weight,
      value,
      product,
    ]),
    [
      ["x", 0, 12, 6, 72],
      ["x", 1, 13, 7, 91],
      ["h", 0, 124, 4, 496],
      ["h", 1, 125, 5, 625],
      ["h", 2, 126, 6, 756],
      ["h", 3, 127, 7, 889],
    ],
  );
  assert.deepEqual([gates.f.bias_ih, gates.f.bias_hh], [206, 306]);
  // (t 1, sample 1) is row 3 of 16 numbers.
  assert.deepEqual([gates.f.z_x, gates.f.z_h, gates.f.pre_activation], [1054, 2054, 3054]);
  assert.deepEqual([gates.i.activation, gates.g.activation], ["sigmoid", "tanh"]);
  assert.deepEqual([c_prev, gates.f.value, forget_term, input_term], [6, 14, 84, 196]);
  assert.deepEqual([c, tanh_c, h], [14, 4014, 14]);
});

test("before the first timestep stand the states that the run started from", async () => {
  const { gates, c_prev } = await answers().explanation({ ...cursor, timestep: 0 });
  assert.deepEqual(
    gates.o.products.filter(({ source }) => source === "h").map(({ value }) => value),
    [504, 505, 506, 507],
  );
  assert.equal(c_prev, 606);
});

test("pre-activations are cut out by gate, sample and window", async () => {
  const { z, most } = await answers().sums(cursor, /** @type {any} */ ({ start: 1, stop: 3 }));
  assert.deepEqual(z.g.shape, [2, 1, 4]);
  assert.equal(z.g.first, 1);
  assert.deepEqual([...z.g.data], [3056, 3057, 3058, 3059, 3088, 3089, 3090, 3091]);
  assert.equal(most.g, 3091);
});

test("units are those of the sample", async () => {
  assert.deepEqual((await answers().units(cursor)).mean_f, [9]);
});

test("its own request is answered, in whatever order its fields stand, and no other", async () => {
  const replies = answers();
  const { request } = dataOf().trace;
  const turned = Object.fromEntries(Object.entries(request).reverse());
  assert.equal((await replies.runTrace(turned)).trace.id, "t");
  await assert.rejects(
    replies.runTrace({ ...request, config: { ...request.config, hidden_size: 5 } }),
    ApiError,
  );
});

test("a projected cell has the products of its projection", () => {
  const trace = countingTrace({ proj_size: 2 });
  trace.parameters = [{ name: "weight_hr_l0", shape: [2, 4], values: counting([2, 4], 10) }];
  const left = {
    h_0: counting([2, 2]),
    c_0: counting([2, 4]),
    z_x: counting([3, 2, 16]),
    z_h: counting([3, 2, 16]),
    z: counting([3, 2, 16]),
    tanh_c: counting([3, 2, 4]),
  };
  const shown = explanationOf(trace, { ...cursor, unit: 1 }, left);
  assert.deepEqual(
    shown.projection?.map(({ weight, value }) => [weight, value]),
    [
      [14, 12],
      [15, 13],
      [16, 14],
      [17, 15],
    ],
  );
  assert.equal(explanationOf(trace, { ...cursor, unit: 3 }, left).h, null);
});

test("it opens on its own run, where the one who made it looked, unless the address says otherwise", () => {
  const data = {
    ...dataOf(),
    view: "at=0.forward.2.3.1.1.c&level=cell&pins=c.0.forward.1.1.0&preset=recall&request=e30",
  };
  const request = complete(data.trace.request);
  const made = fromHash(openingHash(data, null, request, ""));
  assert.deepEqual(
    [made.preset, made.request, made.level, made.cursor?.timestep, made.pins.length],
    [null, request, "cell", 2, 1],
  );
  const asked = fromHash(
    openingHash(data, null, request, "#at=0.forward.1.0.0.0.f&preset=letters"),
  );
  assert.deepEqual([asked.preset, asked.level, asked.cursor?.timestep], [null, "network", 1]);
});
