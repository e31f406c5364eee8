/**
 * The state of the page and its named transitions: pure functions from one state to the next.
 *
 * @typedef {import("../types.js").State} State
 * @typedef {import("../types.js").Cursor} Cursor
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Preset} Preset
 * @typedef {import("../types.js").Transition} Transition
 */
import * as clock from "../model/cursor.js";
import { timesOf } from "../model/notes.js";
import { PLAIN_VIEW, followed, unzoomed } from "../model/map-view.js";
import { pinsIn } from "./pins.js";
import { isSamePlace } from "../model/places.js";
import { changed, valueAt } from "../model/request.js";

export { cellOf } from "../model/cells.js";

/** @type {Cursor} */
export const ORIGIN = {
  layer: 0,
  direction: "forward",
  timestep: 0,
  stage: 2,
  unit: 0,
  sample: 0,
  quantity: "f",
};

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

/** @param {import("../types.js").Theme} theme @returns {State} */
export const initialState = (theme) => ({
  presets: [],
  preset: null,
  edited: false,
  request: null,
  trace: null,
  asked: null,
  drawn: null,
  unread: {},
  run: null,
  cancelled: null,
  reading: false,
  comparison: null,
  pending: true,
  failure: null,
  offline: false,
  notice: null,
  cursor: ORIGIN,
  wanted: null,
  order: "computation",
  granularity: "timestep",
  speed: 1,
  playing: false,
  level: "network",
  tour: null,
  shapeCheck: null,
  showReturns: false,
  theme,
  explanation: null,
  sums: null,
  hover: null,
  pins: [],
  lost: [],
  maps: PLAIN_VIEW,
  upload: null,
});

/** @param {Preset[]} presets @returns {Transition} */
export const presetsLoaded = (presets) => (state) => ({ ...state, presets });

/** A preset's first look: the clock at its start, on the sample, unit and quantity that its story begins with.
 * @param {Preset} preset @returns {Cursor} */
export function openingCursor(preset) {
  const first = preset.story.find((sentence) => sentence.cursor)?.cursor ?? {};
  const { sample = 0, unit = 0, quantity = "f" } = first;
  return { ...ORIGIN, sample, unit, quantity };
}

/** The cursor stays on the picture that is shown until the new one is here.
 * @param {Preset} preset @param {Cursor | null} [cursor] @returns {Transition} */
export const presetChosen = (preset, cursor) => (state) => ({
  ...state,
  preset: preset.name,
  edited: false,
  request: preset.request,
  wanted: cursor ?? openingCursor(preset),
  unread: {},
  failure: null,
  notice: null,
  cancelled: null,
  playing: false,
  hover: null,
});

/** @param {import("../types.js").TraceRequest} request @param {Cursor | null} cursor @returns {Transition} */
export const requestOpened = (request, cursor) => (state) => ({
  ...state,
  preset: null,
  edited: true,
  request,
  wanted: cursor ?? ORIGIN,
  unread: {},
  failure: null,
  notice: null,
  cancelled: null,
  playing: false,
  hover: null,
});

/** Which notices a field answers, once the reader chooses anew what they speak of. */
const ANSWERED = /** @type {Record<string, string>} */ ({
  weights: "weights",
  input: "input",
  h_0: "states",
  c_0: "states",
  lengths: "lengths",
});

/** What was replaced stays said while the reader types on. @param {string | null} notice @param {string} path @param {string[]} notes */
function noticeAfter(notice, path, notes) {
  const answered = ANSWERED[path.split(".")[0] ?? ""];
  const kept = (notice?.split(" ") ?? []).filter((note) => note !== answered);
  return [...new Set([...kept, ...notes])].join(" ") || null;
}

/** One field of the form changed. @param {string} path @param {unknown} setting @returns {Transition} */
export const settingChanged = (path, setting) => (state) => {
  if (!state.request) return state;
  const { request, notes } = changed(state.request, path, setting, state.trace?.request);
  if (request === state.request && !(path in state.unread)) return state;
  // Text that cannot be read stays with its field, unless the field went or was given something else.
  const unread = Object.fromEntries(
    Object.entries(state.unread).filter(
      ([other]) => other !== path && valueAt(request, other) === valueAt(state.request, other),
    ),
  );
  const edited = state.edited || request !== state.request;
  return {
    ...state,
    request,
    edited,
    unread,
    cancelled: null,
    playing: false,
    notice: noticeAfter(state.notice, path, notes),
  };
};

/** Text that is not JSON: kept in its field, nothing sent. @param {string} path @param {string} text @returns {Transition} */
export const settingUnread = (path, text) => (state) => ({
  ...state,
  unread: { ...state.unread, [path]: text },
  playing: false,
});

