/**
 * Explanations of scalars, asked for one at a time: the newest question wins, and answers are kept.
 *
 * @typedef {import("../types.js").Explanation} Explanation
 * @typedef {import("../types.js").Cursor} Cursor
 */

const CACHE_SIZE = 500;

/**
 * @param {(id: string, cursor: Cursor, signal: AbortSignal) => Promise<Explanation>} fetchOne
 * @param {(explanation: Explanation) => void} answered
 * @param {number} patience milliseconds of quiet before a question is sent
 */
export function createExplanations(fetchOne, answered, patience) {
  /** @type {Map<string, Explanation>} */
  const kept = new Map();
  let asked = "";
  let controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} key @param {Explanation} explanation */
  function keep(key, explanation) {
    kept.set(key, explanation);
    const oldest = kept.keys().next().value;
    if (kept.size > CACHE_SIZE && oldest !== undefined) kept.delete(oldest);
  }

  /** @param {string} key @param {string} id @param {Cursor} cursor */
  async function send(key, id, cursor) {
    controller = new AbortController();
    try {
      const explanation = await fetchOne(id, cursor, controller.signal);
      keep(key, explanation);
      if (asked === key) answered(explanation);
    } catch {
      // Overtaken, or the server is away: the page keeps what it shows, and asks again at the next move.
      if (asked === key) asked = "";
    }
  }

  return {
    /** @param {string} id @param {Cursor} cursor */
    ask(id, cursor) {
      const key = [
        id,
        cursor.layer,
        cursor.direction,
        cursor.timestep,
        cursor.sample,
        cursor.unit,
      ].join("/");
      if (key === asked) return;
      asked = key;
      clearTimeout(timer);
      controller.abort();
      const known = kept.get(key);
      if (known) answered(known);
      else
        timer = setTimeout(() => {
          void send(key, id, cursor);
        }, patience);
    },
  };
}
