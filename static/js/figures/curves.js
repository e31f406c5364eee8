/**
 * One unit over time: its gates as shares of 1 above, its candidate, cell state and hidden state below.
 *
 * @typedef {import("../types.js").Trace} Trace
 * @typedef {import("../types.js").Cell} Cell
 * @typedef {import("../types.js").Quantity} Quantity
 */
import { HUES, INKS } from "../base/palette.js";
import { unitOverTime } from "../base/tensor.js";
import { rangeOf } from "../model/notes.js";
import { axisSuffix, domainsOf, escapedLabel, gridOf, timeTicks } from "./panels.js";

/** @type {readonly (readonly Quantity[])[]} */
export const GROUPS = [
  ["i", "f", "o"],
  ["g", "c", "h"],
];
/** Never colour alone: a dash for each line of a group. */
const DASHES = ["solid", "dash", "dot"];
const LABEL_GAP = 12;

/** @typedef {import("../model/notes.js").SampleRow} SampleRow */

/** Two panels, and below them one for each scale of the annotations that are numbers. @param {number} width @param {number} [annotated] */
export function curveGrid(width, annotated = 0) {
  const columns = width < 520 ? 1 : 2;
  const room = { left: 34, right: 18, heading: 6, below: 20, gap: 44 };
  const own = gridOf(2, columns, width, { ...room, height: 104 });
  if (!annotated) return own;
  const notes = gridOf(annotated, columns, width, { ...room, heading: 16, height: 56 });
  const top = own.height + 2;
  return {
    rects: [...own.rects, ...notes.rects.map((rect) => ({ ...rect, y: rect.y + top }))],
    height: top + notes.height,
  };
}

/** Labels kept apart and below a ceiling: heights in pixels, in their order.
 * @param {number[]} heights @param {number} gap @param {number} ceiling @returns {number[]} */
export function spread(heights, gap, ceiling) {
  const order = heights
    .map((_, k) => k)
    .sort((a, b) => /** @type {number} */ (heights[a]) - /** @type {number} */ (heights[b]));
  const placed = [...heights];
  order.forEach((k, rank) => {
    const below = rank
      ? /** @type {number} */ (placed[/** @type {number} */ (order[rank - 1])]) + gap
      : -Infinity;
    placed[k] = Math.max(/** @type {number} */ (heights[k]), below);
  });
  let top = ceiling;
  for (const k of order.reverse()) {
    placed[k] = Math.min(/** @type {number} */ (placed[k]), top);
    top = /** @type {number} */ (placed[k]) - gap;
  }
  return placed;
}

/** @param {Float32Array | Float64Array} series */
const lastValue = (series) => {
  for (let t = series.length - 1; t >= 0; t -= 1)
    if (!Number.isNaN(series[t])) return { t, value: /** @type {number} */ (series[t]) };
  return { t: 0, value: 0 };
};

/**
 * @param {Trace} trace @param {Cell} cell
 * @param {{unit: number, sample: number, width: number, theme: import("../types.js").Theme, tokens: string[] | null,
 *          pins?: import("../types.js").Place[], notes?: SampleRow[][], kindOf?: (kind: SampleRow["kind"]) => string}} look pins: numbers of this cell, whose
 *   units are drawn too. notes: annotations that are numbers, by the scale that they share
 */
