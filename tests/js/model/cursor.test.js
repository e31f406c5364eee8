import assert from "node:assert/strict";
import { test } from "node:test";

import * as clock from "../../../static/js/model/cursor.js";

/** @type {import("../../../static/js/types.js").Extent} */
const stack = { layers: 2, directions: ["forward", "reverse"], start: 0, length: 3, stages: 5 };
/** @type {import("../../../static/js/types.js").Cursor} */
const start = {
  layer: 0,
  direction: "forward",
  timestep: 0,
  stage: 0,
  unit: 0,
  sample: 0,
  quantity: "f",
};

/** @param {Partial<typeof start>} part */
const at = (part) => ({ ...start, ...part });

test("both directions of a layer compute together, from the two ends of the sample", () => {
  assert.equal(clock.clockOf(at({ timestep: 0 }), stack, "computation"), 0);
  assert.equal(clock.clockOf(at({ direction: "reverse", timestep: 2 }), stack, "computation"), 0);
  assert.equal(clock.clockOf(at({ direction: "reverse", timestep: 0 }), stack, "computation"), 2);
});

test("layer 1 starts only when both directions of layer 0 are complete", () => {
  const moved = clock.moveTimesteps(at({ timestep: 2 }), 1, stack, "computation");
  assert.deepEqual([moved.layer, moved.timestep], [1, 0]);
  const first = at({ layer: 1, timestep: 0 });
  for (const direction of stack.directions) {
    for (const timestep of [0, 1, 2]) {
      const below = clock.clockOf(at({ direction, timestep }), stack, "computation");
      assert.ok(below < clock.clockOf(first, stack, "computation"));
    }
  }
});

test("a reverse cursor moves from the right to the left", () => {
  const order = [];
  let cursor = at({ direction: "reverse", timestep: 2 });
  for (let k = 0; k < 3; k += 1) {
    order.push(cursor.timestep);
    cursor = clock.moveTimesteps(cursor, 1, stack, "computation");
  }
  assert.deepEqual(order, [2, 1, 0]);
  assert.deepEqual([cursor.layer, cursor.timestep], [1, 2]);
});

test("every clock reading is one moment, there and back", () => {
  for (const order of /** @type {const} */ (["computation", "column"])) {
    for (const direction of stack.directions) {
      for (let reading = 0; reading < clock.clockLength(stack, order); reading += 1) {
        const cursor = clock.atClock(at({ direction }), reading, stack, order);
        assert.equal(clock.clockOf(cursor, stack, order), reading);
      }
    }
  }
});

test("a column holds all layers at one timestep", () => {
  assert.equal(clock.clockLength(stack, "column"), 3);
  assert.equal(clock.moveTimesteps(at({ layer: 1, timestep: 2 }), 1, stack, "column").layer, 1);
});

test("the other direction stands at the same reading in computation order, at the same t in a column", () => {
  assert.equal(clock.otherDirection(at({ timestep: 0 }), stack, "computation").timestep, 2);
  assert.equal(clock.otherDirection(at({ timestep: 0 }), stack, "column").timestep, 0);
});

test("the only direction has no other", () => {
  const single = {
    ...stack,
    directions: /** @type {import("../../../static/js/types.js").Direction[]} */ (["forward"]),
  };
  assert.equal(clock.otherDirection(start, single, "computation"), start);
});

test("stages run into the next timestep and stop at both ends of the clock", () => {
  assert.deepEqual(
    clock.moveStage(at({ stage: 4 }), 1, stack, "computation"),
    at({ timestep: 1, stage: 0 }),
  );
  assert.deepEqual(
    clock.moveStage(at({ timestep: 1, stage: 0 }), -1, stack, "computation"),
    at({ stage: 4 }),
  );
  assert.equal(clock.moveStage(start, -1, stack, "computation"), start);
  const last = at({ layer: 1, timestep: 2, stage: 4 });
  assert.equal(clock.moveStage(last, 1, stack, "computation"), last);
  assert.ok(clock.atEnd(last, stack, "computation", "stage"));
  assert.ok(!clock.atEnd({ ...last, stage: 3 }, stack, "computation", "stage"));
});

test("a quantity brings the stage that writes it, and a stage speaks of what it writes", () => {
  assert.equal(clock.withQuantity(start, "c", 5).stage, 3);
  assert.equal(clock.withQuantity(start, "h", 6).stage, 5);
  assert.equal(clock.withQuantity(at({ stage: 4 }), "o", 5).stage, 2);
  assert.equal(clock.focusOf(at({ stage: 3, quantity: "o" })), "c");
  assert.equal(clock.focusOf(at({ stage: 1, quantity: "h" })), "f");
});
