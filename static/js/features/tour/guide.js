/**
 * Leads through the tour: a page is opened by its address, and leaving gives the reader their own state back. That state
 * is a value, so it is simply kept; a reload keeps its address and options.
 */
import { playStopped, viewSet } from "../../state/state.js";
import { pageFilledIn, pageOf, wantedOf } from "./tour.js";
import { fromHash, toHash } from "../../state/url.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("./tour.js").Wanted} Wanted */
/** @typedef {Pick<State, "showReturns" | "granularity" | "speed">} Options */
/** @typedef {{hash: string, options: Options, state: State | null, scroll: () => void}} Own */

const STORAGE_KEY = "tour-own";

/** @returns {Own | null} */
function kept() {
  try {
    const { hash, options } = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "");
    return { hash, options, state: null, scroll: () => undefined };
  } catch {
    return null;
  }
}

/** Whether a state had a run on its way, or about to be. @param {State} state */
const isUnfinished = ({ pending, failure, offline, unread, request, trace }) =>
  pending || (!failure && !offline && !Object.keys(unread).length && request !== trace?.request);

/**
 * @param {import("../../types.js").Store<State>} store
 * @param {Pick<ReturnType<typeof import("../../state/address.js").createAddress>, "write" | "go" | "step">} address
 * @param {{now: () => unknown, leave: () => void}} runner
 * @param {{show: (wanted: Wanted) => Promise<void>, places: () => () => void}} page how it shows what is wanted, and how it
 *   keeps where it is scrolled to
 */
export function createGuide(store, address, runner, { show, places }) {
  /** @type {Own | null} */
  let own = null;

  function remember() {
    const state = store.get();
    if (!state.trace) return;
    const { showReturns, granularity, speed } = state;
    own = {
      hash: toHash(state),
      options: { showReturns, granularity, speed },
      state,
      scroll: places(),
    };
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ hash: own.hash, options: own.options }));
  }

  function forget() {
    own = null;
    sessionStorage.removeItem(STORAGE_KEY);
  }

  /** The reader's own state, exactly: the theme alone may have changed meanwhile.
   * @param {State} mine @param {() => void} scroll */
  function restore(mine, scroll) {
    runner.leave();
    const { theme, presets } = store.get();
    store.update(() => ({ ...mine, theme, presets, playing: false, hover: null, tour: null }));
    // Another trace has ended the comparison that stood there.
    if (mine.comparison?.phase === "done") store.update(viewSet({ comparison: mine.comparison }));
    if (isUnfinished(mine)) void runner.now();
    scroll();
  }

  /** What the address asks for, a page of the tour filled in; null where that was the reader's own state, which is back.
   * @param {Wanted} asked @returns {Wanted | null} */
  function meet(asked) {
    const { tour, presets, trace } = store.get();
    const wanted = pageFilledIn(asked, presets);
    if (wanted.tour && !tour) {
      if (trace) remember();
      else own = kept();
    }
    const page = pageOf(wanted.tour);
    if (page && wanted.tour !== tour) {
      store.update((state) =>
        viewSet({ tour: page.key, showReturns: page.returns ?? false, granularity: "timestep" })(
          playStopped(state),
        ),
      );
    }
    if (!wanted.tour && tour) {
      const mine = own;
      forget();
      if (mine?.state && mine.hash === location.hash) {
        restore(mine.state, mine.scroll);
        return null;
      }
      store.update(viewSet({ tour: null, ...mine?.options }));
    }
    return wanted;
  }

  return {
    meet,
    /** @param {string} key */
    async go(key) {
      address.write();
      address.go(`#tour=${key}`);
      const page = pageOf(key);
      const wanted = page && meet(wantedOf(page, store.get().presets));
      if (wanted) await show(wanted);
    },
    /** The page as it was saved, whatever the reader did to it. */
    async again() {
      const page = pageOf(store.get().tour);
      if (!page) return;
      store.update((state) => viewSet({ showReturns: page.returns ?? false })(playStopped(state)));
      await show(wantedOf(page, store.get().presets));
    },
    /** Who came by a link to a page has no state of their own: the figure stays. */
    async leave() {
      if (!store.get().tour) return;
      const mine = own;
      if (!mine) {
        store.update(viewSet({ tour: null }));
        address.step();
        address.write();
        return;
      }
      address.go(mine.hash);
      forget();
      if (mine.state) restore(mine.state, mine.scroll);
      else {
        store.update(viewSet({ tour: null, ...mine.options }));
        await show(fromHash(mine.hash));
      }
    },
  };
}
