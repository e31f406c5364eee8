/** The formats of numbers: their names, about how large they are, and the lines that open them. */

/** @type {readonly string[]} */
export const FORMATS = ["npz", "csv", "parquet", "json", "safetensors"];

/** @param {string} kind */
export const isTable = (kind) => kind === "csv" || kind === "parquet";

/** The name that the server gives the file. @param {string} id @param {string} kind @param {string} layout */
export const traceFileName = (id, kind, layout) =>
  `trace-${id.slice(0, 8)}${isTable(kind) ? `-${layout}` : ""}.${kind}`;

/** Bytes of one number: of text, as many as its digits and what stands before it. @type {Record<string, {float32: number, float64: number}>} */
const BYTES = {
  npz: { float32: 4, float64: 8 },
  safetensors: { float32: 4, float64: 8 },
  parquet: { float32: 4.5, float64: 8.5 },
  json: { float32: 12, float64: 20 },
  "csv-wide": { float32: 12, float64: 20 },
  "csv-long": { float32: 31, float64: 39 },
};

/** About how large a file of so many numbers is. @param {string} kind @param {string} layout @param {number} numbers
 * @param {"float32" | "float64"} dtype */
export function fileSize(kind, layout, numbers, dtype) {
  const bytes =
    numbers * (BYTES[kind] ?? BYTES[`${kind}-${layout}`] ?? { float32: 4, float64: 8 })[dtype];
  const [unit, by] = bytes >= 1e9 ? ["GB", 1e9] : bytes >= 1e6 ? ["MB", 1e6] : ["kB", 1e3];
  const scaled = bytes / Number(by);
  return `${scaled >= 10 ? Math.round(scaled) : Math.max(0.1, scaled).toFixed(1)} ${unit}`;
}

/** Python that opens the file and finds one quantity in it. @param {string} kind @param {string} layout @param {string} name
 * @param {{layer: number, direction: string}} place */
export function linesOf(kind, layout, name, { layer, direction }) {
  const f = `cells.${layer}.${direction}.f`;
  if (kind === "npz")
    return `import numpy as np\n\ntrace = np.load("${name}")\nf = trace["${f}"]  # (timesteps, samples, units)\n`;
  if (kind === "safetensors")
    return `from safetensors.torch import load_file\n\ntrace = load_file("${name}")\nf = trace["${f}"]  # (timesteps, samples, units)\n`;
  if (kind === "json") {
    const found = `next(c["f"] for c in trace["cells"] if (c["layer"], c["direction"]) == (${layer}, "${direction}"))`;
    return `import json\nfrom pathlib import Path\n\ntrace = json.loads(Path("${name}").read_text())\nf = ${found}\n`;
  }
  const read = `import pandas as pd\n\ntrace = pd.read_${kind}("${name}")\n`;
  if (layout === "wide")
    return `${read}f = trace.filter(regex=r"^${layer}\\.${direction}\\.f\\.")  # a column for each unit\n`;
  return `${read}f = trace.query("layer == ${layer} and direction == '${direction}' and quantity == 'f'")\n`;
}
