/**
 * Wiring: the store, the views that draw it, the player that moves it, the server that fills it, and the address bar
 * that remembers it. Every rule is elsewhere.
 */
import { find, findAll } from "./base/dom.js";
import { sayer, translator } from "./base/i18n.js";
import { claims, commandOf } from "./base/keys.js";
import { INTERVALS, createPlayer } from "./base/player.js";
import { createStore } from "./base/store.js";
import { createData } from "./features/data/open.js";
import { createExport } from "./features/export/open.js";
import { createShapeCheck } from "./features/shape-check/panel.js";
import { createGuide } from "./features/tour/guide.js";
import { createTour, placesOf } from "./features/tour/panel.js";
import { createDropping } from "./features/upload/dropping.js";
import { createUpload } from "./features/upload/panel.js";
import { isGate } from "./figures/gate.js";
import { focusOf } from "./model/cursor.js";
import { mapsSet, unzoomed } from "./model/map-view.js";
import { loadPlotly } from "./paint/plot.js";
import * as api from "./server/api.js";
import { createComparer } from "./server/comparer.js";
import { createExplanations } from "./server/explanations.js";
import { createLongRuns } from "./server/long-runs.js";
import { createPreActivations } from "./server/pre-activations.js";
import { createRunner } from "./server/runner.js";
import { createUploader } from "./server/uploader.js";
import { createAddress } from "./state/address.js";
import { reaches, wentTo, wentUp } from "./state/levels.js";
import { cursorOf, pinToggled, pinnable, pinsIn } from "./state/pins.js";
import * as transitions from "./state/state.js";
import { requestWithLstm } from "./state/upload.js";
import { fromHash } from "./state/url.js";
import { createCellTable } from "./views/cell/cell-table.js";
import { createCell } from "./views/cell/cell.js";
import { createEquation } from "./views/cell/equation.js";
import { createAnnouncer } from "./views/frame/announcer.js";
import { createArrangement } from "./views/frame/arrangement.js";
import { createBanner } from "./views/frame/banner.js";
import { createCancelled } from "./views/frame/cancelled.js";
import { createForm } from "./views/frame/form.js";
import { createLevels } from "./views/frame/levels.js";
import { createMasthead } from "./views/frame/masthead.js";
import { createProgress } from "./views/frame/progress.js";
import { createStory } from "./views/frame/story.js";
import { createToast } from "./views/frame/toast.js";
import { createTransport } from "./views/frame/transport.js";
import { createWindow } from "./views/frame/window.js";
import { createGateTable } from "./views/gate/gate-table.js";
import { createGate } from "./views/gate/gate.js";
import { createCurves } from "./views/maps/curves.js";
import { createMaps } from "./views/maps/maps.js";
import { createAnswers } from "./views/network/answers.js";
import { createNetwork } from "./views/network/network.js";
import { createHover } from "./views/pointing/hover.js";
import { createPins } from "./views/pointing/pins.js";
import { createProbes } from "./views/pointing/probes.js";
import { createCall } from "./views/results/call.js";
import { createComparison } from "./views/results/comparison.js";
import { createParity } from "./views/results/parity.js";
import { createReturns } from "./views/results/returns.js";

/** @typedef {import("./types.js").State} State */

const page = JSON.parse(find("#page-data").textContent ?? "{}");
const theme = document.documentElement.dataset.theme === "dark" ? "dark" : "light";
const store = createStore(transitions.initialState(theme));
const longRuns = createLongRuns(api, api.runEvents);
const runner = createRunner(store, api, longRuns);
const comparer = createComparer(store, api, longRuns);
const address = createAddress(store);
// One LSTM in a file is the one that is meant; of several, the reader chooses.
const uploader = createUploader(store, api, ({ lstms: [only, ...others] }) => {
  if (only && !others.length) actions.chooseLstm(only.prefix);
});
const probes = createProbes(store.get);
const guide = createGuide(store, address, runner, { show, places: placesOf });

const toast = createToast();

