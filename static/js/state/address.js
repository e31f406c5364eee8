/** The address bar follows the state: a cursor replaces the entry, a new thing to look at makes one. */

import { toHash, fromHash } from "./url.js";

/** Browsers refuse more than some hundred history writes in half a minute. */
const PAUSE = 400;

/** @param {import("../types.js").Store<import("../types.js").State>} store */
export function createAddress(store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stepping = false;
  /** The address that the state came from or went to. Another one is a step through the history that the page is
   * about to be told of: to write now would put what is shown in the place of what was asked for. */
  let known = location.hash;

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
    if (!hash || hash === location.hash || location.hash !== known) return;
    if (stepping) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
    stepping = false;
    known = hash;
  }

  store.subscribe((state, previous) => {
    const moved =
      state.cursor !== previous.cursor ||
      state.trace !== previous.trace ||
      state.order !== previous.order ||
      state.level !== previous.level ||
      state.pins !== previous.pins ||
      state.maps !== previous.maps ||
      state.tour !== previous.tour ||
      state.shapeCheck !== previous.shapeCheck ||
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
      known = hash;
    },
    /** The page has heard of a step through the history. */
    met() {
      known = location.hash;
    },
    /** The next write is a new entry in the history. */
    step() {
      stepping = location.hash !== "";
    },
    /** Whether what an address asks for is what is shown, but for the cursor.
     * @param {ReturnType<typeof fromHash>} wanted */
    shows(wanted) {
      const shown = fromHash(toHash(store.get()));
      /** @param {ReturnType<typeof fromHash>} asked */
      const what = ({ preset, request, trace, order }) =>
        JSON.stringify([preset, request, trace, order]);
      return what(wanted) === what(shown);
    },
  };
}
