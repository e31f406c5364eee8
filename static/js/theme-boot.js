/* Runs before the first paint: the reader's own theme, if one was chosen, else the system's. */
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { chosen = null; }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
})();