/** @type {import("./types.js").Actions} */
const actions = {
  choose(preset, cursor) {
    store.update(transitions.presetChosen(preset, cursor));
    // Another run is looked at from its top, the same one with other weights from where the reader stands.
    if (!cursor)
      store.update((state) =>
        transitions.viewSet({ level: "network", pins: [], lost: [], maps: unzoomed(state.maps) })(
          state,
        ),
      );
    address.step();
    runner.now();
  },
  edit(path, setting) {
    const before = store.get();
    store.update(transitions.settingChanged(path, setting));
    if (store.get() !== before) runner.soon();
  },
  retry: () => (store.get().presets.length ? runner.now() : void start()),
  cancel() {
    runner.cancel();
    const {
      trace,
      presets: [first],
      cancelled,
    } = store.get();
    if (trace || !first) return;
    store.update(transitions.presetChosen(first));
    store.update(transitions.viewSet({ cancelled }));
    void runner.now();
  },
  resume() {
    store.update(transitions.cancelledResumed);
    void runner.now();
  },
  look(timestep) {
    const { trace, cursor } = store.get();
    if (!trace) return;
    if (timestep >= trace.start && timestep < trace.stop)
      store.update((state) => transitions.cursorSet({ timestep })(transitions.playStopped(state)));
    else void runner.move({ ...cursor, timestep });
  },
  level(level, place) {
    stepped(wentTo(level, place));
  },
  maps(part) {
    address.write();
    address.step();
    store.update(mapsSet(part));
    address.write();
  },
  tour: (key) => void guide.go(key),
  tourAgain: () => void guide.again(),
  leaveTour: () => void guide.leave(),
  probe: (node) => hover.ask(node),
  pin() {
    const place = pinnable(store.get());
    if (place) store.update(pinToggled(place));
  },
  visit(pin) {
    const { trace, cursor } = store.get();
    const at = cursorOf(pin);
    stepped(wentTo("scalar", at));
    if (
      trace &&
      (pin.timestep < trace.start || pin.timestep >= trace.stop) &&
      pin.timestep >= 0 &&
      pin.timestep < trace.seqLen
    )
      void runner.move({ ...cursor, ...at });
  },
  shapeCheck(shapeCheck) {
    const turned = !shapeCheck !== !store.get().shapeCheck;
    if (turned) {
      address.write();
      address.step();
    }
    store.update((state) => transitions.viewSet({ shapeCheck })(transitions.playStopped(state)));
    if (turned) address.write();
  },
  run(request) {
    store.update(transitions.requestOpened(request, null));
    store.update((state) =>
      transitions.viewSet({ level: "network", maps: unzoomed(state.maps) })(state),
    );
    address.step();
    void runner.now();
  },
  upload: (file) => void uploader.send(file),
  cancelUpload: () => uploader.cancel(),
  lookAtUpload: () => void uploader.look(),
  removeUpload(id, used) {
    void uploader.remove(id);
    if (used) actions.edit("weights", { kind: "seed", seed: 0 });
  },
  chooseLstm(prefix) {
    const { upload, request } = store.get();
    const lstm =
      upload?.phase === "found"
        ? upload.found.lstms.find((one) => one.prefix === prefix)
        : undefined;
    if (upload?.phase !== "found" || !lstm || !request) return;
    actions.run(requestWithLstm(request, upload.found, lstm));
  },
  copy: (text) =>
    void navigator.clipboard.writeText(text).then(() => toast(context.t("upload.copied"))),
  bringData: (file) => void data.open(file),
  useData(request, notes) {
    actions.run(request);
    if (document.body.classList.contains("rail-open")) {
      actions.rail(false); // where it covers what came of it
      find("#rail-button").focus();
    }
    if (notes.length) store.update(transitions.viewSet({ notice: notes.join(" ") }));
  },
  compare: () => void comparer.compare(),
  stopComparing: () => comparer.stop(),
  help: () => /** @type {HTMLDialogElement} */ (find("#help")).showModal(),
  fields: () => form.paths,
  focus(path) {
    actions.rail(true);
    form.focus(path);
  },
  rail(open) {
    document.body.classList.toggle("rail-open", open);
    find("#rail-button").setAttribute("aria-expanded", String(open));
  },
  writeAddress: () => address.write(),
};

/** A move between levels is a new entry in the history. @param {import("./types.js").Transition} transition */
function stepped(transition) {
  const { level } = store.get();
  if (transition(store.get()).level !== level) {
    address.write();
    address.step();
  }
  store.update(transition);
  if (store.get().level !== level) address.write();
}

/** @type {import("./types.js").Context} */
const context = {
  store,
  t: translator(page.messages),
  say: sayer(page.messages),
  stages: page.stages,
  toast,
  actions,
  probes,
};
const form = createForm(context);
createDropping(context);
const data = createData(context);
const hover = createHover(context);
/** @type {import("./types.js").View[]} */
const views = [
  createMasthead(context),
  createBanner(context),
  createStory(context),
  createProgress(context),
  createCancelled(context),
  createWindow(context),
  form,
  createTransport(context),
  createNetwork(context),
  createAnswers(context),
  createCell(context),
  createCellTable(context),
  createEquation(context),
  createParity(context),
  createReturns(context),
  createComparison(context),
  createCall(context),
  createCurves(context),
  createMaps(context, api),
  createAnnouncer(context),
  createGate(context),
  createGateTable(context),
  createLevels(context),
  createPins(context),
  createUpload(context),
  hover,
  createTour(context),
  createShapeCheck(context),
  createExport(context),
];

/** Whatever happens between two frames is drawn once. */
/** @type {State | null} */
let drawn = null;
let scheduled = false;
let resized = false;
function render() {
  scheduled = false;
  const state = store.get();
  for (const view of views) view.render(state, drawn, resized);
  drawn = state;
  resized = false;
}
function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(render);
}
store.subscribe(schedule);
let width = find("#stage").clientWidth;
new ResizeObserver(() => {
  if (find("#stage").clientWidth === width) return;
  width = find("#stage").clientWidth;
  resized = true;
  schedule();
}).observe(find("#stage"));

