/**
 * The equation of a stage, first in letters, then with this moment's numbers; as a tree that a view turns to MathML.
 * Every number is one that the server computed.
 *
 * @typedef {import("../types.js").Explanation} Explanation
 * @typedef {import("../types.js").Gate} Gate
 * @typedef {import("../base/dom.js").MathTree} Tree
 */
import { short } from "../base/format.js";

/** @type {readonly Gate[]} */
const GATES = ["i", "f", "g", "o"];
const SHOWN = 2;

/** @param {string} name @param {string} [hue] @returns {Tree} */
const letter = (name, hue = name) => [`mi.${hue}`, name];
/** @param {string} text @returns {Tree} */
const operator = (text) => [text === "(" || text === ")" ? "mo.paren" : "mo", text];
/** @param {string | undefined} hue @param {string | undefined} name */
const numberTag = (hue, name) => `${hue ? `mn.${hue}` : "mn"}${name ? `#${name}` : ""}`;
/** @param {number | null | undefined} value @param {string} [hue] @param {string} [name] @returns {Tree} */
const number = (value, hue, name) => {
  const text = short(value);
  const token = /** @type {Tree} */ ([numberTag(hue, name), text]);
  return text.startsWith("\u2212") ? ["mrow", operator("("), token, operator(")")] : token;
};
/** @param {number | null | undefined} value @param {string} [hue] @param {string} [name] @returns {Tree} A number that nothing multiplies. */
const bare = (value, hue, name) => [numberTag(hue, name), short(value)];
/** @param {string} name @param {string | Tree} below @param {string} [hue] @returns {Tree} */
const indexed = (name, below, hue = name) => [
  "msub",
  letter(name, hue),
  typeof below === "string" ? ["mi", below] : below,
];
/** @param {string} past "t\u22121", "t+1" or "0" @returns {Tree} */
const previous = (past) =>
  past === "0"
    ? ["mn", "0"]
    : ["mrow", ["mi", "t"], operator(past.slice(1, 2)), ["mn", past.slice(2)]];
/** @param {Tree[]} parts @returns {Tree} */
const row = (...parts) => ["mrow", ...parts];
/** @param {string} name @param {Tree} inner @returns {Tree} */
const applied = (name, inner) =>
  row(["mi.fn", name], operator("\u2061"), operator("("), inner, operator(")"));
/** @param {"sigmoid" | "tanh"} activation */
const activationName = (activation) => (activation === "sigmoid" ? "\u03c3" : "tanh");
/** @param {string} below @returns {Tree} */
const weight = (below) => ["msub", ["mi.w", "W"], ["mtext", below]];
/** @param {string} below @returns {Tree} */
const bias = (below) => ["msub", ["mi.w", "b"], ["mtext", below]];

/** The stage in letters. @param {string} stage
 * @param {{projected: boolean, biased: boolean, past: string}} cell past: what stands below the state before @returns {Tree[]} */
export function symbolic(stage, { projected, biased, past }) {
  const added = (/** @type {string} */ name) => (biased ? [operator("+"), bias(name)] : []);
  switch (stage) {
    case "affine_x":
      return [
        row(indexed("z", "x", "z"), operator("="), weight("ih"), indexed("x", "t"), ...added("ih")),
      ];
    case "affine_h":
      return [
        row(
          indexed("z", "h", "z"),
          operator("="),
          weight("hh"),
          indexed("h", previous(past)),
          ...added("hh"),
        ),
      ];
    case "gates":
      return GATES.map((gate) =>
        row(
          indexed(gate, "t"),
          operator("="),
          applied(gate === "g" ? "tanh" : "\u03c3", row(indexed("z", gate, "z"))),
        ),
      );
    case "cell_state":
      return [
        row(
          indexed("c", "t"),
          operator("="),
          indexed("f", "t"),
          operator("\u2299"),
          indexed("c", previous(past)),
          operator("+"),
          indexed("i", "t"),
          operator("\u2299"),
          indexed("g", "t"),
        ),
      ];
    case "hidden_state":
      return [
        row(
          indexed(projected ? "m" : "h", "t"),
          operator("="),
          indexed("o", "t"),
          operator("\u2299"),
          applied("tanh", indexed("c", "t")),
        ),
      ];
    default:
      return [row(indexed("h", "t"), operator("="), weight("hr"), indexed("m", "t"))];
  }
}

/** The stage with the numbers of the explained unit; one tree a line.
 * @param {string} stage @param {Explanation} opened @param {Gate} gate @param {boolean} biased @returns {Tree[]} */
