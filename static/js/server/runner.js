/**
 * Runs the request that stands in the form: soon after the last change, or now. A short run is waited for, a long one is
 * watched. What is overtaken is aborted, on the server too.
 */

import { ApiError } from "./api.js";
import { Cancelled } from "./long-runs.js";
import { windowSize } from "../model/windows.js";
import { inputSizes } from "../model/request.js";
import { readTrace } from "./read-trace.js";
import {
  readingEnded,
  readingStarted,
  requestOpened,
  runCancelled,
  runHeard,
  traceArrived,
  traceFailed,
  traceRequested,
  wentOffline,
  windowArrived,
} from "../state/state.js";

/** @typedef {import("../types.js").TraceRequest} TraceRequest */
/** @typedef {import("../types.js").Trace} Trace */

/** Milliseconds without a further key until what was typed is run, where one run is on its way; it is given up then. */
const PATIENCE = 30;
/** Seconds that the server may take to answer; a run that takes longer is watched instead. */
const WAIT = 1;

/**
 * The trace of a request: at once, or after a long run. One that the page reads in windows is never asked for whole.
 * @param {Pick<typeof import("./api.js"), "fetchTrace">} api
 * @param {Pick<ReturnType<typeof import("./long-runs.js").createLongRuns>, "finish">} longRuns
 * @param {TraceRequest} request @param {number} timestep where to look, in a trace that is too long to be read whole
 * @param {AbortSignal} signal @param {(run: import("../types.js").LongRun) => void} heard of a long run
 * @returns {Promise<Trace>}
 */
export async function obtain(api, longRuns, request, timestep, signal, heard) {
  const { seqLen } = inputSizes(request);
  const size = windowSize(request);
  const answer = await longRuns.finish(request, size < seqLen ? 0 : WAIT, signal, heard);
  if ("trace" in answer) return answer.trace;
  return readTrace(api, answer.run.id, { timestep, seqLen, size }, signal);
}

/**
 * @param {import("../types.js").Store<import("../types.js").State>} store
 * @param {Pick<typeof import("./api.js"), "fetchTrace" | "fetchRequest">} api
 * @param {Pick<ReturnType<typeof import("./long-runs.js").createLongRuns>, "finish">} longRuns
 */
export function createRunner(store, api, longRuns) {
  let controller = new AbortController();
  let reading = new AbortController();
  let busy = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function stop() {
    clearTimeout(timer);
    controller.abort();
    reading.abort();
    controller = new AbortController();
  }

  /** @param {unknown} error */
  function fail(error) {
    if (error instanceof ApiError) store.update(traceFailed(error.failure));
    else store.update(error instanceof Cancelled ? runCancelled : wentOffline);
  }

  /** @param {(signal: AbortSignal) => Promise<Trace>} ask @param {TraceRequest | null} sent */
  async function run(ask, sent) {
    stop();
    const { signal } = controller;
    store.update(traceRequested);
    busy += 1;
    try {
      const trace = await ask(signal);
      if (!signal.aborted) store.update(traceArrived(trace, sent));
    } catch (error) {
      if (!signal.aborted) fail(error);
    } finally {
      busy -= 1;
    }
  }

  function now() {
    const { request, unread, wanted, cursor } = store.get();
    if (!request || Object.keys(unread).length) return Promise.resolve();
    const { timestep } = wanted ?? cursor;
    return run(
      (signal) =>
        obtain(api, longRuns, request, timestep, signal, (heard) => store.update(runHeard(heard))),
      request,
    );
  }

  return {
    now,
    soon() {
      clearTimeout(timer);
      if (busy)
        timer = setTimeout(() => {
          void now();
        }, PATIENCE);
      else void now();
    },
    /** Give up what is on its way. */
    cancel() {
      stop();
      store.update(runCancelled);
    },
    /** The page is being closed: it waits no more. */
    leave: stop,
    /** A trace that is kept under its id. @param {string} id @param {import("../types.js").Cursor | null} cursor */
    load: (id, cursor) =>
      run(async (signal) => {
        const request = await api.fetchRequest(id, signal);
        const place = {
          timestep: cursor?.timestep ?? 0,
          seqLen: inputSizes(request).seqLen,
          size: windowSize(request),
        };
        const trace = await readTrace(api, id, place, signal);
        store.update(requestOpened(trace.request, cursor));
        return trace;
      }, null),
    /** The window of the shown trace in which a cursor stands. @param {import("../types.js").Cursor} cursor */
    async move(cursor) {
      const { trace } = store.get();
      if (!trace) return;
      reading.abort();
      reading = new AbortController();
      const { signal } = reading;
      store.update(readingStarted);
      try {
        const place = { timestep: cursor.timestep, seqLen: trace.seqLen, size: trace.windowSize };
        const read = await readTrace(api, trace.id, place, signal);
        if (!signal.aborted) store.update(windowArrived(read, cursor));
      } catch (error) {
        if (signal.aborted) return;
        store.update(readingEnded);
        fail(error);
      }
    },
  };
}
