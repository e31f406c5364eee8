/** The few lines of DOM that every view needs. Text goes in as text, never as markup. */

/**
 * @typedef {Node | string | null} Child
 * @typedef {string | [string, ...any[]]} MathTree a token's text, or [tag, ...children]; a tag may carry a letter as "mi.f", for its
 *   colour, and the name of the number that it shows as "mn.f#c_prev"
 */

/** @param {Element} node @param {Record<string, unknown>} attributes */
function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else if (name.startsWith("on"))
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {string | null} space */
const maker =
  (space) =>
  /** @param {string} tag @param {Record<string, unknown>} [attributes] @param {Child[]} children @returns {any} */
  (tag, attributes = {}, ...children) => {
    const node = space ? document.createElementNS(space, tag) : document.createElement(tag);
    setAll(node, attributes);
    for (const child of children) if (child !== null) node.append(child);
    return node;
  };

export const el = maker(null);
export const svg = maker("http://www.w3.org/2000/svg");

const MATH = "http://www.w3.org/1998/Math/MathML";

/** A MathML element of a tree: "mi.f" is an <mi class="q-f">, "mn.f#c_prev" also says which number.
 * @param {MathTree} tree @returns {Node} */
export function mathOf(tree) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [kind, ...children] = tree;
  const [look = "mrow", name] = kind.split("#");
  const [tag = "mrow", hue] = look.split(".");
  const node = document.createElementNS(MATH, tag);
  if (hue) node.setAttribute("class", `q-${hue}`);
  if (name) node.setAttribute("data-name", name);
  if (hue === "paren") node.setAttribute("stretchy", "false");
  node.append(...children.map(mathOf));
  return node;
}

/** @template {Element} [T=HTMLElement] @param {string} selector @param {ParentNode} [root] @returns {T} */
export function find(selector, root = document) {
  const node = root.querySelector(selector);
  if (!node) throw new Error(`the page has no ${selector}`);
  return /** @type {T} */ (/** @type {unknown} */ (node));
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export const findAll = (selector, root = document) =>
  [...root.querySelectorAll(selector)].map((node) => /** @type {HTMLElement} */ (node));

/** Write text only where it differs, so that nothing is announced or laid out twice.
 * @param {Element} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string | null} value */
export function setAttribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Whether a text could be put on the clipboard: browsers keep it from pages that come over plain http from elsewhere.
 * @param {string} text */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
