/**
 * A pen that writes SVG: it takes the calls that the page's painters make of a canvas's context, so that one painter serves the
 * page, the frames of an animation and a picture that can be enlarged.
 *
 * @typedef {CanvasRenderingContext2D & {nest: (svg: string, x: number, y: number, width: number, height: number) => void}} Pen
 *   a context, and a way to place a drawing that is SVG already
 * @typedef {{fillStyle: string, strokeStyle: string, lineWidth: number, globalAlpha: number, font: string, textAlign: string, dash: number[], x: number,
 *            y: number, groups: number}} PenStyle
 */

/** @param {string} text */
const escapedXml = (text) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** A number of at most two decimals. @param {number} value */
const n = (value) => String(Math.round(value * 100) / 100);

/** "700 12px sans" as attributes. @param {string} font */
function fontOf(font) {
  const [, weight = "400", size = "12", family = "sans-serif"] =
    /^(?:(\d+|bold) )?([\d.]+)px (.*)$/.exec(font) ?? [];
  return { weight, size: Number(size), family };
}

const ANCHORS = /** @type {Record<string, string>} */ ({
  left: "start",
  start: "start",
  center: "middle",
  right: "end",
  end: "end",
});

/**
 * @param {(text: string, font: string) => number} measure the width of a text
 * @param {string} prefix of the names inside, so that two drawings can stand in one file
 */