const explanations = createExplanations(
  api.fetchExplanation,
  (answer) => store.update(transitions.explained(answer)),
  60,
);
const sums = createPreActivations(api.fetchSums, (answer) =>
  store.update(transitions.sumsArrived(answer)),
);
store.subscribe(({ trace, cursor, level, playing, speed, pending }) => {
  // A window may lie beyond a short sample, where there is nothing to explain.
  const computed = trace && cursor.timestep < (trace.lengths[cursor.sample] ?? trace.seqLen);
  if (computed && !pending && !(playing && speed > 2)) explanations.ask(trace.id, cursor);
  if (computed && !pending && reaches(level, "gate") && isGate(focusOf(cursor)))
    void sums.ask(trace, cursor);
});

const player = createPlayer(
  {
    now: () => performance.now(),
    request: (tick) => requestAnimationFrame(tick),
    cancel: (id) => cancelAnimationFrame(id),
  },
  () => INTERVALS[store.get().granularity] / store.get().speed,
  () => {
    store.update(transitions.advanced);
    if (transitions.isAtEnd(store.get())) store.update(transitions.playStopped);
    return store.get().playing;
  },
);
// Who points at a number reads it: time waits.
store.subscribe(({ playing, hover: pointed }) =>
  playing && !pointed ? player.start() : player.stop(),
);

/** @type {Record<string, (value: any) => void>} */
const commands = {
  play: () =>
    store.update((state) =>
      state.playing ? transitions.playStopped(state) : transitions.playStarted(state),
    ),
  timestep: (count) => store.update(transitions.movedTimesteps(count)),
  stage: (count) => store.update(transitions.movedStage(count)),
  layer: (count) => store.update(transitions.movedLayer(count)),
  direction: () => store.update(transitions.directionSwitched),
  pin: () => actions.pin(),
  first: () => store.update(transitions.wentFirst),
  last: () => store.update(transitions.wentLast),
  quantity: (quantity) => store.update(transitions.quantityChosen(quantity)),
  up: () => {
    const open = document.body.classList.contains("rail-open");
    if (open) {
      if (find("#rail").contains(document.activeElement)) find("#rail-button").focus();
      actions.rail(false);
    }
    if (open || store.get().playing) store.update(transitions.playStopped);
    else if (store.get().tour) actions.leaveTour();
    else stepped(wentUp);
  },
  help: () => actions.help(),
};
document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented || findAll("dialog[open], [popover]:popover-open").length) return;
  const command = commandOf(event);
  if (!command || (claims(target, event.key) && command.action !== "up")) return;
  event.preventDefault();
  commands[command.action]?.(command.value);
});

/** What is asked for, else the first preset. @param {ReturnType<typeof fromHash>} wanted */
async function open(wanted) {
  const { presets } = store.get();
  store.update(
    transitions.viewSet({
      order: wanted.order,
      level: wanted.level,
      pins: wanted.pins,
      lost: [],
      maps: wanted.maps,
    }),
  );
  const preset = presets.find(({ name }) => name === wanted.preset);
  if (preset) store.update(transitions.presetChosen(preset, wanted.cursor));
  if (wanted.request) {
    store.update(
      preset
        ? transitions.viewSet({ request: wanted.request, edited: true })
        : transitions.requestOpened(wanted.request, wanted.cursor),
    );
  }
  if (wanted.trace) {
    await runner.load(wanted.trace, wanted.cursor);
    return;
  }
  if (!preset && !wanted.request && presets[0])
    store.update(transitions.presetChosen(presets[0], wanted.cursor));
  await runner.now();
}

/** Only the cursor, where the same thing is shown. @param {ReturnType<typeof fromHash>} wanted */
async function show(wanted) {
  const { trace } = store.get();
  if (!address.shows(wanted)) {
    await open(wanted);
    return;
  }
  if (
    wanted.cursor &&
    trace &&
    (wanted.cursor.timestep < trace.start || wanted.cursor.timestep >= trace.stop)
  )
    await runner.move(wanted.cursor);
  else store.update(transitions.cursorSet(wanted.cursor ?? {}));
  const pinned = { pins: wanted.pins, lost: [] };
  store.update(
    transitions.viewSet({
      level: wanted.level,
      maps: wanted.maps,
      ...(trace ? pinsIn(pinned, trace.request) : pinned),
    }),
  );
}

async function start() {
  store.update(transitions.viewSet({ pending: true, offline: false }));
  try {
    store.update(transitions.presetsLoaded(await api.fetchPresets()));
    const wanted = guide.meet(fromHash(location.hash)) ?? fromHash("");
    store.update(transitions.viewSet({ shapeCheck: wanted.shapeCheck }));
    const opened = open(wanted);
    loadPlotly();
    await opened;
  } catch {
    store.update(transitions.wentOffline);
  }
}

createArrangement();
// A long run goes on only while a page waits for it.
window.addEventListener("pagehide", () => {
  runner.leave();
  comparer.stop();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && store.get().pending) actions.retry();
});
// Back, forward, or an edited address.
window.addEventListener("hashchange", () => {
  address.met();
  const wanted = guide.meet(fromHash(location.hash));
  if (!wanted) return;
  store.update(transitions.viewSet({ shapeCheck: wanted.shapeCheck }));
  void show(wanted);
});
render();
void start();
