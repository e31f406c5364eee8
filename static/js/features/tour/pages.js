/**
 * The pages of the tour. Each is a saved state of the page: what runs, where the cursor stands, which options are on, where
 * to look, and what its one suggestion does. Its words are in the catalogs, under `tour.KEY.title`, `.text` and `.try`.
 *
 * @typedef {import("../../types.js").Cursor} Cursor
 * @typedef {{place: Partial<Cursor>} | {path: string, setting: unknown} | {act: "compare"} | {act: "shape-check", asks: string}} Then
 *   a move of the cursor, one field of the form, or something that the page can do
 * @typedef {{
 *   key: string, preset?: string, request?: Record<string, unknown>, at: Partial<Cursor>, level?: import("../../types.js").Level,
 *   returns?: boolean, look: string, then: Then,
 * }} Page `request` alone is a run, beside a preset what differs from it; `look` is the panel that the page speaks of
 */

const STACK = { input_size: 3, hidden_size: 6, num_layers: 2, bias: false, bidirectional: true };

/** @type {readonly Page[]} */
export const PAGES = [
  {
    key: "keep",
    preset: "recall",
    at: { timestep: 8, unit: 3, quantity: "f" },
    look: ".curves",
    then: { place: { timestep: 11 } },
  },
  {
    key: "one_layer",
    request: {
      config: { input_size: 4, hidden_size: 5 },
      input: { kind: "random", seq_len: 8, batch_size: 1, seed: 0 },
    },
    at: { timestep: 3, unit: 0, quantity: "f" },
    level: "gate",
    look: ".network",
    then: { path: "input.seq_len", setting: 12 },
  },
  {
    key: "half_open",
    preset: "recall",
    request: { weights: { kind: "seed", seed: 0 } },
    at: { timestep: 9, unit: 3, quantity: "f" },
    look: ".maps",
    then: { path: "weights", setting: { kind: "preset", name: "recall" } },
  },
  {
    key: "hidden_and_cell",
    preset: "recall",
    at: { timestep: 8, unit: 3, stage: 4, quantity: "h" },
    look: ".cell",
    then: { place: { timestep: 9 } },
  },
  {
    key: "biases",
    request: { config: { input_size: 3, hidden_size: 4 } },
    at: { timestep: 0, unit: 0, quantity: "f" },
    level: "scalar",
    look: ".products",
    then: { path: "config.bias", setting: false },
  },
  {
    key: "output_and_h_n",
    request: {
      config: { input_size: 3, hidden_size: 6, num_layers: 2 },
      input: { kind: "random", seq_len: 5, batch_size: 1, seed: 0 },
    },
    at: { layer: 1, timestep: 4, stage: 4, quantity: "h" },
    returns: true,
    look: ".network",
    then: { place: { layer: 0 } },
  },
  {
    key: "order_of_h_n",
    preset: "article_bidirectional",
    at: { layer: 1, direction: "reverse", timestep: 4, stage: 4, quantity: "h" },
    returns: true,
    look: ".network",
    then: { place: { timestep: 0 } },
  },
  {
    key: "joined",
    preset: "article_bidirectional",
    at: { layer: 1, timestep: 0, stage: 0, quantity: "i" },
    look: ".network",
    then: { path: "config.bidirectional", setting: false },
  },
  {
    key: "batch_first",
    preset: "article_bidirectional",
    request: { config: { ...STACK, batch_first: true } },
    at: { layer: 1, timestep: 4, stage: 4, quantity: "h" },
    returns: true,
    look: ".returns",
    then: { path: "config.batch_first", setting: false },
  },
  {
    key: "axes",
    request: {
      config: { input_size: 3, hidden_size: 6 },
      input: { kind: "random", seq_len: 4, batch_size: 10, seed: 0 },
    },
    at: { timestep: 1, stage: 1, quantity: "i" },
    look: ".network",
    then: {
      act: "shape-check",
      asks: "doctor=4,10,3&means=NTI&batch_first=0&input_size=3&hidden_size=6",
    },
  },
  {
    key: "padding",
    request: {
      config: { input_size: 3, hidden_size: 6, bidirectional: true },
      input: { kind: "random", seq_len: 6, batch_size: 3, seed: 0 },
      lengths: [6, 4, 2],
    },
    at: { direction: "reverse", timestep: 3, stage: 4, sample: 1, quantity: "h" },
    look: ".comparison",
    then: { act: "compare" },
  },
  {
    key: "dropout",
    request: {
      config: { input_size: 3, hidden_size: 6, num_layers: 2, dropout: 0.5 },
      training: true,
    },
    at: { layer: 1, timestep: 0, stage: 0, quantity: "i" },
    look: ".cell",
    then: { path: "training", setting: false },
  },
];
