/** What the colours of the maps stand for: a bar for each scale, with the numbers at its ends and its zero. */

import { el } from "../../base/dom.js";
import { legendOf } from "../../figures/map-scales.js";
import { short } from "../../base/format.js";
import { DIVERGING, SEQUENTIAL, gradient } from "../../base/palette.js";

/** @param {HTMLElement} host @param {import("../../figures/map-scales.js").Scales} scales @param {import("../../types.js").Theme} theme */
export function drawLegend(host, scales, theme) {
  host.replaceChildren(
    ...legendOf(scales).map(({ letters, range: [low, high], signed }) =>
      el(
        "li",
        {},
        el(
          "span",
          { class: "scale-letters" },
          ...letters.map((letter) => el("b", { class: `q-${letter}` }, letter)),
        ),
        el(
          "span",
          { class: "scale" },
          el("span", {
            class: "scale-bar",
            style: `background:${gradient((signed ? DIVERGING : SEQUENTIAL)[theme])}`,
          }),
          el(
            "span",
            { class: "scale-ends" },
            ...(signed ? [low, 0, high] : [low, high]).map((end) => el("span", {}, short(end, 2))),
          ),
        ),
      ),
    ),
  );
}
