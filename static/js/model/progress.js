/** How far a long run is, in the few figures that a person wants: pure, of the run as the server tells it. */

/** @typedef {import("../types.js").LongRun} LongRun */

/** What it is about at present; "counting" while there is something to count.
 * @param {LongRun} run @returns {"waiting" | "uncounted" | "counting" | "writing" | "reading"} */
export function phaseOf({ status, done, total }) {
  if (status === "done") return "reading";
  if (status === "waiting") return "waiting";
  if (done === 0) return "uncounted";
  return done < total ? "counting" : "writing";
}

/** The share that is done, from 0 to 1; null while nothing is counted. @param {LongRun} run */
export function shareOf(run) {
  const phase = phaseOf(run);
  if (phase === "waiting" || phase === "uncounted" || run.total === 0) return null;
  return Math.min(1, run.done / run.total);
}

/** To two digits: what is measured anew five times a second should not flicker. @param {number} value */
export const rough = (value) => (value < 1 ? 0 : Number(value.toPrecision(2)));

/** A duration in words: its largest unit, and how many; then the next smaller unit where it matters.
 * @param {number} seconds @returns {{unit: "seconds" | "minutes" | "hours", whole: number, rest: number}} */
export function durationOf(seconds) {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 100) return { unit: "seconds", whole, rest: 0 };
  if (whole < 3600) return { unit: "minutes", whole: Math.floor(whole / 60), rest: whole % 60 };
  return { unit: "hours", whole: Math.floor(whole / 3600), rest: Math.floor((whole % 3600) / 60) };
}
