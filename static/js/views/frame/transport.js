/** Play, pause, step, scrub: the one clock that drives the page. */

import * as clock from "../../model/cursor.js";
import { el, find, findAll, setAttribute, setText } from "../../base/dom.js";
import { niceStep, standApart } from "../../figures/panels.js";
import {
  advanced,
  clockSet,
  playStarted,
  playStopped,
  receded,
  tokensOf,
  viewSet,
  wentFirst,
  wentLast,
} from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createTransport({ store, t }) {
  const play = find("#play");
  const scrubber = /** @type {HTMLInputElement} */ (find("#scrubber"));
  const ticks = find("#ticks");
  const speed = /** @type {HTMLSelectElement} */ (find("#speed"));
  const more = find("#transport-more");

  /** @param {string} id @param {(state: State) => State} transition */
  const on = (id, transition) =>
    find(id).addEventListener("click", () =>
      store.update((state) => transition(playStopped(state))),
    );
  on("#first", wentFirst);
  on("#back", receded);
  on("#forward", advanced);
  on("#last", wentLast);
  play.addEventListener("click", () =>
    store.update((state) => (state.playing ? playStopped(state) : playStarted(state))),
  );
  scrubber.addEventListener("input", () =>
    store.update((state) => clockSet(Number(scrubber.value))(playStopped(state))),
  );
  speed.addEventListener("change", () => store.update(viewSet({ speed: Number(speed.value) })));
  for (const name of /** @type {const} */ (["granularity", "order"])) {
    for (const radio of findAll(`input[name=${name}]`)) {
      radio.addEventListener("change", () =>
        store.update(viewSet({ [name]: /** @type {HTMLInputElement} */ (radio).value })),
      );
    }
  }
  more.addEventListener("click", () => {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(open));
    find("#transport-settings").classList.toggle("open", open);
  });

  /** Labels under the scrubber: each timestep's, or every so-many-th as there is room; of several layers only where each starts.
   * @param {State} state */
  function label(state) {
    const { trace, cursor, order } = state;
    if (!trace) return;
    const extent = clock.extentOf(trace, cursor.sample);
    const length = clock.clockLength(extent, order);
    const tokens = tokensOf(state);
    const layers = order === "computation" && extent.layers > 1 ? extent.layers : 0;
    const timestepAt = (/** @type {number} */ reading) =>
      clock.atClock(cursor, reading, extent, order).timestep;
    const text = (/** @type {number} */ reading) =>
      tokens?.[timestepAt(reading)] ?? String(timestepAt(reading));
    const letters = (tokens?.slice(trace.start, trace.stop) ?? [String(trace.stop - 1)]).reduce(
      (most, token) => Math.max(most, token.length),
      1,
    );
    const step = niceStep(length, scrubber.clientWidth / (letters * 7 + 8));
    // Numbers are round ones, from whichever end the clock comes.
    const opening = timestepAt(0);
    const first = tokens
      ? 0
      : timestepAt(1) < opening
        ? opening % step
        : (step - (opening % step)) % step;
    const place = (/** @type {number} */ reading) =>
      length > 1 ? `--at:${reading / (length - 1)}` : "--at:0.5";
    const starts = Array.from({ length: layers }, (_, layer) => layer * extent.length);
    const labels =
      layers && step > 1
        ? [
            ...starts.map((reading, layer) =>
              el("span", { class: "start", style: place(reading) }, t("layer.name", { layer })),
            ),
            el("span", { class: "end", style: place(length - 1) }, `t = ${timestepAt(length - 1)}`),
          ]
        : (tokens && letters > 4
            ? standApart({ start: 0, stop: length }, scrubber.clientWidth / length, letters * 7)
            : Array.from({ length: Math.ceil((length - first) / step) }, (_, k) => first + k * step)
          ).map((reading) => el("span", { style: place(reading) }, text(reading)));
    const seams = starts.slice(1).map((reading) => el("i", { style: place(reading - 0.5) }));
    ticks.replaceChildren(...labels, ...seams);
  }

  /** @param {State} state */
  function move(state) {
    const { trace, cursor, order } = state;
    if (!trace) return;
    const extent = clock.extentOf(trace, cursor.sample);
    const length = clock.clockLength(extent, order);
    const reading = clock.clockOf(cursor, extent, order);
    const token = tokensOf(state)?.[cursor.timestep];
    const where = t("transport.where", {
      timestep: cursor.timestep,
      layer: cursor.layer,
      direction: t(`direction.${cursor.direction}`),
    });
    scrubber.max = String(length - 1);
    scrubber.value = String(reading);
    scrubber.style.setProperty("--played", length > 1 ? String(reading / (length - 1)) : "0");
    setAttribute(scrubber, "aria-valuetext", token ? `${where}, ${token}` : where);
    setText(
      find("#transport-where"),
      t("transport.position", { where, reading: reading + 1, length }),
    );
  }

  return {
    /** @param {State} state @param {State | null} previous @param {boolean} resized */
    render(state, previous, resized) {
      const { cursor, order, trace } = state;
      if (state.playing !== previous?.playing) {
        setAttribute(play, "data-playing", String(state.playing));
        setAttribute(play, "aria-label", t(state.playing ? "transport.pause" : "transport.play"));
      }
      if (speed.value !== String(state.speed)) speed.value = String(state.speed);
      for (const name of /** @type {const} */ (["granularity", "order"])) {
        if (state[name] !== previous?.[name]) {
          /** @type {HTMLInputElement} */ (
            find(`input[name=${name}][value=${state[name]}]`)
          ).checked = true;
        }
      }
      if (!trace) return;
      const relabel =
        resized ||
        trace !== previous?.trace ||
        order !== previous.order ||
        state.preset !== previous.preset ||
        cursor.direction !== previous.cursor.direction ||
        cursor.sample !== previous.cursor.sample;
      if (relabel) label(state);
      if (relabel || cursor !== previous?.cursor) move(state);
    },
  };
}