export function numeric(stage, opened, gate, biased) {
  switch (stage) {
    case "affine_x":
      return affine("x", opened, gate, biased);
    case "affine_h":
      return [...affine("h", opened, gate, biased), summed(opened, gate)];
    case "gates":
      return GATES.map((name) => activated(opened, name));
    case "cell_state":
      return cellState(opened);
    case "hidden_state":
      return hiddenState(opened);
    default:
      return projectionLines(opened);
  }
}

/** What x or h adds to the pre-activation of a gate. @param {"x" | "h"} source @param {Gate} gate @returns {Tree} */
const share = (source, gate) =>
  indexed("z", row(["mi", source], operator(","), [`mi.${gate}`, gate]), "z");

/** @param {"x" | "h"} source @param {Explanation} opened @param {Gate} gate @param {boolean} biased @returns {Tree[]} */
function affine(source, opened, gate, biased) {
  const { products, bias_ih: biasX, bias_hh: biasH, z_x: ofX, z_h: ofH } = opened.gates[gate];
  const terms = sumOf(
    products.filter((product) => product.source === source),
    source,
  );
  const name = share(source, gate);
  const lines = [row(name, operator("="), ...terms)];
  if (biased)
    lines.push(
      row(
        ["mphantom", name],
        operator("+"),
        number(source === "x" ? biasX : biasH, "w", source === "x" ? "b_ih" : "b_hh"),
      ),
    );
  lines.push(row(["mphantom", name], operator("="), bare(source === "x" ? ofX : ofH)));
  return lines;
}

/** The largest products written out, the rest as dots.
 * @param {import("../types.js").Product[]} products @param {string} hue @returns {Tree[]} */
function sumOf(products, hue) {
  const largest = [...products]
    .sort((a, b) => Math.abs(b.product) - Math.abs(a.product))
    .slice(0, SHOWN);
  const [matrix, operand] =
    /** @type {Record<string, string[]>} */ ({
      x: ["w_ih", "x"],
      h: ["w_hh", "h_prev"],
      m: ["w_hr", "m"],
    })[hue] ?? [];
  const terms = largest.flatMap(({ weight: factor, value, index }, k) => [
    ...(k ? [operator("+")] : []),
    number(factor, "w", `${matrix}.${index}`),
    operator("\u00b7"),
    number(value, hue, `${operand}.${index}`),
  ]);
  if (products.length > SHOWN) terms.push(operator("+"), operator("\u22ef"));
  return terms;
}

/** @param {Explanation} opened @param {Gate} gate @returns {Tree} */
const summed = (opened, gate) =>
  row(
    indexed("z", gate, "z"),
    operator("="),
    share("x", gate),
    operator("+"),
    share("h", gate),
    operator("="),
    bare(opened.gates[gate].pre_activation, gate, `z_${gate}`),
  );

/** @param {Explanation} opened @param {Gate} gate @returns {Tree} */
function activated(opened, gate) {
  const { activation, pre_activation: sum, value } = opened.gates[gate];
  return row(
    indexed(gate, "t"),
    operator("="),
    applied(activationName(activation), bare(sum, undefined, `z_${gate}`)),
    operator("="),
    bare(value, gate, gate),
  );
}

/** @param {Explanation} opened @returns {Tree[]} */
function cellState({ gates, c_prev: before, forget_term: kept, input_term: added, c }) {
  return [
    row(
      indexed("c", "t"),
      operator("="),
      number(gates.f.value, "f", "f"),
      operator("\u00b7"),
      number(before, "c", "c_prev"),
      operator("+"),
      number(gates.i.value, "i", "i"),
      operator("\u00b7"),
      number(gates.g.value, "g", "g"),
    ),
    row(["mphantom", indexed("c", "t")], operator("="), number(kept), operator("+"), number(added)),
    row(["mphantom", indexed("c", "t")], operator("="), bare(c, "c", "c")),
  ];
}

/** @param {Explanation} opened @returns {Tree[]} */
function hiddenState(opened) {
  const name = opened.m === undefined ? "h" : "m";
  return [
    row(
      indexed(name, "t"),
      operator("="),
      number(opened.gates.o.value, "o", "o"),
      operator("\u00b7"),
      applied("tanh", bare(opened.c, "c", "c")),
    ),
    row(
      ["mphantom", indexed(name, "t")],
      operator("="),
      number(opened.gates.o.value, "o", "o"),
      operator("\u00b7"),
      number(opened.tanh_c),
    ),
    row(["mphantom", indexed(name, "t")], operator("="), bare(opened.m ?? opened.h, name, name)),
  ];
}

/** @param {Explanation} opened @returns {Tree[]} */
function projectionLines(opened) {
  if (opened.h === null) return [];
  return [
    row(indexed("h", "t"), operator("="), ...sumOf(opened.projection ?? [], "m")),
    row(["mphantom", indexed("h", "t")], operator("="), bare(opened.h, "h", "h")),
  ];
}