export function curvesFigure(
  trace,
  cell,
  { unit, sample, width, theme, tokens, pins = [], notes = [], kindOf = String },
) {
  const { rects, height } = curveGrid(width, notes.length);
  const ink = INKS[theme];
  /** @type {Record<string, any>} */
  const layout = {
    width,
    height,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    dragmode: false,
    font: { size: 10, color: ink.muted, family: "inherit" },
    hovermode: "x",
    annotations: [],
  };
  const data = GROUPS.flatMap((group, k) => {
    const rect = /** @type {import("./panels.js").Rect} */ (rects[k]);
    const suffix = axisSuffix(k);
    const shown = group.filter((quantity) => unit < (cell[quantity].shape[2] ?? 0));
    const series = shown.map((quantity) =>
      unitOverTime(cell[quantity], unit, sample, [trace.start, trace.stop]),
    );
    const domains = domainsOf(rect, width, height);
    const pinned = pins.filter(
      (pin) =>
        group.some((quantity) => quantity === pin.quantity) &&
        (pin.unit ?? 0) < (cell[/** @type {Quantity} */ (pin.quantity)].shape[2] ?? 0),
    );
    const others = pinned.map((pin) =>
      unitOverTime(cell[/** @type {Quantity} */ (pin.quantity)], pin.unit ?? 0, sample, [
        trace.start,
        trace.stop,
      ]),
    );
    const range = k === 0 ? [-0.03, 1.03] : signedRange([...series, ...others]);
    const axis = {
      gridcolor: ink.faint,
      zeroline: k === 1,
      zerolinecolor: ink.line,
      zerolinewidth: 1,
      ticks: "",
      fixedrange: true,
    };
    layout[`xaxis${suffix}`] = {
      ...axis,
      showgrid: false,
      zeroline: false,
      domain: domains.x,
      anchor: `y${suffix}`,
      range: [trace.start - 0.5, trace.stop - 0.5],
      ...timeTicks(trace, tokens, rect.width),
    };
    layout[`yaxis${suffix}`] = {
      ...axis,
      domain: domains.y,
      anchor: `x${suffix}`,
      range,
      nticks: 5,
    };
    layout.annotations.push(...endLabels(shown, series, trace.start, range, rect, suffix, theme));
    return [
      ...pinned.map((pin, line) => pinnedCurve(pin, others[line], trace.start, suffix, theme)),
      ...shown.map((quantity, line) =>
        curve(quantity, series[line], trace.start, suffix, DASHES[group.indexOf(quantity)], theme),
      ),
    ];
  });
  const annotated = notes.flatMap((rows, k) => {
    const rect = /** @type {import("./panels.js").Rect} */ (rects[GROUPS.length + k]);
    return notesPanel(rows, rect, axisSuffix(GROUPS.length + k), trace, layout, {
      width,
      height,
      theme,
      tokens,
      kindOf,
    });
  });
  return { data: [...data, ...annotated], layout };
}

/** A dash and a mark for each kind of annotation. */
const NOTE_LOOKS = {
  label: { dash: "dot", symbol: "circle", shape: "hv" },
  target: { dash: "solid", symbol: "circle-open", shape: "linear" },
  prediction: { dash: "dash", symbol: "x", shape: "linear" },
};

/** Annotations over time: added to the layout, and given back as lines.
 * @param {SampleRow[]} rows @param {import("./panels.js").Rect} rect @param {string} suffix @param {Trace} trace @param {Record<string, any>} layout
 * @param {{width: number, height: number, theme: import("../types.js").Theme, tokens: string[] | null, kindOf: (kind: SampleRow["kind"]) => string}} look */