/** @type {Transition} */
export const traceRequested = (state) => ({
  ...state,
  pending: true,
  run: null,
  reading: false,
  asked: originOf(state),
});

/** A long run says how far it is. @param {import("../types.js").LongRun} run @returns {Transition} */
export const runHeard = (run) => (state) => ({ ...state, run });

/** Back to what is shown, as it was asked for; what was given up is kept, to be run after all.
 * @type {Transition} */
export const runCancelled = (state) => ({
  ...state,
  run: null,
  pending: false,
  reading: false,
  failure: null,
  offline: false,
  wanted: null,
  unread: {},
  notice: null,
  ...(state.trace ? { request: state.trace.request, ...state.drawn } : {}),
  cancelled: state.request && { request: state.request, ...originOf(state) },
});

/** What was cancelled stands in the form again. @type {Transition} */
export const cancelledResumed = (state) =>
  state.cancelled ? { ...state, ...state.cancelled, cancelled: null, playing: false } : state;

/** @param {State} state @returns {import("../types.js").Origin} */
const originOf = ({ preset, edited }) => ({ preset, edited });

/** A trace for the request that was sent: the form takes over its defaults, unless it was changed meanwhile.
 * @param {Trace} trace @param {import("../types.js").TraceRequest | null} sent @returns {Transition} */
export const traceArrived = (trace, sent) => (state) => ({
  ...state,
  trace,
  request: sent === null || state.request === sent ? trace.request : state.request,
  run: null,
  pending: false,
  failure: null,
  offline: false,
  drawn:
    sent === null || state.request === sent ? originOf(state) : (state.asked ?? originOf(state)),
  cursor: clock.fitCursor(state.wanted ?? state.cursor, trace),
  wanted: null,
  hover: null,
  // Who opens a link looks where it says; a run that was changed is looked at whole.
  maps:
    state.wanted || !state.trace || state.trace.id === trace.id ? state.maps : unzoomed(state.maps),
  ...pinsIn(state, trace.request),
  // The same run again has the same id, and what was explained of it holds.
  explanation: state.trace?.id === trace.id ? state.explanation : null,
});

/** Another window of the trace that is shown is on its way. @type {Transition} */
export const readingStarted = (state) => ({ ...state, reading: true, playing: false });

/** @type {Transition} */
export const readingEnded = (state) => ({ ...state, reading: false });

/** @param {Trace} trace @param {Cursor} cursor @returns {Transition} */
export const windowArrived = (trace, cursor) => (state) => ({
  ...state,
  trace,
  reading: false,
  offline: false,
  cursor: clock.fitCursor({ ...state.cursor, ...cursor }, trace),
  hover: null,
  maps: followed(state.maps, state.trace, trace, cursor.timestep),
});

/** @param {import("../types.js").Comparison | null} comparison @returns {Transition} */
export const comparisonSet = (comparison) => (state) =>
  state.comparison === comparison ? state : { ...state, comparison };

/** The last good picture stays. @param {import("../types.js").Failure} failure @returns {Transition} */
export const traceFailed = (failure) => (state) => ({
  ...state,
  run: null,
  pending: false,
  failure,
  offline: false,
  playing: false,
});

/** @type {Transition} */
export const wentOffline = (state) => ({ ...state, run: null, pending: false, offline: true });

/** @param {import("../types.js").Explanation} explanation @returns {Transition} */
export const explained = (explanation) => (state) => ({ ...state, explanation });

/** @param {import("../types.js").Sums} sums @returns {Transition} */
export const sumsArrived = (sums) => (state) => (state.sums === sums ? state : { ...state, sums });

/** Part of the cursor set, as a story, a click or a link does. @param {Partial<Cursor>} part @returns {Transition} */
export const cursorSet = (part) => (state) => {
  const cursor = { ...state.cursor, ...part };
  const wanted = state.wanted && { ...state.wanted, ...part };
  return { ...state, wanted, cursor: state.trace ? clock.fitCursor(cursor, state.trace) : cursor };
};

/** @param {(cursor: Cursor, extent: import("../types.js").Extent, order: import("../types.js").Order) => Cursor} move
 * @returns {Transition} */
const moved = (move) => (state) => {
  if (!state.trace) return state;
  const cursor = move(state.cursor, clock.extentOf(state.trace, state.cursor.sample), state.order);
  return cursor === state.cursor ? state : { ...state, cursor };
};

/** @param {number} count */
export const movedTimesteps = (count) =>
  moved((cursor, extent, order) => clock.moveTimesteps(cursor, count, extent, order));
