/** A trace made of counting numbers, so that every slice of it can be told from every other. */

import { reachOf, scalesOf } from "../../static/js/figures/map-scales.js";
import { mapsFigure, recordedGrids } from "../../static/js/figures/maps.js";
import { PLAIN_VIEW, sightOf } from "../../static/js/model/map-view.js";
import { arrangementOf } from "../../static/js/model/unit-order.js";

/** @typedef {import("../../static/js/types.js").Tensor} Tensor */

/** @param {number[]} shape @param {number} [first] @returns {Tensor} */
export function counting(shape, first = 0) {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, k) => first + k) };
}

/** @param {Partial<import("../../static/js/types.js").Config>} [given]
 * @param {{seqLen?: number, batchSize?: number, lengths?: number[], unbatched?: boolean}} [sizes]
 * @returns {import("../../static/js/types.js").Trace} */
export function traceOf(
  given = {},
  { seqLen = 3, batchSize = 2, lengths, unbatched = false } = {},
) {
  const config = {
    input_size: 2,
    hidden_size: 4,
    num_layers: 1,
    bias: true,
    batch_first: false,
    dropout: 0,
    bidirectional: false,
    proj_size: 0,
    ...given,
  };
  const directions = /** @type {import("../../static/js/types.js").Direction[]} */ (
    config.bidirectional ? ["forward", "reverse"] : ["forward"]
  );
  const size = config.proj_size || config.hidden_size;
  const of = (/** @type {number} */ width) => counting([seqLen, batchSize, width]);
  const cells = Array.from({ length: config.num_layers }, (_, layer) =>
    directions.map((direction) => ({
      layer,
      direction,
      i: of(config.hidden_size),
      f: of(config.hidden_size),
      g: of(config.hidden_size),
      o: of(config.hidden_size),
      c: of(config.hidden_size),
      h: of(size),
      ...(config.proj_size ? { m: of(config.hidden_size) } : {}),
    })),
  ).flat();
  const lead = unbatched
    ? [seqLen]
    : config.batch_first
      ? [batchSize, seqLen]
      : [seqLen, batchSize];
  const rows = unbatched ? [cells.length] : [cells.length, batchSize];
  return {
    id: "t",
    cells,
    input: counting([seqLen, batchSize, config.input_size]),
    parameters: [],
    masks: {},
    nonfinite: 0,
    output: counting([...lead, directions.length * size]),
    h_n: counting([...rows, size]),
    c_n: counting([...rows, config.hidden_size]),
    parity: {
      reference: "torch.nn.LSTM",
      max_abs_difference: 0,
      bit_equal: true,
      tolerance: 1e-6,
      ok: true,
    },
    request: {
      config,
      dtype: "float32",
      weights: { kind: "seed", seed: 0 },
      input: { kind: "random", seq_len: seqLen, batch_size: batchSize, seed: 0 },
      lengths: lengths ?? null,
      h_0: null,
      c_0: null,
      training: false,
      dropout_seed: 0,
    },
    seqLen,
    batchSize,
    directions,
    unbatched,
    lengths: lengths ?? Array.from({ length: batchSize }, () => seqLen),
    start: 0,
    stop: seqLen,
    windowSize: seqLen,
  };
}

/** The maps of a trace's first cell, with what they were drawn from.
 * @param {import("../../static/js/types.js").Trace} trace @param {{sample: number, width: number, theme: import("../../static/js/types.js").Theme, tokens: string[] | null}} look
 * @param {Partial<import("../../static/js/model/map-view.js").MapView>} [view] @param {import("../../static/js/model/unit-order.js").Arrangement} [arrangement] */
export function mapsOf(
  trace,
  look,
  view = {},
  arrangement = arrangementOf("index", null, trace.request.config.hidden_size),
) {
  const cell = /** @type {import("../../static/js/types.js").Cell} */ (trace.cells[0]);
  const maps = { ...PLAIN_VIEW, ...view };
  const grids = recordedGrids(trace, cell, look.sample, arrangement);
  const sight = sightOf(maps, trace);
  const scales = scalesOf(maps.colours, reachOf(cell, look.sample), grids, sight);
  const zoomed = { time: maps.time !== null, rows: maps.rows !== null };
  return {
    ...mapsFigure({ grids, scales, units: arrangement.units, sight, zoomed }, look),
    grids,
    scales,
  };
}
