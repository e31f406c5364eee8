/** Pictures as text, and the moments of an animation. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MAX_FRAMES,
  momentsOf,
  readings,
} from "../../../static/js/features/export/pictures/moments.js";
import { createSvgPen, svgFile, trace } from "../../../static/js/paint/pen.js";
import { initialState } from "../../../static/js/state/state.js";
import { traceOf } from "../support.js";

const measure = (/** @type {string} */ text) => text.length * 10;
const drawn = (
  /** @type {(pen: import("../../../static/js/paint/pen.js").Pen) => void} */ draw,
) => {
  const { pen, body } = createSvgPen(measure, "p");
  draw(pen);
  return body();
};

test("what is drawn stands where the pen was moved to", () => {
  assert.equal(
    drawn((pen) => {
      pen.fillStyle = "#123456";
      pen.save();
      pen.translate(10, 20);
      pen.translate(1, 2);
      pen.fillRect(3, 4, 5, 6);
      pen.restore();
      pen.globalAlpha = 0.5;
      pen.fillRect(3, 4, 5, 6);
    }),
    '<rect x="14" y="26" width="5" height="6" fill="#123456"/><rect x="3" y="4" width="5" height="6" fill="#123456" opacity="0.5"/>',
  );
});

test("text keeps its letters, its weight and its side, and is no markup", () => {
  const text = drawn((pen) => {
    pen.font = '700 12.5px "A B", sans';
    pen.textAlign = "right";
    pen.fillStyle = "red";
    pen.fillText("a < b & \u201cc\u201d", 1.234, 2);
  });
  assert.equal(
    text,
    '<text x="1.23" y="2" fill="red" font-family="&quot;A B&quot;, sans" font-size="12.5" font-weight="700" text-anchor="end" xml:space="preserve">a &lt; b &amp; \u201cc\u201d</text>',
  );
});

test("a clip ends with its restore", () => {
  const text = drawn((pen) => {
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, 4, 4);
    pen.clip();
    pen.fillRect(0, 0, 9, 9);
    pen.restore();
    pen.fillRect(0, 0, 1, 1);
  });
  assert.match(
    text,
    /^<defs><clipPath id="p-c0"><path d="M0 0h4v4h-4Z"\/><\/clipPath><\/defs><g clip-path="url\(#p-c0\)"><rect [^>]*width="9"[^>]*\/><\/g><rect [^>]*width="1"/,
  );
});

test("a bitmap is held once and placed in parts", () => {
  const bitmap = /** @type {any} */ ({
    width: 8,
    height: 4,
    toDataURL: () => "data:image/png;base64,AA",
  });
  const text = drawn((pen) => {
    pen.drawImage(bitmap, 2, 0, 4, 4, 10, 20, 30, 40);
    pen.drawImage(bitmap, 1, 2);
  });
  assert.equal(text.match(/data:image/g)?.length, 1);
  assert.match(
    text,
    /<svg x="10" y="20" width="30" height="40" viewBox="2 0 4 4" preserveAspectRatio="none"><use xlink:href="#p-i0"\/>/,
  );
  assert.match(text, /<svg x="1" y="2" width="8" height="4" viewBox="0 0 8 4"/);
});

test("another drawing is placed with its own plane", () => {
  assert.equal(
    drawn((pen) =>
      pen.nest(
        '<svg class="main-svg" width="7" height="9" style="background: red" viewBox="0 0 7 9"><g/></svg>',
        1,
        2,
        70,
        90,
      ),
    ),
    '<svg x="1" y="2" width="70" height="90" viewBox="0 0 7 9" overflow="visible"><g/></svg>',
  );
});

test("a plan's path is traced on any pen", () => {
  assert.match(
    drawn((pen) => {
      trace(pen, "M1 2H5V7h-2z");
      pen.stroke();
    }),
    /d="M1 2L5 2L5 7L3 7Z"/,
  );
});

test("a file names its spaces, its size and what is in it", () => {
  const file = svgFile("<g/>", {
    width: 10.4,
    height: 20,
    title: "a & b",
    description: "c",
    lang: "en",
  });
  assert.match(
    file,
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" xmlns:xlink="http:\/\/www\.w3\.org\/1999\/xlink" width="10\.4" height="20" viewBox="0 0 10\.4 20"/,
  );
  assert.match(file, /<title>a &amp; b<\/title><desc>c<\/desc><g\/><\/svg>$/);
});

const state = (/** @type {any} */ part = {}) => ({
  ...initialState("light"),
  trace: traceOf({ num_layers: 2, bidirectional: true }, { seqLen: 3, batchSize: 1 }),
  ...part,
});

test("by timestep there is one moment for each reading of the clock, layer after layer", () => {
  const moments = momentsOf(state(), { by: "timestep", first: 0, last: 99 });
  assert.deepEqual(
    moments.map(({ cursor }) => [cursor.layer, cursor.timestep, cursor.stage]),
    [
      [0, 0, 2],
      [0, 1, 2],
      [0, 2, 2],
      [1, 0, 2],
      [1, 1, 2],
      [1, 2, 2],
    ],
  );
  assert.equal(readings(state()), 6);
  assert.equal(readings(state({ order: "column" })), 3);
});

test("by stage there are all stages of each, in the span that is asked for, whichever end comes first", () => {
  const moments = momentsOf(state(), { by: "stage", first: 4, last: 3 });
  assert.deepEqual(
    moments.map(({ cursor }) => [cursor.layer, cursor.timestep, cursor.stage]),
    [0, 1].flatMap((timestep) => [0, 1, 2, 3, 4].map((stage) => [1, timestep, stage])),
  );
  assert.ok(
    moments.every(
      ({ granularity, hover, playing }) => granularity === "stage" && hover === null && !playing,
    ),
  );
});

test("the reverse cursor goes its own way", () => {
  const cursor = { ...initialState("light").cursor, direction: "reverse" };
  assert.deepEqual(
    momentsOf(state({ cursor }), { by: "timestep", first: 0, last: 2 }).map(
      (moment) => moment.cursor.timestep,
    ),
    [2, 1, 0],
  );
});

test("without a trace there is nothing to play, and there is an end to what can be made", () => {
  assert.deepEqual(momentsOf(state({ trace: null }), { by: "timestep", first: 0, last: 5 }), []);
  assert.ok(MAX_FRAMES <= 1000);
});
