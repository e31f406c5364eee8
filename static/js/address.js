/** The address bar follows the state: a cursor replaces the entry, a new thing to look at makes one. */

import { toHash, fromHash } from "./url.js";

/** Browsers refuse more than some hundred history writes in half a minute. */
const PAUSE = 400;

/** @param {ReturnType<typeof import("./store.js").createStore<import("./types.js").State>>} store */
export function createAddress(store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stepping = false;

  /** What is on its way is not what is shown: its address is written when it is here. */
  function settled() {
    const { pending, reading } = store.get();
    if (!pending && !reading) write();
  }

  function write() {
    clearTimeout(timer);
    timer = undefined;
    const state = store.get();
    const hash = state.trace ? toHash(state) : "";
    if (!hash || hash === location.hash) return;
    if (stepping) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
    stepping = false;
  }

  store.subscribe((state, previous) => {
    const moved = state.cursor !== previous.cursor || state.trace !== previous.trace || state.order !== previous.order || state.level !== previous.level || state.pins !== previous.pins || state.maps !== previous.maps ||
      state.tour !== previous.tour || state.doctor !== previous.doctor ||
      state.cancelled !== previous.cancelled;
    if (!moved || !state.trace || state.pending || state.reading) return;
    if (state.playing) return;
    clearTimeout(timer);
    timer = setTimeout(settled, PAUSE);
  });
  store.subscribe((state, previous) => {
    if (previous.playing && !state.playing) timer = setTimeout(settled, PAUSE);
  });

  return {
    write,
    /** A new entry in the history, at once. @param {string} hash */
    go(hash) {
      clearTimeout(timer);
      stepping = false;
      if (hash !== location.hash) history.pushState(null, "", hash);
    },
    /** The next write is a new entry in the history. */
    step() { stepping = location.hash !== ""; },
    /** Whether what an address asks for is what is shown, but for the cursor.
     * @param {ReturnType<typeof fromHash>} wanted */
    shows(wanted) {
      const shown = fromHash(toHash(store.get()));
      /** @param {ReturnType<typeof fromHash>} asked */
      const what = ({ preset, request, trace, order }) => JSON.stringify([preset, request, trace, order]);
      return what(wanted) === what(shown);
    },
  };
}
