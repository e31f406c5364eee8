/**
 * A JSON value as source code: JSON and JavaScript, or Python. Whole, or short enough to be looked at.
 *
 * @typedef {{python?: boolean, short?: boolean}} Manner python: True and None for true and null
 */

/** Letters of a line: of what is copied, and of what is shown in a narrow column. */
const WIDTH = { whole: 76, short: 38 };
/** What is shown of a longer list: its first entries, of rows fewer than of numbers. */
const SHOWN = { rows: 2, numbers: 4, letters: 48 };
const MORE = "…";

/** @param {unknown} value */
const isLeaf = (value) => typeof value !== "object" || value === null;

/** The first entries of long lists and texts. @param {any} value @returns {any} */
export function shortened(value) {
  if (typeof value === "string" && value.length > SHOWN.letters)
    return `${value.slice(0, SHOWN.letters)}${MORE}`;
  if (isLeaf(value)) return value;
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry)]));
  const most = value.every(isLeaf) ? SHOWN.numbers : SHOWN.rows;
  const kept = value.slice(0, most).map(shortened);
  return value.length > most + 1 ? [...kept, MORE] : value.map(shortened);
}

/** @param {unknown} value @param {Manner} manner */
function leaf(value, { python = false, short = false }) {
  if (short && value === MORE) return MORE;
  if (python && (value === null || typeof value === "boolean"))
    return value === null ? "None" : value ? "True" : "False";
  return JSON.stringify(value);
}

/** @param {any} value @param {Manner} manner @returns {string} */
function inline(value, manner) {
  if (isLeaf(value)) return leaf(value, manner);
  if (Array.isArray(value)) return `[${value.map((entry) => inline(entry, manner)).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, entry]) => `${JSON.stringify(key)}: ${inline(entry, manner)}`)
    .join(", ")}}`;
}

/** Lists of numbers, as many in a line as fit. @param {string[]} words @param {string} indent @param {number} width */
function filled(words, indent, width) {
  const lines = [""];
  for (const word of words) {
    const line = lines[lines.length - 1] ?? "";
    if (line && indent.length + line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.map((line) => `${indent}${line}`).join("\n");
}

/** @param {any} value @param {Manner} manner @param {string} indent @param {number} before letters in the line that stand before it @returns {string} */
function broken(value, manner, indent, before) {
  const one = inline(value, manner);
  const width = manner.short ? WIDTH.short : WIDTH.whole;
  if (isLeaf(value) || before + one.length <= width) return one;
  const deeper = `${indent}  `;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(([key, entry]) => {
      const head = `${deeper}${JSON.stringify(key)}: `;
      return `${head}${broken(entry, manner, deeper, head.length + 1)}`;
    });
    return `{\n${entries.join(",\n")}\n${indent}}`;
  }
  if (value.every(isLeaf)) {
    const words = value.map(
      (entry, k) => `${leaf(entry, manner)}${k < value.length - 1 ? "," : ""}`,
    );
    return `[\n${filled(words, deeper, width)}\n${indent}]`;
  }
  return `[\n${value.map((entry) => `${deeper}${broken(entry, manner, deeper, deeper.length + 1)}`).join(",\n")}\n${indent}]`;
}

/** Lines of at most some eighty letters, but for long texts. @param {unknown} value @param {Manner} [manner] @returns {string} */
export const literal = (value, manner = {}) =>
  broken(manner.short ? shortened(value) : value, manner, "", 10);
