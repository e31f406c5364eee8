/** Keys of the page, as a table: what a key press means, with no idea of who carries it out. */

/** @typedef {{action: string, value?: number | string}} Command */

/** @type {Record<string, Command>} */
const COMMANDS = {
  " ": { action: "play" },
  ArrowLeft: { action: "timestep", value: -1 },
  ArrowRight: { action: "timestep", value: 1 },
  "Shift+ArrowLeft": { action: "timestep", value: -10 },
  "Shift+ArrowRight": { action: "timestep", value: 10 },
  "[": { action: "stage", value: -1 },
  "]": { action: "stage", value: 1 },
  ArrowUp: { action: "layer", value: 1 },
  ArrowDown: { action: "layer", value: -1 },
  d: { action: "direction" },
  p: { action: "pin" },
  Home: { action: "first" },
  End: { action: "last" },
  Escape: { action: "up" },
  "?": { action: "help" },
};

const QUANTITY_KEYS = "123456";

/** @param {{key: string, shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event
 * @returns {Command | null} */
export function commandOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const quantity = event.key.length === 1 ? QUANTITY_KEYS.indexOf(event.key) : -1;
  if (quantity >= 0)
    return { action: "quantity", value: /** @type {string} */ ("ifgoch"[quantity]) };
  const shifted =
    event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key;
  return COMMANDS[shifted] ?? COMMANDS[shifted.toLowerCase()] ?? null;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** What each kind of control does with the keyboard by itself. Fields of text are not here: they keep every key.
 * @type {Record<string, (key: string) => boolean>} */
const KEPT = {
  range: (key) => ARROWS.includes(key) || ["Home", "End", "PageUp", "PageDown"].includes(key),
  radio: (key) => ARROWS.includes(key) || key === " ",
  checkbox: (key) => key === " ",
  // A list goes to the option that starts with the letter or digit that is typed.
  SELECT: (key) =>
    ARROWS.includes(key) ||
    ["Home", "End", " ", "Enter"].includes(key) ||
    /^[\p{L}\p{N}]$/u.test(key),
  BUTTON: (key) => key === " ",
  A: (key) => key === " ",
  SUMMARY: (key) => key === " ",
};

/** Whether a key belongs to what has the focus, and not to the page.
 * @param {{tagName: string, type?: string, isContentEditable?: boolean}} target @param {string} key */
export function claims(target, key) {
  const { tagName: tag, type = "text" } = target;
  if (target.isContentEditable || tag === "TEXTAREA") return true;
  if (tag === "INPUT") return KEPT[type]?.(key) ?? true;
  return KEPT[tag]?.(key) ?? false;
}
