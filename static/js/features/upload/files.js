/** Which room of the page a file is for, by its name alone; what is really in it the server says. */

const WEIGHTS = [
  "safetensors",
  "onnx",
  "keras",
  "h5",
  "hdf5",
  "pt",
  "pth",
  "ckpt",
  "bin",
  "pkl",
  "pickle",
  "gguf",
  "msgpack",
  "zip",
];
const DATA = ["csv", "tsv", "txt", "json", "npy", "npz"];

/** What the picker offers. A pickle may be picked too: the page then says how to convert it. */
export const ACCEPTED = ".safetensors,.onnx,.keras,.h5,.hdf5,.pt,.pth,.ckpt,.bin";

/** @param {string} name @returns {"weights" | "data"} */
export function roomOf(name) {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  return DATA.includes(ending) && !WEIGHTS.includes(ending) ? "data" : "weights";
}

/** The command that converts a pickle, with the file's own name as a shell takes it. @param {string} name */
export function convertCommand(name) {
  const safe =
    /^[\w.@%+=:,/-]+$/.test(name) && !name.startsWith("-")
      ? name
      : `'${name.replaceAll("'", "'\\''")}'`;
  return `lstm-lens convert ${safe}`;
}

/** A prefix as people read it: without the dot at its end. @param {string} prefix */
export const prefixName = (prefix) => prefix.replace(/[./]$/, "");
