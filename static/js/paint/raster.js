/** From drawings to files. */

/** A drawing as pixels; larger than browsers can paint is refused. @param {string} svg @param {number} scale pixels to one of the drawing
 * @returns {Promise<HTMLCanvasElement>} */
export async function painted(svg, scale) {
  const image = await loaded(svg);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A drawing that has been read. @param {string} svg @returns {Promise<HTMLImageElement>} */
export async function loaded(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export const png = (canvas) =>
  new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
      "image/png",
    );
  });

/** The widths of texts, as the page's own letters have them. @returns {(text: string, font: string) => number} */
export function createMeasure() {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font) => {
    if (!context) return text.length * 7;
    context.font = font;
    return context.measureText(text).width;
  };
}

/** Hand a file over. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
}

/** The name of a file of a run: what it is of, and if it is of one timestep, of which. @param {import("../types.js").State} state
 * @param {string} what @param {string} ending @param {number | null} timestep */
export const fileName = ({ trace, drawn }, what, ending, timestep) =>
  `${drawn?.preset && !drawn.edited ? drawn.preset : `lstm-${trace?.id.slice(0, 8) ?? ""}`}-${what}${timestep === null ? "" : `-t${timestep}`}.${ending}`;
