/** What is being shown and why: the preset's title, its sentences as links into the figure, its samples. */

import { constructorText } from "../call.js";
import { el, find, findAll, setText } from "../dom.js";
import { percent } from "../format.js";
import { cursorSet, playStopped, presetOf } from "../state.js";
import { packCursor } from "../url.js";

/** @typedef {import("../types.js").State} State */

/** A sentence about a quantity is about the stage that writes it, too.
 * @param {import("../types.js").Cursor} cursor */
const spokenOf = (cursor) => ({ ...cursor, stage: cursor.quantity === "c" ? 3 : cursor.quantity === "h" ? 5 : 2 });

/** @param {import("../main.js").Context} context */
export function createStory({ store, t, actions }) {
  const title = find("#story-title");
  const weights = find("#story-weights");
  const accuracy = find("#story-accuracy");
  const samples = find("#samples");
  const sample = /** @type {HTMLSelectElement} */ (find("#sample"));

  sample.addEventListener("change", () => store.update(cursorSet({ sample: Number(sample.value) })));
  for (const radio of findAll("input", weights)) {
    radio.addEventListener("change", () => {
      const preset = presetOf(store.get());
      if (!preset) return;
      if (/** @type {HTMLInputElement} */ (radio).value === "trained") actions.choose(preset, store.get().cursor);
      else actions.edit("weights", { kind: "seed", seed: 0 });
    });
  }

  /** @param {import("../types.js").Preset | undefined} preset */
  function tell(preset) {
    setText(find("#story-summary"), preset ? t(`preset.${preset.name}.summary`) : t("story.own.summary"));
    const sentences = (preset?.story ?? []).map(({ key, cursor }) => el("li", {}, cursor ? link(t(key), cursor) : t(key), " "));
    find("#story-sentences").replaceChildren(...sentences);
  }

  /** A sentence moves the cursor to what it speaks of. As a real link it can be copied, or opened beside.
   * @param {string} text @param {Partial<import("../types.js").Cursor>} part */
  function link(text, part) {
    const { preset, cursor } = store.get();
    const target = spokenOf({ ...cursor, ...part });
    const follow = (/** @type {Event} */ event) => {
      event.preventDefault();
      store.update((state) => cursorSet(spokenOf({ ...state.cursor, ...part }))(playStopped(state)));
    };
    return el("a", { href: `#preset=${preset}&at=${packCursor(target)}`, onclick: follow }, text);
  }

  /** @param {State} state */
  function choices({ trace, cursor }) {
    if (!trace) return;
    samples.hidden = trace.batchSize < 2;
    if (sample.options.length !== trace.batchSize) {
      sample.replaceChildren(...Array.from({ length: trace.batchSize }, (_, n) => el("option", { value: n }, t("samples.option", { sample: n }))));
    }
    sample.value = String(cursor.sample);
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      const preset = presetOf(state);
      if (state.trace && (state.trace !== previous?.trace || state.cursor.sample !== previous.cursor.sample)) choices(state);
      const same = previous && state.preset === previous.preset && state.edited === previous.edited && state.presets === previous.presets &&
        state.request === previous.request && state.trace === previous.trace;
      if (same || !state.request) return;
      const name = preset ? t(`preset.${preset.name}.title`) : constructorText(state.trace?.request.config ?? state.request.config);
      setText(title, preset && state.edited ? t("story.edited", { title: name }) : name);
      setText(find("#preset-name"), preset ? t(`preset.${preset.name}.title`) : t("story.own"));
      tell(preset);
      accuracy.hidden = !(preset?.accuracy && !state.edited);
      if (preset?.accuracy) setText(accuracy, t("story.accuracy", { accuracy: percent(preset.accuracy) }));
      weights.hidden = !preset?.trained;
      const kind = state.request.weights.kind === "preset" ? "trained" : "untrained";
      /** @type {HTMLInputElement} */ (find(`input[value=${kind}]`, weights)).checked = true;
    },
  };
}
