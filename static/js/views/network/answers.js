/** Below the strip: what its labels, targets and answers mean, and all of them as a table. */

import { answerAt, askedOf, isJudged, answersNumber } from "../../state/answers.js";
import { el, find, setText } from "../../base/dom.js";
import { short } from "../../base/format.js";
import { verdictText } from "../pointing/hover-words.js";
import { noteText, notedAt, rowsOf, timesOf, titleOf } from "../../model/notes.js";
import { shownPresetOf, tokensOf } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../base/i18n.js").Translate} Translate */

/** Rows that the table shows at once, about the cursor. */
const ROWS = 100;

/** What there is to say of a timestep, in words. @param {State} state @param {number} timestep @param {Translate} t @returns {string[]} */
export function spokenAnswer(state, timestep, t) {
  const { trace, cursor } = state;
  if (!trace) return [];
  const asked = askedOf(state);
  const answer = answerAt(trace, asked, timestep, cursor.sample);
  const target = asked.targets?.[timestep];
  return [
    ...notedAt(trace, cursor.sample, timestep, t),
    ...(target === undefined ? [] : [`${t("answers.target")} ${target}`]),
    ...(answer
      ? [
          [`${t("answers.answer")} ${answer.text}`, verdictText(answer.right, t)]
            .filter(Boolean)
            .join(", "),
        ]
      : []),
  ];
}

/** The same in the line below the strip. @param {State} state @param {number} timestep @param {Translate} t @returns {HTMLElement[]} */
export const answerSpan = (state, timestep, t) =>
  spokenAnswer(state, timestep, t).map((words) => el("span", {}, words));

