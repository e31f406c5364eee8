import assert from "node:assert/strict";
import { test } from "node:test";

import {
  LEVELS,
  levelNamed,
  reaches,
  wentTo,
  wentUp,
  whereabouts,
} from "../../../static/js/state/levels.js";
import { pinnable } from "../../../static/js/state/pins.js";
import * as transitions from "../../../static/js/state/state.js";
import { fromHash, toHash } from "../../../static/js/state/url.js";
import { traceOf } from "../support.js";

const shown = {
  ...transitions.initialState("light"),
  trace: traceOf({ num_layers: 2, bidirectional: true }),
  request: traceOf().request,
};

test("the page begins at the network, and each level up ends there", () => {
  assert.equal(shown.level, "network");
  let state = wentTo("scalar")(shown);
  const seen = LEVELS.map(() => {
    const { level } = state;
    state = wentUp(state);
    return level;
  });
  assert.deepEqual(seen, ["scalar", "gate", "cell", "network"]);
  assert.equal(wentUp(shown), shown);
});

test("a level takes the cursor along to what was pointed at, and to the stage that writes it", () => {
  const opened = wentTo("scalar", { layer: 1, timestep: 2, unit: 3, quantity: "c" })(shown);
  assert.deepEqual(
    [
      opened.level,
      opened.cursor.layer,
      opened.cursor.timestep,
      opened.cursor.unit,
      opened.cursor.stage,
    ],
    ["scalar", 1, 2, 3, 3],
  );
  assert.equal(wentTo("gate", { quantity: "o" })(opened).cursor.quantity, "o");
});

test("the cursor alone says where: no level moves it on the way up, and no new level is no change", () => {
  const deep = wentTo("gate", { unit: 2 })(shown);
  assert.equal(wentUp(deep).cursor, deep.cursor);
  assert.equal(wentTo("gate")(deep), deep);
  assert.ok(reaches("scalar", "gate") && reaches("gate", "gate") && !reaches("cell", "gate"));
});

test("the breadcrumb names the cell, the quantity and the number at the cursor", () => {
  const at = whereabouts(
    wentTo("scalar", { layer: 1, direction: "reverse", timestep: 1, unit: 3, quantity: "o" })(
      shown,
    ),
  );
  assert.deepEqual(
    [at?.layer, at?.direction, at?.timestep, at?.quantity, at?.unit, at?.value],
    [1, "reverse", 1, "o", 3, 11],
  );
  assert.equal(whereabouts(transitions.initialState("light")), null);
  const projected = { ...transitions.initialState("light"), trace: traceOf({ proj_size: 2 }) };
  const before = { ...projected, cursor: { ...transitions.ORIGIN, stage: 4, unit: 3 } };
  assert.deepEqual([whereabouts(before)?.quantity, whereabouts(before)?.value], ["m", 3]);
  assert.equal(pinnable(before)?.quantity, "m");
});

test("the level is part of the address, the network by saying nothing", () => {
  assert.doesNotMatch(toHash(shown), /level/);
  assert.equal(fromHash(toHash(wentTo("gate")(shown))).level, "gate");
  assert.equal(levelNamed("atom"), "network");
});
