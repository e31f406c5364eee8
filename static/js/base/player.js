/** Play and pause. The clock is handed in, so that a test can be the clock. */

/**
 * @param {{now: () => number, request: (tick: () => void) => number, cancel: (id: number) => void}} clock
 * @param {() => number} interval milliseconds from one moment to the next, asked anew at each tick
 * @param {() => boolean} advance one moment further; false when there is none
 */
export function createPlayer(clock, interval, advance) {
  /** @type {number | null} */
  let scheduled = null;
  let due = 0;

  function tick() {
    const now = clock.now();
    scheduled = clock.request(tick);
    if (now < due) return;
    // After a stall, go on from here instead of racing through what was missed.
    const pause = interval();
    due = now - due > pause ? now + pause : due + pause;
    if (!advance()) stop();
  }

  function start() {
    if (scheduled !== null) return;
    due = clock.now() + interval();
    scheduled = clock.request(tick);
  }

  function stop() {
    if (scheduled !== null) clock.cancel(scheduled);
    scheduled = null;
  }

  return {
    start,
    stop,
    get running() {
      return scheduled !== null;
    },
  };
}

/** Milliseconds at speed 1: long enough to see a timestep, and to read a stage. */
export const INTERVALS = { timestep: 700, stage: 1100 };
