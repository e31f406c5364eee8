import assert from "node:assert/strict";
import { test } from "node:test";

import * as transitions from "../../../static/js/state/state.js";
import { createStore } from "../../../static/js/base/store.js";
import { traceOf } from "../support.js";

/** @type {import("../../../static/js/types.js").Preset} */
const preset = {
  name: "recall",
  title: "",
  trained: true,
  accuracy: 1,
  tokens: ["a", "b", "c"],
  targets: null,
  readout: null,
  request: traceOf().request,
  story: [
    { text: "", key: "", cursor: null },
    { text: "", key: "", cursor: { timestep: 2, unit: 3, sample: 1, quantity: "o" } },
  ],
};
const blank = transitions.initialState("light");
const shown = transitions.traceArrived(
  traceOf(),
  null,
)(transitions.presetChosen(preset)({ ...blank, presets: [preset] }));

test("a store tells its listeners of a change, and of no change nothing", () => {
  const store = createStore(1);
  /** @type {number[][]} */
  const heard = [];
  const quiet = store.subscribe((value, previous) => heard.push([value, previous]));
  store.update((value) => value + 1);
  store.update((value) => value);
  quiet();
  store.update((value) => value + 1);
  assert.deepEqual(heard, [[2, 1]]);
});

test("a preset opens at the start of its clock, on the sample, unit and quantity that its story begins with", () => {
  assert.deepEqual(shown.cursor, { ...transitions.ORIGIN, unit: 3, sample: 1, quantity: "o" });
});

test("the cursor stays on the picture that is shown until the new trace is here", () => {
  const other = { ...preset, name: "other" };
  const waiting = transitions.presetChosen(other, { ...shown.cursor, layer: 1, timestep: 9 })(
    shown,
  );
  assert.deepEqual(waiting.cursor, shown.cursor);
  const arrived = transitions.traceArrived(
    traceOf({ num_layers: 2 }, { seqLen: 20 }),
    null,
  )(waiting);
  assert.deepEqual([arrived.cursor.layer, arrived.cursor.timestep], [1, 9]);
});

test("a cursor that the new trace does not have is brought inside it", () => {
  const far = {
    ...shown.cursor,
    layer: 5,
    timestep: 99,
    unit: 99,
    sample: 99,
    direction: /** @type {const} */ ("reverse"),
  };
  const { cursor } = transitions.cursorSet(far)(shown);
  assert.deepEqual(
    [cursor.layer, cursor.timestep, cursor.unit, cursor.sample, cursor.direction],
    [0, 2, 3, 1, "forward"],
  );
});

test("a failure keeps the last good picture", () => {
  const failed = transitions.traceFailed({ status: 422, detail: [] })({ ...shown, pending: true });
  assert.equal(failed.trace, shown.trace);
  assert.equal(failed.pending, false);
});

test("an answer does not overwrite what was typed since the question", () => {
  const sent = shown.request;
  const typed = transitions.settingChanged("config.hidden_size", 8)(shown);
  assert.equal(transitions.traceArrived(traceOf(), sent)(typed).request?.config.hidden_size, 8);
});

test("an equal value typed again is no change at all", () => {
  assert.equal(transitions.settingChanged("config.hidden_size", 4)(shown), shown);
});

test("what was replaced stays said while the reader types on, until it is chosen anew", () => {
  const given = {
    ...shown,
    request: {
      ...traceOf().request,
      weights: /** @type {const} */ ({ kind: "preset", name: "recall" }),
    },
  };
  const first = transitions.settingChanged("config.hidden_size", 1)(given);
  const second = transitions.settingChanged("config.hidden_size", 12)(first);
  assert.deepEqual([first.notice, second.notice], ["weights", "weights"]);
  assert.equal(transitions.settingChanged("input.seed", 3)(second).notice, "weights");
  assert.equal(transitions.settingChanged("weights.seed", 3)(second).notice, null);
  assert.equal(transitions.presetChosen(preset)(second).notice, null);
});

test("what is drawn is called what it was run as, whatever was asked for since", () => {
  const edited = transitions.traceRequested(
    transitions.settingChanged("config.hidden_size", 8)(shown),
  );
  const failed = transitions.wentOffline(edited);
  assert.deepEqual(
    [failed.edited, transitions.shownAs(failed).edited, transitions.isKept(failed)],
    [true, false, true],
  );
  const chosen = transitions.wentOffline(
    transitions.presetChosen({ ...preset, name: "other" })(shown),
  );
  assert.equal(transitions.shownAs(chosen).preset, "recall");
  assert.equal(
    transitions.shownAs(transitions.traceArrived(traceOf(), edited.request)(edited)).edited,
    true,
  );
});

test("text that is not JSON is kept as typed, until it is", () => {
  const unread = transitions.settingUnread("input.values", "[[1,")(shown);
  assert.equal(unread.unread["input.values"], "[[1,");
  assert.deepEqual(transitions.settingChanged("input.values", [[1]])(unread).unread, {});
});

test("play starts over from the end, and walks stages where stages count", () => {
  const ended = transitions.wentLast(shown);
  assert.ok(transitions.isAtEnd(ended));
  assert.equal(transitions.playStarted(ended).cursor.timestep, 0);
  const staged = transitions.wentFirst({ ...shown, granularity: "stage" });
  assert.equal(staged.cursor.stage, 0);
  assert.deepEqual(
    [transitions.advanced(staged).cursor.stage, transitions.advanced(shown).cursor.timestep],
    [1, 1],
  );
  assert.equal(transitions.receded(transitions.advanced(staged)).cursor.stage, 0);
});

test("timesteps are called by the preset's tokens only while the input is the preset's", () => {
  assert.deepEqual(transitions.tokensOf(shown), ["a", "b", "c"]);
  const trace = traceOf();
  trace.request.input = { kind: "random", seq_len: 3, batch_size: 2, seed: 9 };
  assert.equal(transitions.tokensOf({ ...shown, trace }), null);
});