/** @param {1 | -1} count */
export const movedStage = (count) =>
  moved((cursor, extent, order) => clock.moveStage(cursor, count, extent, order));
/** @param {number} count */
export const movedLayer = (count) =>
  moved((cursor, extent) => clock.moveLayer(cursor, count, extent));
export const directionSwitched = moved(clock.otherDirection);
/** @param {number} reading */
export const clockSet = (reading) =>
  moved((cursor, extent, order) => clock.atClock(cursor, reading, extent, order));
/** Where stages count, the first moment is the first stage, and the last the last. @type {Transition} */
export const wentFirst = (state) =>
  moved((cursor, extent, order) => ({
    ...clock.atClock(cursor, 0, extent, order),
    stage: state.granularity === "stage" ? 0 : cursor.stage,
  }))(state);
/** @type {Transition} */
export const wentLast = (state) =>
  moved((cursor, extent, order) => ({
    ...clock.atClock(cursor, Infinity, extent, order),
    stage: state.granularity === "stage" ? extent.stages - 1 : cursor.stage,
  }))(state);
/** @param {import("../types.js").Quantity} quantity */
export const quantityChosen = (quantity) =>
  moved((cursor, extent) => clock.withQuantity(cursor, quantity, extent.stages));

/** One moment further on the clock, in the granularity that is set. @type {Transition} */
export const advanced = (state) =>
  (state.granularity === "stage" ? movedStage(1) : movedTimesteps(1))(state);

/** @type {Transition} */
export const receded = (state) =>
  (state.granularity === "stage" ? movedStage(-1) : movedTimesteps(-1))(state);

/** Play starts over when it stands at the end. @type {Transition} */
export const playStarted = (state) => {
  if (!state.trace) return state;
  const extent = clock.extentOf(state.trace, state.cursor.sample);
  const ended = clock.atEnd(state.cursor, extent, state.order, state.granularity);
  return { ...(ended ? wentFirst(state) : state), playing: true, hover: null };
};

/** Something is pointed at, or nothing any more. @param {import("../types.js").Hover | null} hover @returns {Transition} */
export const hovered = (hover) => (state) =>
  isSamePlace(state.hover, hover) ? state : { ...state, hover };

/** @type {Transition} */
export const playStopped = (state) => (state.playing ? { ...state, playing: false } : state);

/** @param {State} state */
export const isAtEnd = (state) =>
  !state.trace ||
  clock.atEnd(
    state.cursor,
    clock.extentOf(state.trace, state.cursor.sample),
    state.order,
    state.granularity,
  );

/** Any plain setting of the page. @param {Partial<State>} part @returns {Transition} */
export const viewSet = (part) => (state) => ({ ...state, ...part });

/** @param {State} state @returns {Preset | undefined} */
export const presetOf = (state) => state.presets.find((preset) => preset.name === state.preset);

/** What the shown trace was run as; before there is one, what is asked for. @param {State} state @returns {import("../types.js").Origin} */
export const shownAs = (state) => state.drawn ?? originOf(state);

/** The preset that the shown trace began as. @param {State} state @returns {Preset | undefined} */
export const shownPresetOf = (state) => presetOf({ ...state, preset: shownAs(state).preset });

/** Whether the last thing asked for came to nothing, so that what is shown is older than the form.
 * @param {State} state */
export const isKept = (state) => state.trace !== null && (state.failure !== null || state.offline);

/** Whether the input of a trace is a preset's own: asked at every moment, and compared once. @type {WeakMap<Trace, WeakMap<Preset, boolean>>} */
const compared = new WeakMap();

/** The preset whose own input is shown, one label for each timestep. @param {State} state @returns {Preset | null} */
function labelledBy(state) {
  const preset = shownPresetOf(state);
  const { trace } = state;
  if (!preset?.tokens || !trace || preset.tokens.length !== trace.seqLen) return null;
  const { input } = trace.request;
  const known = compared.get(trace) ?? new WeakMap();
  const own =
    known.get(preset) ??
    (input.kind === preset.request.input.kind &&
      JSON.stringify(input) === JSON.stringify(preset.request.input));
  compared.set(trace, known.set(preset, own));
  return own ? preset : null;
}

/** What each timestep is called: where the shown input is still the preset's own, or came with labels. @param {State} state @returns {string[] | null} */
export const tokensOf = (state) =>
  labelledBy(state)?.tokens ?? (state.trace && timesOf(state.trace, state.cursor.sample));

/** What should be answered at each timestep of that input; a sample that is cut short would want other answers.
 * @param {State} state @returns {string[] | null} */
export const targetsOf = (state) =>
  state.trace?.request.lengths ? null : (labelledBy(state)?.targets ?? null);
