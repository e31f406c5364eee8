import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../static/js/server/api.js";
import { Cancelled, createLongRuns } from "../../../static/js/server/long-runs.js";
import { durationOf, phaseOf, rough, shareOf } from "../../../static/js/model/progress.js";
import { createRunner, obtain } from "../../../static/js/server/runner.js";
import { withValue } from "../../../static/js/model/request.js";
import * as transitions from "../../../static/js/state/state.js";
import { createStore } from "../../../static/js/base/store.js";
import { traceOf } from "../support.js";

/** @typedef {import("../../../static/js/types.js").LongRun} LongRun */

/** @param {Partial<LongRun>} [part] @returns {LongRun} */
const run = (part) => ({
  id: "r",
  status: "running",
  done: 0,
  total: 10,
  seconds: 1,
  rate: null,
  remaining: null,
  code: null,
  detail: [],
  ...part,
});
const { request } = traceOf();
const large = withValue(request, "input.seq_len", 1_000_000);
const soon = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A server of which a test decides what it says and when. */
function server() {
  /** @type {string[]} */
  const log = [];
  /** @type {Map<string, (event: any) => void>} */
  const listeners = new Map();
  /** @type {(LongRun | Error)[]} */
  const polled = [];
  return {
    log,
    polled,
    /** @param {LongRun} state */
    tell: (state) => listeners.get("run")?.({ data: JSON.stringify(state) }),
    lose: () => listeners.get("error")?.({}),
    api: {
      /** @param {any} _ @param {number} wait @returns {Promise<any>} */
      runTrace: async (_, wait) => {
        log.push(wait ? "run" : "start");
        return wait ? { trace: traceOf() } : { run: run({ status: "waiting" }) };
      },
      fetchRun: async () => {
        log.push("poll");
        const next = polled.shift() ?? run();
        if (next instanceof Error) throw next;
        return next;
      },
      cancelRun: async () => {
        log.push("cancel");
      },
      /** @param {string} _ @param {any} window */
      fetchTrace: async (_, window) => {
        log.push(`read ${window?.start}`);
        return traceOf();
      },
      fetchRequest: async () => request,
    },
    events: () => ({
      /** @param {string} name @param {(event: any) => void} listener */
      addEventListener: (name, listener) => {
        listeners.set(name, listener);
      },
      close: () => {
        log.push("close");
      },
    }),
  };
}

/** @param {ReturnType<typeof server>} there @param {AbortSignal} signal @param {LongRun[]} [heard] */
const finish = async (there, signal, heard = []) => {
  const answer = await createLongRuns(there.api, there.events, {
    pause: async () => {},
    silence: 10_000,
  }).finish(large, 0, signal, (state) => heard.push(state));
  assert.ok("run" in answer);
  return answer.run;
};

test("a run is watched to its end", async () => {
  const there = server();
  /** @type {LongRun[]} */
  const heard = [];
  const ended = finish(there, new AbortController().signal, heard);
  await soon();
  there.tell(run({ done: 5 }));
  there.tell(run({ status: "done", done: 10 }));
  assert.equal((await ended).status, "done");
  assert.deepEqual(
    heard.map(({ done }) => done),
    [0, 5, 10],
  );
  assert.deepEqual(there.log, ["start", "close"]);
});

test("a run that nobody waits for any more is cancelled, and the next one starts after that", async () => {
  const there = server();
  const controller = new AbortController();
  const runs = createLongRuns(there.api, there.events);
  const ended = runs.finish(large, 0, controller.signal, () => {});
  await soon();
  controller.abort();
  await assert.rejects(ended, Cancelled);
  const next = runs.finish(large, 0, new AbortController().signal, () => {});
  await soon();
  there.tell(run({ status: "done" }));
  await next;
  assert.deepEqual(
    there.log.filter((entry) => entry !== "close"),
    ["start", "cancel", "start"],
  );
});

test("a run that was given up while it was being asked for is cancelled as soon as it is known", async () => {
  const there = server();
  const controller = new AbortController();
  const ended = finish(there, controller.signal);
  controller.abort();
  await assert.rejects(ended, Cancelled);
  assert.ok(!there.log.includes("start") || there.log.includes("cancel"));
});

test("when the events are lost, the run is asked for again and again", async () => {
  const there = server();
  there.polled.push(
    new TypeError("no network"),
    run({ done: 9 }),
    run({ status: "done", done: 10 }),
  );
  const ended = finish(there, new AbortController().signal);
  await soon();
  there.lose();
  assert.equal((await ended).done, 10);
  assert.deepEqual(there.log, ["start", "close", "poll", "poll", "poll"]);
});

test("events that do not come are not waited for", async () => {
  const there = server();
  there.polled.push(run({ status: "done" }));
  const runs = createLongRuns(there.api, there.events, { silence: 1 });
  const answer = await runs.finish(large, 0, new AbortController().signal, () => {});
  assert.equal("run" in answer && answer.run.status, "done");
});

