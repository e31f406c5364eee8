/**
 * What can be taken away, in the order in which the dialog lists it. A section's module is fetched when it is first looked at:
 * `create(context)` gives the element that is shown, and `render(state)`, called whenever the state changed while it is.
 *
 * @typedef {{element: Element, render: (state: import("../../types.js").State) => void}} Part
 * @typedef {{create: (context: import("../../types.js").Context) => Part}} SectionModule
 * @typedef {{key: string, title: string, load: () => Promise<SectionModule>}} Section
 */

/** @type {readonly Section[]} */
export const SECTIONS = [
  { key: "numbers", title: "export.numbers.title", load: () => import("./numbers.js") },
  { key: "code", title: "export.code.title", load: () => import("./code.js") },
  { key: "figure", title: "export.figure.title", load: () => import("./figure.js") },
  { key: "pictures", title: "pictures.title", load: () => import("./pictures-section.js") },
  {
    key: "animation",
    title: "animation.title",
    load: () => import("./animation-section.js"),
  },
  { key: "standalone", title: "standalone.title", load: () => import("./page-file.js") },
];
