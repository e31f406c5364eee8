/** Play, pause, step, scrub: the one clock that drives the page. */

import * as clock from "../cursor.js";
import { el, find, findAll, setAttribute, setText } from "../dom.js";
import { advanced, clockSet, playStarted, playStopped, receded, tokensOf, viewSet, wentFirst, wentLast } from "../state.js";

/** @typedef {import("../types.js").State} State */

/** @param {import("../main.js").Context} context */
export function createTransport({ store, t }) {
  const play = find("#play");
  const scrubber = /** @type {HTMLInputElement} */ (find("#scrubber"));
  const ticks = find("#ticks");
  const speed = /** @type {HTMLSelectElement} */ (find("#speed"));
  const more = find("#transport-more");

  /** @param {string} id @param {(state: State) => State} transition */
  const on = (id, transition) => find(id).addEventListener("click", () => store.update((state) => transition(playStopped(state))));
  on("#first", wentFirst);
  on("#back", receded);
  on("#forward", advanced);
  on("#last", wentLast);
  play.addEventListener("click", () => store.update((state) => (state.playing ? playStopped(state) : playStarted(state))));
  scrubber.addEventListener("input", () => store.update((state) => clockSet(Number(scrubber.value))(playStopped(state))));
  speed.addEventListener("change", () => store.update(viewSet({ speed: Number(speed.value) })));
  for (const name of /** @type {const} */ (["granularity", "order"])) {
    for (const radio of findAll(`input[name=${name}]`)) {
      radio.addEventListener("change", () => store.update(viewSet({ [name]: /** @type {HTMLInputElement} */ (radio).value })));
    }
  }
  more.addEventListener("click", () => {
    const open = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(open));
    find("#transport-settings").classList.toggle("open", open);
  });

  /** Labels under the scrubber: each timestep's where they fit, else where each layer starts.
   * @param {State} state */
  function label(state) {
    const { trace, cursor, order } = state;
    if (!trace) return;
    const extent = clock.extentOf(trace, cursor.sample);
    const length = clock.clockLength(extent, order);
    const tokens = tokensOf(state);
    const words = Array.from({ length }, (_, reading) => {
      const { layer, timestep } = clock.atClock(cursor, reading, extent, order);
      const starts = order === "computation" && extent.layers > 1 && reading % extent.length === 0;
      return { text: tokens?.[timestep] ?? String(timestep), layer: starts ? t("layer.name", { layer }) : null };
    });
    const widest = Math.max(...words.map(({ text }) => text.length)) * 7 + 8;
    const roomy = length * widest <= scrubber.clientWidth;
    const place = (/** @type {number} */ reading) => (length > 1 ? `--at:${reading / (length - 1)}` : "--at:0.5");
    const labels = roomy
      ? words.map(({ text }, reading) => el("span", { style: place(reading) }, text))
      : words.flatMap(({ layer, text }, reading) =>
        layer ? [el("span", { class: "start", style: place(reading) }, layer)]
          : reading === length - 1 || (reading === 0 && extent.layers === 1) ? [el("span", { style: place(reading) }, text)] : []);
    const seams = order === "computation" && extent.layers > 1
      ? words.flatMap(({ layer }, reading) => (layer && reading ? [el("i", { style: place(reading - 0.5) })] : [])) : [];
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
    const where = t("transport.where", { timestep: cursor.timestep, layer: cursor.layer, direction: t(`direction.${cursor.direction}`) });
    scrubber.max = String(length - 1);
    scrubber.value = String(reading);
    scrubber.style.setProperty("--played", length > 1 ? String(reading / (length - 1)) : "0");
    setAttribute(scrubber, "aria-valuetext", token ? `${where}, ${token}` : where);
    setText(find("#transport-where"), t("transport.position", { where, reading: reading + 1, length }));
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
          /** @type {HTMLInputElement} */ (find(`input[name=${name}][value=${state[name]}]`)).checked = true;
        }
      }
      if (!trace) return;
      const relabel = resized || trace !== previous?.trace || order !== previous.order || state.preset !== previous.preset ||
        cursor.direction !== previous.cursor.direction || cursor.sample !== previous.cursor.sample;
      if (relabel) label(state);
      if (relabel || cursor !== previous?.cursor) move(state);
    },
  };
}