test("a server that is away, or knows nothing of the run, is given up", async () => {
  for (const errors of [Array(9).fill(new TypeError("no network")), [new ApiError(404, [])]]) {
    const there = server();
    there.polled.push(...errors);
    const ended = finish(there, new AbortController().signal);
    await soon();
    there.lose();
    await assert.rejects(
      ended,
      (error) => !(error instanceof ApiError) && !(error instanceof Cancelled),
    );
  }
});

test("a run that failed says why, as if it had been answered at once; a cancelled one is cancelled", async () => {
  const detail = [{ type: "shape", loc: ["body", "h_0"], msg: "no" }];
  const refused = (/** @type {any} */ error) => error.failure.status === 422;
  for (const [last, kind] of /** @type {const} */ ([
    [run({ status: "failed", code: 422, detail }), refused],
    [run({ status: "cancelled" }), Cancelled],
  ])) {
    const there = server();
    const ended = finish(there, new AbortController().signal);
    await soon();
    there.tell(last);
    await assert.rejects(ended, kind);
  }
});

test("a request is answered at once, or watched by the server's word, or since it is read in windows", async () => {
  const there = server();
  const { signal } = new AbortController();
  const runs = createLongRuns(there.api, there.events);
  await obtain(there.api, runs, request, 0, signal, () => {});
  const slow = { finish: async () => ({ run: run({ status: "done" }) }) };
  await obtain(there.api, slow, request, 0, signal, () => {});
  const watched = obtain(there.api, runs, large, 123_456, signal, () => {});
  await soon();
  there.tell(run({ status: "done" }));
  await watched;
  assert.deepEqual(there.log, ["run", "read undefined", "start", "close", "read 120000"]);
});

test("cancelling brings back what was shown, as it was asked for, and keeps what was given up", async () => {
  const there = server();
  const shown = transitions.traceArrived(
    traceOf(),
    null,
  )({ ...transitions.initialState("light"), request, preset: "recall" });
  const store = createStore(shown);
  const runner = createRunner(store, there.api, createLongRuns(there.api, there.events));
  store.update(transitions.settingChanged("input.seq_len", 1_000_000));
  const ended = runner.now();
  await soon();
  there.tell(run({ done: 3 }));
  assert.deepEqual([store.get().run?.done, store.get().pending], [3, true]);
  runner.cancel();
  await ended;
  const { pending, run: left, request: back, preset, edited, cancelled, trace } = store.get();
  assert.deepEqual(
    [pending, left, preset, edited, trace],
    [false, null, "recall", false, shown.trace],
  );
  assert.equal(back, shown.trace?.request);
  assert.equal(
    cancelled?.request.input.kind === "random" && cancelled.request.input.seq_len,
    1_000_000,
  );
  store.update(transitions.cancelledResumed);
  assert.deepEqual(
    [store.get().request, store.get().edited, store.get().cancelled],
    [cancelled?.request, true, null],
  );
  await soon();
  assert.ok(there.log.includes("cancel"));
});

test("another window moves the cursor there; a trace that came meanwhile is not overwritten", async () => {
  const there = server();
  const trace = { ...traceOf({}, { seqLen: 3 }), seqLen: 9, windowSize: 3, lengths: [9, 9] };
  const later = { ...trace, start: 3, stop: 6 };
  const store = createStore(
    transitions.traceArrived(trace, null)({ ...transitions.initialState("light"), request }),
  );
  const api = { ...there.api, fetchTrace: async () => later };
  const runner = createRunner(store, api, createLongRuns(there.api, there.events));
  await runner.move({ ...transitions.ORIGIN, timestep: 4 });
  assert.deepEqual(
    [store.get().trace, store.get().cursor.timestep, store.get().reading],
    [later, 4, false],
  );
  const moving = runner.move({ ...transitions.ORIGIN, timestep: 8 });
  await Promise.all([runner.now(), moving]);
  assert.notEqual(store.get().trace, later);
});

test("progress is told in figures that do not flicker", () => {
  assert.deepEqual([123_456, 9.87, 0.3, 1].map(rough), [120_000, 9.9, 0, 1]);
  assert.deepEqual([0.2, 3.1, 99, 130, 7300].map(durationOf), [
    { unit: "seconds", whole: 1, rest: 0 },
    { unit: "seconds", whole: 4, rest: 0 },
    { unit: "seconds", whole: 99, rest: 0 },
    { unit: "minutes", whole: 2, rest: 10 },
    { unit: "hours", whole: 2, rest: 1 },
  ]);
});

test("a run waits, starts, counts, writes, and is read", () => {
  const phases = [
    run({ status: "waiting" }),
    run(),
    run({ done: 4 }),
    run({ done: 10 }),
    run({ status: "done", done: 10 }),
  ];
  assert.deepEqual(phases.map(phaseOf), ["waiting", "uncounted", "counting", "writing", "reading"]);
  assert.deepEqual(phases.map(shareOf), [null, null, 0.4, 1, 1]);
});
