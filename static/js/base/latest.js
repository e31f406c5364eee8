/**
 * Answers of the server to one kind of question, of which only the newest matters: what it overtakes is aborted, and answers
 * are kept for the next time.
 *
 * @template Answer
 * @template {unknown[]} Question
 * @param {(signal: AbortSignal, ...question: Question) => Promise<Answer>} ask
 * @param {() => void} heard something has come, or will not come
 * @param {number} [most] answers that are kept
 */
export function createLatest(ask, heard, most = 24) {
  /** @type {Map<string, Answer>} */
  const kept = new Map();
  let asked = "";
  let busy = false;
  let controller = new AbortController();

  /** @param {string} key @param {Question} question */
  async function send(key, question) {
    const { signal } = controller;
    try {
      const answer = await ask(signal, ...question);
      if (signal.aborted) return;
      kept.set(key, answer);
      const oldest = kept.keys().next().value;
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    } catch {
      // The server is away, or does not have it: another request meanwhile may ask again.
      if (signal.aborted) return;
    }
    busy = false;
    heard();
  }

  return {
    /** The answer if it is here; else it is asked for, once. @param {string} key @param {Question} question @returns {Answer | null} */
    get(key, ...question) {
      const known = kept.get(key);
      if (key === asked) return known ?? null;
      controller.abort();
      controller = new AbortController();
      asked = key;
      busy = known === undefined;
      if (busy) void send(key, question);
      return known ?? null;
    },
    /** Nothing is wanted any more. */
    drop() {
      if (!asked) return;
      controller.abort();
      asked = "";
      busy = false;
    },
    /** Whether the answer to the newest question is on its way. */
    get busy() {
      return busy;
    },
  };
}
