/** A store is a value, its listeners, and three functions. */

/**
 * @template S
 * @param {S} initial
 * @returns {import("../types.js").Store<S>}
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<(value: S, previous: S) => void>} */
  const listeners = new Set();

  return {
    get: () => value,

    /** Apply a transition: a pure function of the value. An unchanged value calls no listener. */
    update(transition) {
      const previous = value;
      value = transition(previous);
      if (value !== previous) for (const listener of listeners) listener(value, previous);
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
