/** One line at the foot of the page that goes by itself, once it can have been read; not while it is pointed at or in focus. */

import { find } from "../../base/dom.js";
import { readingTime } from "../../base/reading-time.js";

/** @returns {(text: string) => void} an empty text takes back what is shown */
export function createToast() {
  const node = find("#toast");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function hide() {
    clearTimeout(timer);
    node.classList.remove("shown");
    node.removeAttribute("tabindex");
  }
  /** Whether the reader is at it. */
  const isHeld = () => node.matches(":hover, :focus");
  function wait() {
    clearTimeout(timer);
    if (!isHeld()) timer = setTimeout(hide, readingTime(node.textContent ?? ""));
  }

  for (const kind of ["pointerenter", "focus"])
    node.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "blur"]) node.addEventListener(kind, wait);
  node.addEventListener("click", hide);

  return (text) => {
    if (!text) {
      hide();
      return;
    }
    node.textContent = text;
    node.classList.add("shown");
    // Who walks by keyboard can stop at it; nothing is left to stop at once it has gone.
    node.tabIndex = 0;
    wait();
  };
}
