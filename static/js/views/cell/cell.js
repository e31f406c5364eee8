/** The cell at one timestep: its circuit, every vector as bars, the active stage lit. */

import { vectorsAt } from "../../model/cell-vectors.js";
import { stageLabel, stagesOf } from "../../model/cursor.js";
import { el, find, setAttribute, setText, svg } from "../../base/dom.js";
import { BOX, WIDTH, barsPath, belowOf, circuitPlan } from "../../figures/circuit.js";
import { glance } from "../../base/format.js";
import { covers, litBy, pastIndex, placeAt } from "../../model/places.js";
import { cursorSet, tokensOf } from "../../state/state.js";

/** @typedef {import("../../types.js").State} State */
/** @typedef {{group: SVGGElement, bars: SVGPathElement, chosen: SVGPathElement, pointed: SVGPathElement, below: SVGTSpanElement, value: SVGTextElement, zero: SVGPathElement, area: {x: number, y: number, width: number, height: number}}} Drawn */

const QUANTITY_OF = /** @type {Record<string, import("../../types.js").Quantity>} */ ({
  i: "i",
  f: "f",
  g: "g",
  o: "o",
  c: "c",
  h: "h",
  m: "h",
});

/** @param {import("../../types.js").Context} context */
export function createCell({ store, t, stages: allStages, actions, probes }) {
  const host = find("#circuit");
  const list = find("#stages");
  /** @type {Map<string, Drawn>} */
  const boxes = new Map();
  /** @type {{node: Element, stages: string[]}[]} */
  let wires = [];
  let plan = circuitPlan(false, 1);

  /** @param {State} state */
  function build({ trace }) {
    if (!trace) return;
    const { hidden_size: units, proj_size: projection } = trace.request.config;
    plan = circuitPlan(projection > 0, projection > 0 ? projection / units : 1);
    boxes.clear();
    const links = plan.links.map(({ d, hue, stages }) => ({
      stages,
      node: svg("path", { d, class: `wire q-${hue}` }),
    }));
    const operations = plan.operations.map(({ text, x, y, stages }) => ({
      stages,
      node: operation(text, x, y),
    }));
    wires = [...links, ...operations];
    const drawn = plan.boxes.map((box) => boxOf(box));
    const picture = svg(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${plan.height}`,
        role: "group",
        "aria-labelledby": "cell-title",
        focusable: "false",
      },
      svg(
        "g",
        { "aria-hidden": "true" },
        ...links.map(({ node }) => node),
        ...operations.map(({ node }) => node),
      ),
      ...drawn,
    );
    host.replaceChildren(picture);
    buildStages(trace);
  }

  /** @param {string} text @param {number} x @param {number} y */
  function operation(text, x, y) {
    const wide = text.length > 1 ? 17 : 9;
    return svg(
      "g",
      { class: "operation" },
      svg("rect", { x: x - wide, y: y - 9, width: 2 * wide, height: 18, rx: 9 }),
      svg("text", { x, y: y + 4, "text-anchor": "middle" }, text),
    );
  }

  /** @param {import("../../figures/circuit.js").Box} box */
  function boxOf({ name, letter, x, y, width, filled }) {
    const area = {
      x: x + 2,
      y: y + BOX.label + 2,
      width: filled - 4,
      height: BOX.height - BOX.label - 5,
    };
    const bars = svg("path", { class: "bars" });
    const chosen = svg("path", { class: "bars chosen" });
    const pointed = svg("path", { class: "bars pointed" });
    const zero = svg("path", { class: "zero" });
    const below = svg("tspan", { class: "below", dy: 2 });
    const value = svg("text", {
      class: "value",
      x: x + width - 2.5,
      y: y + 11.5,
      "text-anchor": "end",
    });
    const opens = QUANTITY_OF[name] ? { role: "button", tabindex: 0 } : { "aria-hidden": "true" };
    const group = svg(
      "g",
      { class: `vector q-${letter}`, "data-name": name, ...opens },
      svg("rect", { class: "frame", x, y, width, height: BOX.height, rx: 4 }),
      filled < width
        ? svg("rect", {
            class: "narrow",
            x: x + filled,
            y: y + BOX.label,
            width: width - filled - 1.5,
            height: BOX.height - BOX.label - 1.5,
          })
        : null,
      zero,
      bars,
      chosen,
      pointed,
      svg("text", { class: "letter", x: x + 3, y: y + 11.5 }, letter, below),
      value,
    );
    group.addEventListener("click", (/** @type {MouseEvent} */ event) => pick(name, event, area));
    probes.add(group, (point) => {
      const { trace, cursor } = store.get();
      const vector = trace && vectorsAt(trace, cursor)[name];
      if (!vector) return null;
      const unit = point
        ? unitUnder(point.x, area, vector.values.length)
        : name === "x"
          ? null
          : cursor.unit;
      const anchor = () => group.getBoundingClientRect();
      return {
        hover: placeAt(cursor, name, unit !== null && unit < vector.values.length ? unit : null),
        anchor,
      };
    });
    group.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const quantity = QUANTITY_OF[name];
      if (!quantity || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      actions.level("gate", { quantity });
    });
    boxes.set(name, { group, bars, chosen, pointed, below, value, zero, area });
    return group;
  }

  /** The unit whose bar is under a point, if any. @param {number} x @param {{x: number, width: number}} area @param {number} count */
  function unitUnder(x, area, count) {
    const box = find("svg", host).getBoundingClientRect();
    const unit = Math.floor(((((x - box.left) / box.width) * WIDTH - area.x) / area.width) * count);
    return unit >= 0 && unit < count ? unit : null;
  }

  /** A click on a vector's letter opens the quantity, one on a bar the number that it stands for.
   * @param {string} name @param {MouseEvent} event @param {{x: number, y: number, width: number}} area */
  function pick(name, event, area) {
    const { trace, cursor } = store.get();
    const picture = host.querySelector("svg");
    if (!trace || !picture || name === "x") return;
    const box = picture.getBoundingClientRect();
    const vector = vectorsAt(trace, cursor)[name];
    const unit = unitUnder(event.clientX, area, vector?.values.length ?? 1);
    const hit = unit !== null;
    const quantity = QUANTITY_OF[name];
    if (!quantity) {
      if (hit) store.update(cursorSet({ unit }));
      return;
    }
    const onBars = ((event.clientY - box.top) / box.height) * plan.height >= area.y - 2;
    if (hit && onBars) actions.level("scalar", { unit, quantity });
    else actions.level("gate", { quantity });
  }

  /** @param {import("../../types.js").Trace} trace */
  function buildStages(trace) {
    list.replaceChildren(
      ...stagesOf(allStages, trace.request.config).map((stage, k) =>
        el(
          "li",
          {},
          el(
            "button",
            {
              type: "button",
              "data-stage": k,
              onclick: () => store.update(cursorSet({ stage: k })),
            },
            t(stageLabel(stage)),
          ),
        ),
      ),
    );
  }

  /** @param {State} state */
  function draw(state) {
    const { trace, cursor, granularity } = state;
    if (!trace) return;
    const stages = stagesOf(allStages, trace.request.config);
    const stage = stages[cursor.stage];
    if (!stage) return;
    const written = stages.slice(0, cursor.stage).flatMap(({ writes }) => writes);
    const vectors = vectorsAt(trace, cursor);
    const past = pastIndex(trace, cursor);
    for (const [name, { group, bars, chosen, below, value, zero, area }] of boxes) {
      const vector = vectors[name];
      if (!vector) continue;
      setText(below, belowOf({ name }, past));
      const { values, low, high } = vector;
      const selected = name === "x" ? null : cursor.unit;
      bars.setAttribute("d", barsPath(values, area, low, high));
      chosen.setAttribute(
        "d",
        selected === null ? "" : barsPath(values, area, low, high, selected),
      );
      setAttribute(
        zero,
        "d",
        `M${area.x} ${area.y + (high / (high - low)) * area.height}h${area.width}`,
      );
      const reading =
        selected === null || selected >= values.length ? "" : glance(values[selected] ?? NaN);
      setText(value, reading);
      setAttribute(value, "data-long", String(reading.length > 5));
      const later =
        granularity === "stage" &&
        !["x", "h_prev", "c_prev"].includes(name) &&
        ![...written, ...stage.writes].includes(name);
      if (QUANTITY_OF[name])
        setAttribute(
          group,
          "aria-description",
          reading
            ? t("level.open.value", { letter: name, unit: cursor.unit, value: reading })
            : t("level.open", { letter: name }),
        );
      setAttribute(
        group,
        "data-state",
        stage.writes.includes(name)
          ? "written"
          : stage.reads.includes(name)
            ? "read"
            : later
              ? "later"
              : "done",
      );
    }
    for (const wire of wires)
      setAttribute(wire.node, "data-lit", String(wire.stages.includes(stage.name)));
    for (const button of list.querySelectorAll("button")) {
      setAttribute(
        button,
        "aria-current",
        button.dataset.stage === String(cursor.stage) ? "step" : null,
      );
    }
    const token = tokensOf(state)?.[cursor.timestep];
    setText(
      find("#cell-where"),
      t(token ? "cell.where.token" : "cell.where", {
        layer: cursor.layer,
        direction: t(`direction.${cursor.direction}`),
        timestep: cursor.timestep,
        unit: cursor.unit,
        token: token ?? "",
      }),
    );
  }

  /** What the hover lights, among the vectors of this moment. @param {State} state */
  function light(state) {
    const { trace, cursor } = state;
    const lit = litBy(state);
    if (!trace) return;
    const vectors = lit.length ? vectorsAt(trace, cursor) : {};
    for (const [name, { group, pointed, area }] of boxes) {
      const here = placeAt(cursor, name, null);
      const found = lit.find((place) => covers(place, here));
      group.classList.toggle("lit", found !== undefined);
      group.classList.toggle("lit-self", found?.self === true);
      const vector = found && vectors[name];
      setAttribute(
        pointed,
        "d",
        found && vector && found.unit !== null
          ? barsPath(vector.values, area, vector.low, vector.high, found.unit)
          : "",
      );
    }
  }

  return {
    /** @param {State} state @param {State | null} previous */
    render(state, previous) {
      if (!state.trace) return;
      const { config } = state.trace.request;
      const before = previous?.trace?.request.config;
      if (
        !before ||
        before.proj_size !== config.proj_size ||
        before.hidden_size !== config.hidden_size
      )
        build(state);
      if (
        state.trace !== previous?.trace ||
        state.cursor !== previous.cursor ||
        state.granularity !== previous.granularity ||
        state.preset !== previous.preset
      )
        draw(state);
      if (state.hover !== previous?.hover || (state.hover && state.cursor !== previous.cursor))
        light(state);
    },
  };
}
