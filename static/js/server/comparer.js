/** Runs what is shown once more with its padding read as data, when the reader asks for it, and compares the two. */

import { ApiError } from "./api.js";
import { differences, paddedRequest } from "../model/comparison.js";
import { Cancelled } from "./long-runs.js";
import { obtain } from "./runner.js";
import { comparisonSet } from "../state/state.js";

/**
 * @param {import("../types.js").Store<import("../types.js").State>} store
 * @param {Pick<typeof import("./api.js"), "fetchTrace">} api
 * @param {Pick<ReturnType<typeof import("./long-runs.js").createLongRuns>, "finish">} longRuns
 */
export function createComparer(store, api, longRuns) {
  let controller = new AbortController();

  // A comparison is of one trace: another one ends it.
  store.subscribe(({ trace }, previous) => {
    if (trace === previous.trace) return;
    controller.abort();
    store.update(comparisonSet(null));
  });

  return {
    async compare() {
      const { trace } = store.get();
      if (!trace) return;
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      store.update(comparisonSet({ phase: "running", run: null }));
      try {
        const heard = (/** @type {import("../types.js").LongRun} */ run) =>
          store.update(comparisonSet({ phase: "running", run }));
        const padded = await obtain(
          api,
          longRuns,
          paddedRequest(trace),
          trace.start,
          signal,
          heard,
        );
        if (!signal.aborted)
          store.update(comparisonSet({ phase: "done", padded, rows: differences(trace, padded) }));
      } catch (error) {
        if (signal.aborted) return;
        const detail = error instanceof ApiError ? error.failure.detail : null;
        store.update(
          comparisonSet(error instanceof Cancelled ? null : { phase: "failed", detail }),
        );
      }
    },
    /** Give the comparison up. */
    stop() {
      controller.abort();
      store.update(comparisonSet(null));
    },
  };
}
