/**
 * The ranked products as bars, each beside the row of the list that says what it is: a figure in the list's own pixels.
 *
 * @typedef {import("../model/products.js").Term} Term
 */
import { INKS, SIGNS } from "../base/palette.js";

const THICKNESS = 10;

/** @param {Pick<Term, "product">[]} terms @param {number[]} middles of their rows, from the top of the list
 * @param {{width: number, height: number, reach: number, theme: import("../types.js").Theme}} look reach: the largest
 *   magnitude, which takes half of the width */
export function productsFigure(terms, middles, { width, height, reach, theme }) {
  const axis = {
    showgrid: false,
    zeroline: false,
    showticklabels: false,
    ticks: "",
    fixedrange: true,
  };
  const ink = INKS[theme];
  return {
    data: [
      {
        type: "bar",
        orientation: "h",
        x: terms.map(({ product }) => product),
        y: middles,
        width: THICKNESS,
        marker: {
          color: terms.map(({ product }) => (product < 0 ? SIGNS.negative : SIGNS.positive)),
          line: { width: 0 },
        },
        hoverinfo: "none",
      },
    ],
    layout: {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      uirevision: "products",
      xaxis: {
        ...axis,
        range: [-reach, reach],
        zeroline: true,
        zerolinecolor: ink.line,
        zerolinewidth: 1,
      },
      yaxis: { ...axis, range: [height, 0] },
    },
  };
}
