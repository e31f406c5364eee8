/** What is being shown and why: the preset's title, its sentences as links into the figure, its samples. */

import { constructorText } from "../../model/call.js";
import { focusOf } from "../../model/cursor.js";
import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { percent } from "../../base/format.js";
import {
  cursorSet,
  isKept,
  playStopped,
  shownAs,
  shownPresetOf,
  viewSet,
} from "../../state/state.js";
import { packCursor } from "../../state/url.js";

/** @typedef {import("../../types.js").State} State */

/** The number, kept on one line with the first word. @param {number} number @param {string} text */
function numbered(number, text) {
  const space = text.indexOf(" ");
  const end = space > 0 && space < 14 ? space : 2;
  return [
    el(
      "span",
      { class: "start" },
      el("span", { class: "number" }, String(number)),
      text.slice(0, end),
    ),
    text.slice(end),
  ];
}

/** A sentence about a quantity is about the stage that writes it, too.
 * @param {import("../../types.js").Cursor} cursor */
const spokenOf = (cursor) => ({
  ...cursor,
  stage: cursor.quantity === "c" ? 3 : cursor.quantity === "h" ? 5 : 2,
});

/** @param {import("../../types.js").Context} context */
export function createStory({ store, t, actions }) {
  const title = find("#story-title");
  const weights = find("#story-weights");
  const accuracy = find("#story-accuracy");
  const samples = find("#samples");
  const sample = /** @type {HTMLSelectElement} */ (find("#sample"));
  /** @type {{node: HTMLElement, part: Partial<import("../../types.js").Cursor>}[]} */
  let links = [];

  sample.addEventListener("change", () =>
    store.update(cursorSet({ sample: Number(sample.value) })),
  );
  find("#story-notice-dismiss").addEventListener("click", () =>
    store.update(viewSet({ notice: null })),
  );
  for (const radio of findAll("input", weights)) {
    radio.addEventListener("change", () => {
      const preset = shownPresetOf(store.get());
      if (!preset) return;
      if (/** @type {HTMLInputElement} */ (radio).value === "trained")
        actions.choose(preset, store.get().cursor);
      else {
        actions.edit("weights", { kind: "seed", seed: 0 });
        if (isKept(store.get())) actions.retry();
      }
    });
  }

  /** A preset tells its story; what was changed says what it came from, since the story no longer holds.
   * @param {State} state @param {import("../../types.js").Preset | undefined} preset */
  function tell(state, preset) {
    links = [];
    const whole = preset && !shownAs(state).edited;
    const summary = find("#story-summary");
    /** @param {import("../../types.js").Preset} to */
    const back = (to) =>
      el(
        "button",
        { type: "button", class: "link", onclick: () => actions.choose(to, store.get().cursor) },
        t("story.back"),
      );
    if (whole) {
      const away = state.edited && isKept(state);
      summary.replaceChildren(
        t(`preset.${preset.name}.summary`),
        ...(away ? [" ", back(preset)] : []),
      );
    } else if (preset) {
      summary.replaceChildren(
        t("story.changed", { title: t(`preset.${preset.name}.title`) }),
        " ",
        back(preset),
      );
    } else setText(summary, t("story.own.summary"));
    const sentences = (whole ? preset.story : []).map(({ key, cursor }, k) =>
      el("li", {}, cursor ? link(k + 1, t(key), cursor) : t(key), " "),
    );
    find("#story-sentences").replaceChildren(...sentences);
    const notes = state.notice?.split(" ") ?? [];
    const notice = find("#story-notice");
    notice.hidden = notes.length === 0;
    setText(find("#story-notice-text"), notes.map((note) => t(`form.replaced.${note}`)).join(" "));
  }

  /** A sentence moves the cursor to what it speaks of. As a real link it can be copied, or opened beside.
   * @param {number} number @param {string} text @param {Partial<import("../../types.js").Cursor>} part */
  function link(number, text, part) {
    const { cursor } = store.get();
    const { preset } = shownAs(store.get());
    const target = spokenOf({ ...cursor, ...part });
    const follow = (/** @type {Event} */ event) => {
      event.preventDefault();
      store.update((state) =>
        cursorSet(spokenOf({ ...state.cursor, ...part }))(playStopped(state)),
      );
    };
    const node = el(
      "a",
      { href: `#preset=${preset}&at=${packCursor(target)}`, onclick: follow },
      ...numbered(number, text),
    );
    links.push({ node, part });
    return node;
  }

  /** @param {State} state */
  function choices({ trace, cursor }) {
    if (!trace) return;
    samples.hidden = trace.batchSize < 2;
    if (sample.options.length !== trace.batchSize) {
      sample.replaceChildren(
        ...Array.from({ length: trace.batchSize }, (_, n) =>
          el("option", { value: n }, t("samples.option", { sample: n })),
        ),
      );
    }
    sample.value = String(cursor.sample);
  }

  /** The sentence that speaks of where the cursor stands is marked.
   * @param {State} state */
  function mark({ cursor }) {
    for (const { node, part } of links) {
      const here = Object.entries(part).every(([name, value]) =>
        name === "quantity"
          ? focusOf(cursor) === value
          : cursor[/** @type {keyof typeof cursor} */ (name)] === value,
      );
      setAttribute(node, "aria-current", here ? "true" : null);
    }
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      tellAgain(state, previous, shownPresetOf(state));
      if (
        state.cursor !== previous?.cursor ||
        state.presets !== previous.presets ||
        state.preset !== previous.preset ||
        state.drawn !== previous.drawn
      )
        mark(state);
    },
  };

  /** @param {State} state @param {State | null} previous @param {import("../../types.js").Preset | undefined} preset */
  function tellAgain(state, previous, preset) {
    if (
      state.trace &&
      (state.trace !== previous?.trace || state.cursor.sample !== previous.cursor.sample)
    )
      choices(state);
    const same =
      previous &&
      state.preset === previous.preset &&
      state.edited === previous.edited &&
      state.notice === previous.notice &&
      state.presets === previous.presets &&
      state.request === previous.request &&
      state.trace === previous.trace &&
      state.failure === previous.failure &&
      state.pending === previous.pending &&
      state.offline === previous.offline;
    if (same || !state.request) return;
    const { edited } = shownAs(state);
    const whole = preset && !edited;
    const name = whole
      ? t(`preset.${preset.name}.title`)
      : constructorText(state.trace?.request.config ?? state.request.config);
    setText(title, name);
    title.classList.toggle("mono", !whole);
    setText(find("#preset-name"), whole ? name : t("story.own"));
    tell(state, preset);
    accuracy.hidden = !(preset?.accuracy && !edited);
    if (preset?.accuracy)
      setText(accuracy, t("story.accuracy", { accuracy: percent(preset.accuracy) }));
    weights.hidden = !preset?.trained;
    // A choice just made stands while its run is on its way; if that came to nothing, the switch says what is shown.
    const { weights: source } =
      (isKept(state) && state.trace ? state.trace : state).request ?? state.request;
    const kind = source.kind === "preset" ? "trained" : "untrained";
    /** @type {HTMLInputElement} */ (find(`input[value=${kind}]`, weights)).checked = true;
  }
}
