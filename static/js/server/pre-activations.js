/**
 * The pre-activations z of a cell's gates, asked for when the gate level is open: all four, for one sample, for as many
 * timesteps at once as are quick to read. The newest question wins, and answers are kept.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Sums} Sums
 */
import { spanOf } from "../model/pre-activations.js";

const CACHE_SIZE = 8;

/**
 * @param {(id: string, cursor: Cursor, window: import("../types.js").Window, signal: AbortSignal) => Promise<Sums>} fetchSums
 * @param {(sums: Sums) => void} answered
 */
export function createPreActivations(fetchSums, answered) {
  /** @type {Map<string, Sums>} */
  const kept = new Map();
  let asked = "";
  let controller = new AbortController();

  return {
    /** @param {Trace} trace @param {Cursor} cursor */
    async ask(trace, cursor) {
      const window = spanOf(trace, cursor.timestep);
      const key = [trace.id, cursor.layer, cursor.direction, cursor.sample, window.start].join("/");
      if (key === asked) return;
      asked = key;
      controller.abort();
      controller = new AbortController();
      try {
        const sums =
          kept.get(key) ?? (await fetchSums(trace.id, cursor, window, controller.signal));
        kept.set(key, sums);
        const oldest = kept.keys().next().value;
        if (kept.size > CACHE_SIZE && oldest !== undefined) kept.delete(oldest);
        if (asked === key) answered(sums);
      } catch {
        // Overtaken, or the server is away: the column stays empty, and is asked for again at the next move.
        if (asked === key) asked = "";
      }
    },
  };
}