function notesPanel(rows, rect, suffix, trace, layout, { width, height, theme, tokens, kindOf }) {
  const ink = INKS[theme];
  const domains = domainsOf(rect, width, height);
  const [low, high] = rangeOf(rows);
  const pad = (high - low) * 0.08;
  layout[`xaxis${suffix}`] = {
    showgrid: false,
    zeroline: false,
    ticks: "",
    fixedrange: true,
    domain: domains.x,
    anchor: `y${suffix}`,
    range: [trace.start - 0.5, trace.stop - 0.5],
    ...timeTicks(trace, tokens, rect.width),
  };
  layout[`yaxis${suffix}`] = {
    gridcolor: ink.faint,
    zeroline: false,
    ticks: "",
    fixedrange: true,
    domain: domains.y,
    anchor: `x${suffix}`,
    range: [low - pad, high + pad],
    nticks: 3,
  };
  const steps = trace.stop - trace.start;
  layout.annotations.push({
    xref: `x${suffix} domain`,
    yref: `y${suffix} domain`,
    x: 0,
    y: 1,
    yshift: 14,
    xanchor: "left",
    showarrow: false,
    font: { size: 10.5, color: ink.muted },
    text: rows.map(({ kind, name }) => `${kindOf(kind)} ${escapedLabel(name)}`).join(" \u00b7 "),
  });
  return rows.map(({ name, kind, values }) => {
    const { dash, symbol, shape } = NOTE_LOOKS[kind];
    const colour =
      kind === "prediction" ? ink.accent : kind === "target" ? ink.text : HUES[theme].x;
    return {
      type: "scatter",
      name,
      x0: trace.start,
      y: Array.from({ length: steps }, (_, k) => {
        const value = values[trace.start + k];
        return typeof value === "number" ? value : null;
      }),
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      mode: steps <= 60 ? "lines+markers" : "lines",
      marker: { size: 5, symbol },
      line: { color: colour, width: 1.25, dash, shape },
      connectgaps: false,
      hoverinfo: "none",
    };
  });
}

/** @param {(Float32Array | Float64Array)[]} series @returns {[number, number]} */
function signedRange(series) {
  let largest = 0;
  for (const values of series)
    for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  const reach = (largest || 1) * 1.08;
  return [-reach, reach];
}

/** @param {Quantity} quantity @param {any} values @param {number} start @param {string} suffix @param {string | undefined} dash @param {import("../types.js").Theme} theme */
function curve(quantity, values, start, suffix, dash, theme) {
  return {
    type: "scatter",
    name: quantity,
    x0: start,
    y: values,
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    mode: values.length <= 24 ? "lines+markers" : "lines",
    marker: { size: 5 },
    line: { color: HUES[theme][quantity], width: 1.75, dash },
    connectgaps: false,
    hoverinfo: "none",
  };
}

/** A pinned unit: a thin line, with a mark and a name at the pinned timestep.
 * @param {import("../types.js").Place} pin @param {any} values @param {number} start @param {string} suffix @param {import("../types.js").Theme} theme */
function pinnedCurve({ quantity, unit, timestep }, values, start, suffix, theme) {
  const colour = HUES[theme][/** @type {Quantity} */ (quantity)];
  const marks = Array.from(values, (_, k) => (start + k === timestep ? 10 : 0));
  return {
    type: "scatter",
    name: `${quantity} ${unit}`,
    x0: start,
    y: values,
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    mode: "lines+markers+text",
    line: { color: colour, width: 1 },
    opacity: 0.75,
    marker: { size: marks, symbol: "diamond", color: colour, opacity: 1 },
    hoverinfo: "skip",
    text: Array.from(values, (_, k) =>
      start + k === timestep ? `<b>${quantity}<sub>${unit}</sub></b>` : "",
    ),
    textposition: "top center",
    textfont: { size: 11, color: colour },
    connectgaps: false,
  };
}

/** The letters at the right end of their lines.
 * @param {readonly Quantity[]} shown @param {(Float32Array | Float64Array)[]} series @param {number} start @param {number[]} range
 * @param {import("./panels.js").Rect} rect @param {string} suffix @param {import("../types.js").Theme} theme */
function endLabels(shown, series, start, [low = 0, high = 1], rect, suffix, theme) {
  const ends = series.map(lastValue);
  const pixels = ends.map(({ value }) => ((value - low) / (high - low)) * rect.height);
  const placed = spread(pixels, LABEL_GAP, rect.height - 2);
  return shown.map((quantity, k) => ({
    xref: `x${suffix}`,
    yref: `y${suffix}`,
    x: start + (ends[k]?.t ?? 0),
    y: ends[k]?.value,
    text: `<b>${quantity}</b>`,
    showarrow: false,
    xanchor: "left",
    xshift: 7,
    yshift: (placed[k] ?? 0) - (pixels[k] ?? 0),
    font: { size: 11, color: HUES[theme][quantity] },
  }));
}
