/* Runs before the first paint: the reader's own theme, if one was chosen, else the system's. */
(() => {
  let chosen;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // storage is refused: as if nothing was chosen
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme =
    chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
})();
