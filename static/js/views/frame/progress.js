/** A long run while it is on its way: how far, how fast, how long still, and the button that ends it. */

import { constructorText } from "../../model/call.js";
import { find, setAttribute, setText } from "../../base/dom.js";
import { count } from "../../base/format.js";
import { durationOf, phaseOf, rough, shareOf } from "../../model/progress.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {import("../../types.js").LongRun} LongRun */

/** A listener hears of every such share. */
const HEARD = 0.25;

/** @param {import("../../types.js").Context} context */
export function createProgress({ t, actions }) {
  const card = find("#progress");
  const bar = find("#progress-bar");
  const status = find("#progress-status");
  let announced = "";

  find("#progress-cancel").addEventListener("click", () => {
    actions.cancel();
    find("#stage").focus({ preventScroll: true });
  });

  /** No line ends between a number and its unit. @param {number} seconds */
  function duration(seconds) {
    const { unit, whole, rest } = durationOf(seconds);
    return t(`duration.${unit}`, { whole, rest }).replaceAll(" ", "\u00a0");
  }

  /** @param {LongRun} run */
  function figures({ done, total, rate, remaining, ...run }) {
    const phase = phaseOf({ done, total, rate, remaining, ...run });
    if (phase === "uncounted")
      return t(run.seconds < 1 ? "progress.starting" : "progress.uncounted", {
        elapsed: duration(run.seconds),
      });
    if (phase !== "counting") return t(`progress.${phase}`);
    return t("progress.counting", {
      done: count(done),
      total: count(total),
      rate: count(rough(rate ?? 0)),
      remaining: remaining === null ? "" : duration(remaining),
    });
  }

  /** What is said aloud: the phases, and of the counting each quarter. @param {LongRun} run */
  function tell(run) {
    const share = shareOf(run) ?? 0;
    const quarter = Math.floor(share / HEARD) * HEARD;
    const due = `${run.id} ${phaseOf(run)} ${quarter}`;
    if (due === announced) return;
    announced = due;
    const remaining = run.remaining === null ? "" : duration(run.remaining);
    setText(
      status,
      phaseOf(run) === "counting"
        ? t("progress.announce", { percent: Math.round(share * 100), remaining })
        : figures(run),
    );
  }

  /** @param {State} state */
  function draw({ run, request }) {
    card.hidden = run === null;
    if (!run) {
      setText(status, "");
      announced = "";
      return;
    }
    const share = shareOf(run);
    setText(
      find("#progress-title"),
      request ? t("progress.title", { call: constructorText(request.config) }) : "",
    );
    setText(find("#progress-figures"), figures(run));
    setText(find("#progress-percent"), share === null ? "" : `${Math.floor(share * 100)}%`);
    setAttribute(bar, "aria-valuenow", share === null ? null : String(Math.floor(share * 100)));
    setAttribute(bar, "aria-valuetext", figures(run));
    setAttribute(bar, "data-counted", String(share !== null));
    bar.style.setProperty("--share", String(share ?? 0));
    tell(run);
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (state.run !== previous?.run) draw(state);
    },
  };
}
