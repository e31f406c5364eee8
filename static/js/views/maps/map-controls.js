/** The head of the maps: the order of the units, what colours are measured by, and which part is in sight. */

import { find, setAttribute, setText } from "../../base/dom.js";
import {
  COLOURS,
  UNIT_ORDERS,
  mapsSet,
  scaled,
  sightOf,
  spanOrAll,
  unzoomed,
} from "../../model/map-view.js";
import { isWindowed } from "../../model/windows.js";

/** @typedef {import("../../types.js").State} State */

/** @param {import("../../types.js").Context} context */
export function createMapControls({ store, t, actions }) {
  const units = /** @type {HTMLSelectElement} */ (find("#maps-units"));
  const colours = /** @type {HTMLSelectElement} */ (find("#maps-colours"));
  const note = find("#maps-note");
  const closer = find("#maps-closer");
  const further = find("#maps-further");
  const here = find("#maps-window");
  const reset = find("#maps-reset");

  units.addEventListener("change", () =>
    actions.maps({ units: UNIT_ORDERS.find((order) => order === units.value) ?? "index" }),
  );
  colours.addEventListener("change", () =>
    actions.maps({ colours: COLOURS.find((one) => one === colours.value) ?? "own" }),
  );
  reset.addEventListener("click", () =>
    store.update((state) => mapsSet(unzoomed(state.maps))(state)),
  );
  here.addEventListener("click", () => {
    const { trace } = store.get();
    if (trace) store.update(mapsSet({ time: [trace.start, trace.stop] }));
  });
  closer.addEventListener("click", () => zoom(0.5));
  further.addEventListener("click", () => zoom(2));

  /** About the cursor, if it is in sight. @param {number} factor */
  function zoom(factor) {
    const { trace, maps, cursor } = store.get();
    if (!trace) return;
    const { time } = sightOf(maps, trace);
    const [start, stop] = time;
    const about =
      cursor.timestep >= start && cursor.timestep < stop ? cursor.timestep : (start + stop) / 2;
    store.update(
      mapsSet({ time: spanOrAll(scaled(time, about, factor, trace.seqLen), trace.seqLen) }),
    );
  }

  return {
    /** @param {State} state */
    render({ trace, maps }) {
      if (!trace) return;
      const { time } = sightOf(maps, trace);
      units.value = maps.units;
      colours.value = maps.colours;
      const notes = [
        ...(maps.units === "index" ? [] : [t(`maps.units.${maps.units}.help`)]),
        ...(maps.colours === "own" ? [] : [t(`maps.colours.${maps.colours}.help`)]),
      ];
      setAttribute(units, "title", t(`maps.units.${maps.units}.help`));
      setAttribute(colours, "title", t(`maps.colours.${maps.colours}.help`));
      note.hidden = notes.length === 0;
      setText(note, notes.join(" "));
      const windowed = isWindowed(trace);
      const zoomed = maps.time !== null || maps.rows !== null;
      for (const node of [closer, further, here]) node.hidden = !windowed;
      // Not `disabled`: a button that has the focus keeps it at the end of the way.
      setAttribute(further, "aria-disabled", maps.time ? null : "true");
      setAttribute(closer, "aria-disabled", time[1] - time[0] > 1 ? null : "true");
      setAttribute(
        here,
        "aria-pressed",
        String(windowed && time[0] === trace.start && time[1] === trace.stop),
      );
      reset.hidden = !zoomed && !windowed;
      setAttribute(reset, "aria-pressed", windowed ? String(!zoomed) : null);
    },
  };
}
