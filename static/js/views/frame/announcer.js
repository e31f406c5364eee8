/** The cursor in words, for those who listen: at most once a second while it plays. */

import { stageLabel, stagesOf } from "../../model/cursor.js";
import { find, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { whereabouts } from "../../state/levels.js";
import { tokensOf } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */

const QUIET = 400;
const PLAYING = 2000;

/** @param {import("../../types.js").Context} context */
export function createAnnouncer({ store, t, stages: allStages }) {
  const node = find("#announcer");
  let last = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function say() {
    const state = store.get();
    const { trace, cursor } = state;
    const at = whereabouts(state);
    if (!trace || !at) return;
    last = performance.now();
    const stage = stagesOf(allStages, trace.request.config)[cursor.stage];
    const token = tokensOf(state)?.[cursor.timestep];
    setText(
      node,
      t(token ? "announce.cursor.token" : "announce.cursor", {
        layer: cursor.layer,
        direction: t(`direction.${cursor.direction}`),
        timestep: cursor.timestep,
        token: token ?? "",
        stage: stage ? t(stageLabel(stage)) : "",
        quantity: at.quantity,
        unit: cursor.unit,
        value: short(at.value),
      }),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace || !previous?.trace || state.cursor === previous.cursor) return;
      const wait = state.playing ? Math.max(PLAYING - (performance.now() - last), QUIET) : QUIET;
      if (state.playing && timer !== undefined) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = undefined;
        say();
      }, wait);
    },
  };
}
