import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlayer } from "../../../static/js/base/player.js";

/** A clock that a test turns by hand. */
function handClock() {
  let time = 0;
  /** @type {Map<number, () => void>} */
  const waiting = new Map();
  let next = 1;
  return {
    now: () => time,
    request: (/** @type {() => void} */ tick) => {
      waiting.set(next, tick);
      next += 1;
      return next - 1;
    },
    cancel: (/** @type {number} */ id) => {
      waiting.delete(id);
    },
    /** @param {number} milliseconds */
    turn(milliseconds) {
      time += milliseconds;
      const due = [...waiting.values()];
      waiting.clear();
      due.forEach((tick) => tick());
    },
  };
}

test("one moment an interval, however often the clock ticks", () => {
  const clock = handClock();
  let moments = 0;
  const player = createPlayer(
    clock,
    () => 100,
    () => {
      moments += 1;
      return true;
    },
  );
  player.start();
  for (let k = 0; k < 40; k += 1) clock.turn(10);
  assert.equal(moments, 4);
});

test("a pause stops at once, and a second start goes on", () => {
  const clock = handClock();
  let moments = 0;
  const player = createPlayer(
    clock,
    () => 100,
    () => {
      moments += 1;
      return true;
    },
  );
  player.start();
  player.stop();
  clock.turn(500);
  assert.equal(moments, 0);
  player.start();
  clock.turn(100);
  assert.equal(moments, 1);
});

test("it stops where there is no further moment", () => {
  const clock = handClock();
  const player = createPlayer(
    clock,
    () => 100,
    () => false,
  );
  player.start();
  clock.turn(100);
  assert.equal(player.running, false);
});

test("after a stall it goes on from there instead of racing", () => {
  const clock = handClock();
  let moments = 0;
  const player = createPlayer(
    clock,
    () => 100,
    () => {
      moments += 1;
      return true;
    },
  );
  player.start();
  clock.turn(5000);
  clock.turn(1);
  assert.equal(moments, 1);
});

test("a new speed holds from the next moment on", () => {
  const clock = handClock();
  let moments = 0;
  let interval = 100;
  const player = createPlayer(
    clock,
    () => interval,
    () => {
      moments += 1;
      return true;
    },
  );
  player.start();
  clock.turn(100);
  interval = 10;
  clock.turn(100);
  clock.turn(10);
  assert.equal(moments, 3);
});
