/** The cursor in words, for those who listen: at most once a second while it plays. */

import { focusOf, stagesOf } from "../../model/cursor.js";
import { find, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { cellOf, tokensOf } from "../../state/state.js";
import { vectorAt } from "../../base/tensor.js";

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
    if (!trace) return;
    last = performance.now();
    const quantity = focusOf(cursor);
    const vector = vectorAt(cellOf(trace, cursor)[quantity], cursor.timestep, cursor.sample);
    const stage = stagesOf(allStages, trace.request.config)[cursor.stage];
    const token = tokensOf(state)?.[cursor.timestep];
    setText(
      node,
      t(token ? "announce.cursor.token" : "announce.cursor", {
        layer: cursor.layer,
        direction: t(`direction.${cursor.direction}`),
        timestep: cursor.timestep,
        token: token ?? "",
        stage: stage ? t(`stage.${stage.name}.label`) : "",
        quantity,
        unit: cursor.unit,
        value: short(vector[cursor.unit]),
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