export function createSvgPen(measure, prefix) {
  /** @type {string[]} */
  const parts = [];
  /** @type {string[]} */
  const definitions = [];
  /** @type {Map<object, string>} */
  const pictures = new Map();
  /** @type {PenStyle[]} */
  const kept = [];
  /** @type {string[]} */
  let path = [];
  let clips = 0;
  /** @type {PenStyle} */
  let look = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    globalAlpha: 1,
    font: "10px sans-serif",
    textAlign: "left",
    dash: [],
    x: 0,
    y: 0,
    groups: 0,
  };
  const alpha = () => (look.globalAlpha < 1 ? ` opacity="${n(look.globalAlpha)}"` : "");
  const strokes = () =>
    ` stroke="${look.strokeStyle}" stroke-width="${n(look.lineWidth)}"${look.dash.length ? ` stroke-dasharray="${look.dash.join(" ")}"` : ""}${alpha()}`;
  const box = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ width,
    /** @type {number} */ height,
  ) =>
    `x="${n(look.x + x)}" y="${n(look.y + y)}" width="${n(Math.max(0, width))}" height="${n(Math.max(0, height))}"`;
  const to = (/** @type {string} */ letter, /** @type {number} */ x, /** @type {number} */ y) =>
    path.push(`${letter}${n(look.x + x)} ${n(look.y + y)}`);

  /** A bitmap, once, however often it is placed. @param {HTMLCanvasElement} bitmap */
  function definition(bitmap) {
    let id = pictures.get(bitmap);
    if (!id) {
      id = `${prefix}-i${pictures.size}`;
      pictures.set(bitmap, id);
      definitions.push(
        `<image id="${id}" width="${bitmap.width}" height="${bitmap.height}" style="image-rendering:pixelated" xlink:href="${bitmap.toDataURL("image/png")}"/>`,
      );
    }
    return id;
  }

  const pen = {
    get fillStyle() {
      return look.fillStyle;
    },
    set fillStyle(value) {
      look.fillStyle = value;
    },
    get strokeStyle() {
      return look.strokeStyle;
    },
    set strokeStyle(value) {
      look.strokeStyle = value;
    },
    get lineWidth() {
      return look.lineWidth;
    },
    set lineWidth(value) {
      look.lineWidth = value;
    },
    get globalAlpha() {
      return look.globalAlpha;
    },
    set globalAlpha(value) {
      look.globalAlpha = value;
    },
    get font() {
      return look.font;
    },
    set font(value) {
      look.font = value;
    },
    get textAlign() {
      return look.textAlign;
    },
    set textAlign(value) {
      look.textAlign = value;
    },
    save: () => {
      kept.push({ ...look, groups: 0 });
      look = { ...look, groups: 0 };
    },
    restore: () => {
      parts.push("</g>".repeat(look.groups));
      look = kept.pop() ?? look;
    },
    translate: (/** @type {number} */ x, /** @type {number} */ y) => {
      look.x += x;
      look.y += y;
    },
    /** Painters begin with the pixels of a screen, which a drawing has none of. */
    setTransform: () => undefined,
    clearRect: () => undefined,
    setLineDash: (/** @type {number[]} */ dash) => {
      look.dash = dash;
    },
    measureText: (/** @type {string} */ text) => ({ width: measure(text, look.font) }),
    fillRect: (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) => parts.push(`<rect ${box(x, y, width, height)} fill="${look.fillStyle}"${alpha()}/>`),
    strokeRect: (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) => parts.push(`<rect ${box(x, y, width, height)} fill="none"${strokes()}/>`),
    fillText: (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
      const { weight, size, family } = fontOf(look.font);
      if (text === "") return;
      parts.push(
        `<text x="${n(look.x + x)}" y="${n(look.y + y)}" fill="${look.fillStyle}" font-family="${escapedXml(family)}" font-size="${size}"` +
          `${weight === "400" ? "" : ` font-weight="${weight}"`} text-anchor="${ANCHORS[look.textAlign] ?? "start"}" xml:space="preserve"${alpha()}>${escapedXml(text)}</text>`,
      );
    },
    beginPath: () => {
      path = [];
    },
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => to("M", x, y),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => to("L", x, y),
    closePath: () => path.push("Z"),
    rect: (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) => {
      to("M", x, y);
      path.push(`h${n(width)}v${n(height)}h${n(-width)}Z`);
    },
    roundRect: (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
      /** @type {number} */ r,
    ) => {
      const corner = (/** @type {number} */ dx, /** @type {number} */ dy) =>
        `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
      to("M", x + r, y);
      path.push(
        `h${n(width - 2 * r)}${corner(r, r)}v${n(height - 2 * r)}${corner(-r, r)}h${n(2 * r - width)}${corner(-r, -r)}v${n(2 * r - height)}${corner(r, -r)}Z`,
      );
    },
    fill: () => parts.push(`<path d="${path.join("")}" fill="${look.fillStyle}"${alpha()}/>`),
    stroke: () => parts.push(`<path d="${path.join("")}" fill="none"${strokes()}/>`),
    clip: () => {
      const id = `${prefix}-c${clips}`;
      clips += 1;
      definitions.push(`<clipPath id="${id}"><path d="${path.join("")}"/></clipPath>`);
      parts.push(`<g clip-path="url(#${id})">`);
      look.groups += 1;
    },
    /** A bitmap, or a part of it; as a context takes it. @param {HTMLCanvasElement} bitmap @param {number[]} place */
    drawImage(bitmap, ...place) {
      const whole = [0, 0, bitmap.width, bitmap.height];
      const [
        sx = 0,
        sy = 0,
        sw = 0,
        sh = 0,
        x = 0,
        y = 0,
        width = bitmap.width,
        height = bitmap.height,
      ] = place.length > 4 ? place : [...whole, ...place];
      parts.push(
        `<svg ${box(x, y, width, height)} viewBox="${n(sx)} ${n(sy)} ${n(sw)} ${n(sh)}" preserveAspectRatio="none"${alpha()}><use xlink:href="#${definition(bitmap)}"/></svg>`,
      );
    },
    /** Another drawing, whole. @param {string} svg @param {number} x @param {number} y @param {number} width @param {number} height */
    nest: (svg, x, y, width, height) =>
      parts.push(
        svg.replace(/<svg\b[^>]*>/, (tag) => {
          const viewBox =
            /viewBox="[^"]*"/.exec(tag)?.[0] ?? `viewBox="0 0 ${n(width)} ${n(height)}"`;
          return `<svg ${box(x, y, width, height)} ${viewBox} overflow="visible">`;
        }),
      ),
  };
  return {
    pen: /** @type {Pen} */ (/** @type {unknown} */ (pen)),
    /** All that was drawn, as the inside of an SVG. */
    body: () =>
      `${definitions.length ? `<defs>${definitions.join("")}</defs>` : ""}${parts.join("")}`,
  };
}

/** A whole SVG file. @param {string} body @param {{width: number, height: number, title: string, description: string, lang: string}} sheet */
export const svgFile = (body, { width, height, title, description, lang }) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" ` +
  `role="img" lang="${lang}" style="font-variant-numeric:tabular-nums"><title>${escapedXml(title)}</title><desc>${escapedXml(description)}</desc>${body}</svg>`;

/** A path of the commands M, H, V, L, h, v and z on any pen: those that the plans of figures use. @param {CanvasRenderingContext2D} pen @param {string} d */
export function trace(pen, d) {
  let [x, y] = [0, 0];
  pen.beginPath();
  for (const [, letter = "", rest = ""] of d.matchAll(/([MHVLhvz])([^MHVLhvz]*)/g)) {
    const [first = 0, second = 0] = rest.trim().split(/[ ,]+/).map(Number);
    if (letter === "z") {
      pen.closePath();
      continue;
    }
    if (letter === "M" || letter === "L") [x, y] = [first, second];
    else if (letter === "H") x = first;
    else if (letter === "V") y = first;
    else if (letter === "h") x += first;
    else y += first;
    if (letter === "M") pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
}