/** @param {import("../../types.js").Context} context */
export function createAnswers({ store, t }) {
  const legend = find("#strip-legend");
  const fold = /** @type {HTMLDetailsElement} */ (find("#answers-fold"));
  const host = find("#answers-table");
  const more = find("#answers-more");

  /** What was done to the values: always to be seen. @param {import("../../types.js").Trace} trace */
  function normalised({ request }) {
    const text = request.notes?.normalisation;
    if (!text) return [];
    const [method = "", ...rest] = text.split(": ");
    const features = rest.join(": ").split("; ");
    const normalisation =
      features.length <= 6
        ? text
        : el(
            "details",
            { class: "fold" },
            el("summary", {}, t("notes.normalised.many", { method, count: features.length })),
            text,
          );
    return [el("div", {}, el("dt", {}, t("notes.normalised")), el("dd", {}, normalisation))];
  }

  /** @param {State} state */
  function explain(state) {
    const preset = shownPresetOf(state);
    const { targets, readout } = askedOf(state);
    const line = (/** @type {string} */ name, /** @type {string} */ text) =>
      el("div", {}, el("dt", {}, t(`answers.${name}`)), el("dd", {}, text));
    const { trace, cursor } = state;
    const annotated = trace ? rowsOf(trace, cursor.sample) : [];
    const timed = trace !== null && timesOf(trace, cursor.sample) !== null;
    const lines = [
      ...(trace ? normalised(trace) : []),
      ...(preset && tokensOf(state) ? [line("token", t(`preset.${preset.name}.tokens`))] : []),
      ...(preset && targets ? [line("target", t(`preset.${preset.name}.targets`))] : []),
      ...(readout
        ? [line("answer", answersLegend(state))]
        : targets
          ? [line("answer", t("answers.untrained"))]
          : []),
    ];
    legend.hidden = lines.length === 0;
    legend.replaceChildren(...lines);
    setText(find("summary", fold), t(readout || targets ? "answers.table" : "notes.table"));
    fold.hidden = lines.length === 0 && !annotated.length && !timed;
  }

  /** @param {State} state */
  function answersLegend(state) {
    const asked = askedOf(state);
    const { trace, cursor } = state;
    const parts = [t("answers.legend")];
    if (!asked.targets) parts.push(t("answers.unasked"));
    else if (!isJudged(asked)) parts.push(t("answers.unjudged"));
    else if (trace) {
      const verdicts = asked.targets
        .map((_, k) => answerAt(trace, asked, k, cursor.sample)?.right ?? null)
        .filter((right) => right !== null);
      parts.push(
        t("answers.count", { right: verdicts.filter(Boolean).length, total: verdicts.length }),
      );
    }
    if (
      asked.readout?.answer.kind === "number" &&
      asked.readout.answer.near !== null &&
      asked.targets
    )
      parts.push(t("answers.near", { near: asked.readout.answer.near }));
    return parts.join(" ");
  }

  /** @param {State} state */
  function tabulate(state) {
    const { trace, cursor } = state;
    if (!trace) return;
    const asked = askedOf(state);
    const tokens = tokensOf(state);
    const labels = asked.readout?.answer.kind === "likeliest" ? asked.readout.answer.labels : null;
    const start = Math.max(
      trace.start,
      Math.min(trace.stop - ROWS, Math.floor(cursor.timestep / (ROWS / 2)) * (ROWS / 2)),
    );
    const timesteps = Array.from(
      { length: Math.min(ROWS, trace.stop - start) },
      (_, k) => start + k,
    );
    /** @type {[boolean, string, (timestep: number, answer: import("../../state/answers.js").Answer | null) => string][]} */
    const columns = [
      [
        tokens !== null,
        t(timesOf(trace, cursor.sample) ? "notes.time" : "answers.token"),
        (timestep) => tokens?.[timestep] ?? "",
      ],
      ...rowsOf(trace, cursor.sample).map(
        ({ name, kind, values }) =>
          /** @type {[boolean, string, (timestep: number) => string]} */ ([
            true,
            titleOf({ kind, name }, t),
            (timestep) => noteText(values[timestep]),
          ]),
      ),
      [asked.targets !== null, t("answers.target"), (timestep) => asked.targets?.[timestep] ?? ""],
      [asked.readout !== null, t("answers.answer"), (_, answer) => answer?.text ?? ""],
      [
        asked.readout !== null && !labels && !answersNumber(asked.readout),
        "W h\u209c + b",
        (_, answer) => (answer?.values ?? []).map((value) => short(value)).join(", "),
      ],
      [
        isJudged(asked),
        t("answers.verdict"),
        (_, answer) => (answer ? verdictText(answer.right, t) : ""),
      ],
    ];
    const shown = columns.filter(([there]) => there);
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, "t"),
      ...shown.map(([, name]) => el("th", { scope: "col" }, name)),
    );
    const body = timesteps.map((timestep) => {
      const answer = answerAt(trace, asked, timestep, cursor.sample);
      return el(
        "tr",
        timestep === cursor.timestep ? { class: "chosen" } : {},
        el("th", { scope: "row" }, String(timestep)),
        ...shown.map(([, , text]) => el("td", {}, text(timestep, answer))),
      );
    });
    host.replaceChildren(
      el(
        "table",
        { class: "numbers-table" },
        el("caption", { class: "unseen" }, t("answers.table")),
        el("thead", {}, head),
        el("tbody", {}, ...body),
      ),
    );
    more.hidden = timesteps.length === trace.stop - trace.start;
    more.textContent = t("answers.more", {
      shown: timesteps.length,
      total: trace.stop - trace.start,
    });
  }

  fold.addEventListener("toggle", () => {
    if (fold.open) tabulate(store.get());
  });

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace) return;
      const fresh =
        state.trace !== previous?.trace ||
        state.drawn !== previous.drawn ||
        state.preset !== previous.preset ||
        state.presets !== previous.presets ||
        state.cursor.sample !== previous.cursor.sample;
      if (fresh) explain(state);
      if (
        fold.open &&
        !fold.hidden &&
        !state.playing &&
        (fresh || state.cursor !== previous?.cursor || previous.playing)
      )
        tabulate(state);
    },
  };
}
