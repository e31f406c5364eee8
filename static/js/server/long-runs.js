/**
 * Runs that take long: started, watched to their end, and left when this page no longer waits for them. The server cancels a
 * run that all have left.
 *
 * @typedef {import("../types.js").LongRun} LongRun
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 * @typedef {{addEventListener: (name: string, listener: (event: any) => void) => void, close: () => void}} Events
 */
import { ApiError } from "./api.js";

/** Milliseconds between two looks at a run whose events do not come, and how long that is waited for. */
const INTERVAL = 400;
const SILENCE = 2000;
/** Milliseconds for which the answer to a request that was given up is still waited for: it may be a run. */
const LATE = 250;
/** Looks that may find no server before it counts as away. */
const TRIES = 4;

/** The run was given up, here or elsewhere. */
export class Cancelled extends Error {}

/** @param {LongRun} run */
const isOver = ({ status }) => status === "done" || status === "cancelled" || status === "failed";

/** @param {number} milliseconds @returns {Promise<void>} */
const wait = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * @param {Pick<typeof import("./api.js"), "runTrace" | "fetchRun" | "cancelRun">} api
 * @param {(id: string) => Events} events the run's server-sent events
 * @param {{pause?: (milliseconds: number) => Promise<void>, silence?: number}} [clock]
 */
export function createLongRuns(api, events, { pause = wait, silence = SILENCE } = {}) {
  /** Runs that are being cancelled: a new one waits for them, since it may be the same run again. */
  /** @type {Set<Promise<void>>} */
  const leaving = new Set();

  /** @param {string} id */
  function leave(id) {
    const request = api
      .cancelRun(id)
      .catch(() => {})
      .finally(() => leaving.delete(request));
    leaving.add(request);
  }

  /** The run's last state, heard from its events. Rejects when they stop before that, or do not come.
   * @param {string} id @param {AbortSignal} signal @param {(run: LongRun) => void} heard @returns {Promise<LongRun>} */
  function listen(id, signal, heard) {
    const source = events(id);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<LongRun>} */
    const last = new Promise((resolve, reject) => {
      const lost = () => reject(new Error("the events of the run are lost"));
      const patient = () => {
        clearTimeout(timer);
        timer = setTimeout(lost, silence);
      };
      patient();
      signal.addEventListener("abort", () => reject(new Cancelled()), { once: true });
      source.addEventListener("error", lost);
      source.addEventListener("run", ({ data }) => {
        patient();
        const run = /** @type {LongRun} */ (JSON.parse(data));
        if (signal.aborted) return;
        heard(run);
        if (isOver(run)) resolve(run);
      });
    });
    return last.finally(() => {
      clearTimeout(timer);
      source.close();
    });
  }

  /** The run's last state, asked for again and again. @param {string} id @param {AbortSignal} signal
   * @param {(run: LongRun) => void} heard @returns {Promise<LongRun>} */
  async function poll(id, signal, heard) {
    for (let missed = 0; ;) {
      try {
        const run = await api.fetchRun(id, signal);
        missed = 0;
        if (!signal.aborted) heard(run);
        if (isOver(run)) return run;
      } catch (error) {
        missed += 1;
        // A server that was started anew knows nothing of the run: it is as good as away.
        if (signal.aborted) throw new Cancelled();
        if (error instanceof ApiError || missed >= TRIES)
          throw new Error("the run is lost", { cause: error });
      }
      await pause(INTERVAL);
      if (signal.aborted) throw new Cancelled();
    }
  }

  return {
    /** Run a request to its end: its trace, where the server has it within so many seconds, or the run that made it. An
     * abort of the signal leaves the run. Rejects with ApiError for a run that failed, with Cancelled for one that was
     * given up.
     * @param {TraceRequest} request @param {number} seconds @param {AbortSignal} signal @param {(run: LongRun) => void} heard
     * @returns {Promise<{trace: import("../types.js").Trace} | {run: LongRun}>} */
    async finish(request, seconds, signal, heard) {
      await Promise.all(leaving);
      if (signal.aborted) throw new Cancelled();
      // Not aborted with the signal, but later: a run that has started must be known, to be cancelled.
      const sending = new AbortController();
      const giveUp = () => void pause(LATE).then(() => sending.abort());
      signal.addEventListener("abort", giveUp, { once: true });
      const answer = await api.runTrace(request, seconds, sending.signal);
      if ("trace" in answer) return answer;
      const { run: started } = answer;
      const { id } = started;
      const abandon = () => leave(id);
      signal.addEventListener("abort", abandon, { once: true });
      if (signal.aborted) {
        abandon();
        throw new Cancelled();
      }
      heard(started);
      try {
        const last = await listen(id, signal, heard).catch((error) => {
          if (error instanceof Cancelled) throw error;
          return poll(id, signal, heard);
        });
        if (last.status === "failed") throw new ApiError(last.code ?? 500, last.detail);
        if (last.status === "cancelled") throw new Cancelled();
        return { run: last };
      } finally {
        signal.removeEventListener("abort", abandon);
      }
    },
  };
}
