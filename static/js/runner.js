/** Runs the request that stands in the form: soon after the last change, or now; what is overtaken is aborted. */

import { ApiError } from "./api.js";
import { requestOpened, traceArrived, traceFailed, traceRequested, wentOffline } from "./state.js";

const PATIENCE = 250;

/**
 * @param {ReturnType<typeof import("./store.js").createStore<import("./types.js").State>>} store
 * @param {Pick<typeof import("./api.js"), "runTrace" | "fetchTrace">} api
 */
export function createRunner(store, api) {
  let controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {(signal: AbortSignal) => Promise<import("./types.js").Trace>} ask
   * @param {import("./types.js").TraceRequest | null} sent */
  async function run(ask, sent) {
    clearTimeout(timer);
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    store.update(traceRequested);
    try {
      const trace = await ask(signal);
      if (!signal.aborted) store.update(traceArrived(trace, sent));
    } catch (error) {
      if (signal.aborted) return;
      store.update(error instanceof ApiError ? traceFailed(error.failure) : wentOffline);
    }
  }

  function now() {
    const { request, unread } = store.get();
    if (!request || Object.keys(unread).length) return Promise.resolve();
    return run((signal) => api.runTrace(request, signal), request);
  }

  return {
    now,
    soon() {
      clearTimeout(timer);
      timer = setTimeout(() => { void now(); }, PATIENCE);
    },
    /** A trace that is kept under its id. @param {string} id @param {import("./types.js").Cursor | null} cursor */
    load: (id, cursor) => run(async (signal) => {
      const trace = await api.fetchTrace(id, signal);
      store.update(requestOpened(trace.request, cursor));
      return trace;
    }, null),
  };
}
