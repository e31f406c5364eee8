/** Numbers as the page writes them. */

const MINUS = "\u2212";

/** @param {string} text */
const typographic = (text) => text.replaceAll("-", MINUS);

/** Rounded to so many decimals. No zero has a minus. @param {number} value @param {number} decimals */
const fixed = (value, decimals) => value.toFixed(decimals).replace(/^-(?=[0.]*$)/, "");

/** A value at a glance: three decimals while that says something, else scientific.
 * @param {number | null | undefined} value @param {number} [digits] */
export function short(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : `${MINUS}\u221e`;
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude < 0.5 * 10 ** -digits || magnitude >= 1e5) return scientific(value);
  const decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? Math.max(digits - 2, 0) : digits;
  return typographic(fixed(value, decimals));
}

/** @param {number} value */
function scientific(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return typographic(`${mantissa}e${exponent?.replace("+", "")}`);
}

/** Four decimals, as torch prints a tensor. @param {number} value */
export const printed = (value) => (Number.isNaN(value) ? "nan" : fixed(value, 4));

/** Two decimals, for where there is room for no more. @param {number} value */
export const glance = (value) =>
  value === 0 || !Number.isFinite(value) || Math.abs(value) >= 100
    ? short(value, 2)
    : typographic(fixed(value, 2));

/** Every digit. @param {number} value */
export const exact = (value) => typographic(String(value));

/** A difference: "0", or two digits and an exponent, "1.2e−8": a minus, unlike a hyphen, never ends a line. @param {number} value */
export const difference = (value) => (value === 0 ? "0" : scientific(value));

/** A fraction as a percentage without false precision. @param {number} value */
export const percent = (value) => `${Number((value * 100).toFixed(1))}%`;

/** A shape as torch prints it: (2, 3, 4); one axis keeps its comma. @param {readonly number[]} shape */
export const shapeText = (shape) =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;

/** Thousands apart. @param {number} value */
export const count = (value) => value.toLocaleString("en-US");
