import assert from "node:assert/strict";
import { test } from "node:test";

import { curvesFigure } from "../../../static/js/figures/curves.js";
import {
  MOST_PINS,
  cursorOf,
  fitting,
  gaveWay,
  isPinned,
  notInRun,
  pinToggled,
  pinnable,
  pinsIn,
} from "../../../static/js/state/pins.js";
import { placeAt, valueOf } from "../../../static/js/model/places.js";
import * as transitions from "../../../static/js/state/state.js";
import { fromHash, toHash } from "../../../static/js/state/url.js";
import { traceOf } from "../support.js";

const trace = traceOf({ num_layers: 2 });
const shown = { ...transitions.initialState("light"), trace, request: trace.request };
const place = placeAt({ ...transitions.ORIGIN, timestep: 1 }, "c", 2);

test("a number is pinned and let go, and the oldest of too many goes first", () => {
  const once = pinToggled(place)(shown);
  assert.ok(isPinned(once, { ...place }));
  assert.deepEqual(pinToggled({ ...place })(once).pins, []);
  let many = once;
  for (let timestep = 10; timestep < 10 + MOST_PINS; timestep += 1)
    many = pinToggled({ ...place, timestep })(many);
  assert.deepEqual([many.pins.length, many.pins[0]?.timestep], [MOST_PINS, 10]);
  assert.equal(gaveWay(many.pins, pinToggled({ ...place, timestep: 40 })(many).pins), many.pins[0]);
  const fewer = pinToggled({ ...place, timestep: 11 })(many);
  assert.deepEqual(
    [gaveWay(many.pins, fewer.pins), gaveWay(fewer.pins, many.pins), gaveWay(many.pins, many.pins)],
    [null, null, null],
  );
});

test("in another run those pins stay that stand in it, too", () => {
  const pins = [
    place,
    { ...place, layer: 2 },
    { ...place, direction: /** @type {const} */ ("reverse") },
    { ...place, timestep: 3 },
    { ...place, unit: 4 },
    { ...place, sample: 2 },
    { ...place, quantity: "x", unit: 1 },
    { ...place, quantity: "x", unit: 2 },
    { ...place, quantity: "x", layer: 1, unit: 3 },
    { ...place, quantity: "m" },
  ];
  assert.deepEqual(fitting(pins, trace.request), [pins[0], pins[6], pins[8]]);
});

test("a run that has not some of the pins drops them, which is told once, and a later run that has them brings them back", () => {
  const far = { ...place, timestep: 3 };
  const wide = traceOf({ num_layers: 2 }, { seqLen: 9 }).request;
  const fewer = transitions.traceArrived(trace, null)({ ...shown, pins: [far, place] });
  assert.deepEqual([fewer.pins, fewer.lost], [[place], [far]]);
  assert.deepEqual(notInRun(fewer.pins), [far]);
  assert.deepEqual([notInRun(fewer.pins), gaveWay([far, place], fewer.pins)], [[], null]);
  const again = pinsIn(fewer, wide);
  assert.deepEqual([again.pins, again.lost, notInRun(again.pins)], [[place, far], [], []]);
  const full = {
    pins: Array.from({ length: MOST_PINS }, (_, timestep) => ({ ...place, timestep })),
    lost: [{ ...place, unit: 3 }],
  };
  assert.deepEqual(pinsIn(full, wide), full);
  assert.equal(pinsIn(fewer, trace.request).pins, fewer.pins);
});

test("the key pins what is pointed at, else the cursor's number, but no weight and no whole vector", () => {
  assert.deepEqual(pinnable(shown), placeAt(transitions.ORIGIN, "f", 0));
  assert.equal(pinnable({ ...shown, hover: place }), place);
  assert.equal(pinnable({ ...shown, hover: { ...place, unit: null } }), null);
  assert.equal(
    pinnable({
      ...shown,
      hover: { ...place, weight: { name: "weight_ih_l0", row: 0, column: 0 } },
    }),
    null,
  );
});

test("a pin is a place: its value is that of whatever trace is shown", () => {
  const pinned = pinToggled(place)(shown);
  assert.equal(valueOf(pinned, /** @type {any} */ (pinned.pins[0])), 10);
  const other = traceOf({ num_layers: 2 });
  other.cells[0]?.c.data.fill(5);
  assert.equal(valueOf({ ...pinned, trace: other }, /** @type {any} */ (pinned.pins[0])), 5);
});

test("a pin leads the cursor back to what it belongs to", () => {
  assert.deepEqual(cursorOf({ ...place, quantity: "z_o" }), {
    layer: 0,
    direction: "forward",
    timestep: 1,
    sample: 0,
    unit: 2,
    quantity: "o",
  });
  assert.deepEqual(cursorOf({ ...place, quantity: "x" }), {
    layer: 0,
    direction: "forward",
    timestep: 1,
    sample: 0,
  });
});

test("pins are part of the address", () => {
  const pinned = pinToggled({ ...place, quantity: "z_f" })(pinToggled(place)(shown));
  assert.deepEqual(fromHash(toHash(pinned)).pins, pinned.pins);
  assert.deepEqual(fromHash("#pins=nonsense,f.0.up.1.2.3").pins, []);
});

test("of more pins in a link than stay the first give way, and the last of these is told once", () => {
  const link = (/** @type {number} */ count) =>
    `#pins=${Array.from({ length: count }, (_, timestep) => `f.0.forward.${timestep}.0.0`).join(",")}`;
  const { pins } = fromHash(link(MOST_PINS + 2));
  assert.deepEqual(
    [pins.length, pins[0]?.timestep, pins.at(-1)?.timestep],
    [MOST_PINS, 2, MOST_PINS + 1],
  );
  assert.equal(gaveWay([], pins)?.timestep, 1);
  assert.equal(gaveWay(pins, pins), null);
  assert.equal(gaveWay([], fromHash(link(MOST_PINS)).pins), null);
  const { pins: fit } = pinsIn(
    { pins: fromHash(link(MOST_PINS + 2)).pins, lost: [] },
    trace.request,
  );
  assert.deepEqual([fit.map(({ timestep }) => timestep), gaveWay([], fit)?.timestep], [[2], 1]);
});

test("the same pin twice in a link counts once", () => {
  const twice = "#pins=f.0.forward.1.0.0,c.0.forward.1.0.0,f.0.forward.1.0.0";
  assert.deepEqual(
    fromHash(twice).pins.map(({ quantity }) => quantity),
    ["f", "c"],
  );
  const full = Array.from(
    { length: MOST_PINS },
    (_, timestep) => `f.0.forward.${timestep}.0.0`,
  ).join(",");
  assert.equal(gaveWay([], fromHash(`#pins=${full},${full}`).pins), null);
});

test("a pinned unit has a line of its own in the curves, marked at its timestep", () => {
  const [cell] = trace.cells;
  assert.ok(cell);
  const { data } = curvesFigure(trace, cell, {
    unit: 0,
    sample: 0,
    width: 700,
    theme: "light",
    tokens: null,
    pins: [place],
  });
  const line = /** @type {any} */ (data.find(({ name }) => name === "c 2"));
  assert.deepEqual([...line.y], [2, 10, 18]);
  assert.deepEqual(line.marker.size, [0, 10, 0]);
});
