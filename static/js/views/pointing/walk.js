/**
 * Numbers that are walked by arrow keys. A group of them is one stop of the Tab key, at the number where the walk was last;
 * each number that gets the focus says what it is, as it does when pointed at, and Enter pins it.
 */
import { clamp } from "../../model/cursor.js";
import { pinToggled, pinnable } from "../../state/pins.js";

/** Rows and columns that a key goes on by. @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** @param {Element} host holds the numbers @param {() => Element[][]} rowsOf the numbers as they stand, row by row
 * @param {Pick<import("../../types.js").Context, "store" | "probes">} context */
export function createWalk(host, rowsOf, { store, probes }) {
  let place = { row: 0, column: 0 };
  /** The number that Tab goes to. @type {Element | null} */
  let stop = null;

  /** @param {number} row @param {number} column */
  function stopAt(row, column) {
    const rows = rowsOf().filter((numbers) => numbers.length);
    const numbers = rows[clamp(row, 0, Math.max(0, rows.length - 1))] ?? [];
    stop?.removeAttribute("tabindex");
    stop = numbers[clamp(column, 0, numbers.length - 1)] ?? null;
    stop?.setAttribute("tabindex", "0");
    place = {
      row: Math.max(0, rows.indexOf(numbers)),
      column: Math.max(0, stop ? numbers.indexOf(stop) : 0),
    };
  }

  function focus() {
    if (stop instanceof HTMLElement || stop instanceof MathMLElement) stop.focus();
  }

  host.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = /** @type {KeyboardEvent} */ (event);
    if (event.target !== stop || shiftKey || ctrlKey || altKey || metaKey) return;
    const move = MOVES[key];
    if (move) {
      stopAt(place.row + move[0], place.column + move[1]);
      focus();
    } else if (key === "Enter") pin();
    else return;
    event.preventDefault();
  });

  function pin() {
    const hover = probes.at(stop, null)?.hover;
    const number = hover && pinnable({ ...store.get(), hover });
    if (number) store.update(pinToggled(number));
  }

  return {
    /** Draws the numbers anew; the walk, and the focus if it is here, stay where they were. @param {() => void} draw */
    redraw(draw) {
      const held = stop !== null && stop === document.activeElement;
      draw();
      stopAt(place.row, place.column);
      if (held) focus();
    },
  };
}
