/**
 * The lines of Python that make a signal, as app/lstm/signals.py defines it.
 *
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 */

/** @param {number} value */
const python = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** A place in x: some timesteps, of all samples, of one feature or all. @param {TraceRequest} request @param {string} times @param {number | null} feature */
function placeIn({ config }, times, feature) {
  const tail = feature === null ? "" : config.batch_first ? `, ${feature}` : `, :, ${feature}`;
  return config.batch_first ? `x[:, ${times}${tail}]` : `x[${times}${tail}]`;
}

/** @param {TraceRequest} request whose input is a signal @param {readonly number[]} shape @param {string} dtype as an argument, or nothing @returns {string[]} */
export function signalLines(request, shape, dtype) {
  const { input, config } = request;
  const sizes = shape.join(", ");
  const zeros = `x = torch.zeros(${sizes}${dtype})`;
  const waves = (/** @type {string} */ formula, /** @type {number | null} */ feature) => {
    const axes =
      feature === null
        ? config.batch_first
          ? "None, :, None"
          : ":, None, None"
        : config.batch_first
          ? "None, :"
          : ":, None";
    return [
      `t = torch.arange(${lengthOf(request)}, dtype=torch.float64)`,
      `wave = ${formula}`,
      zeros,
      `x[...${feature === null ? "" : `, ${feature}`}] = wave[${axes}]`,
    ];
  };
  switch (input.kind) {
    case "noise": {
      const span = `${python(input.low)} + ${python(input.high - input.low)} * torch.rand(${sizes}, generator=generator${dtype})`;
      return [`generator = torch.Generator().manual_seed(${input.seed})`, `x = ${span}`];
    }
    case "impulse":
      return [
        zeros,
        `${placeIn(request, `${input.at}:${input.at + input.width}`, input.feature)} = ${python(input.amplitude)}`,
      ];
    case "step":
      return [
        zeros,
        `${placeIn(request, `:${input.at}`, input.feature)} = ${python(input.low)}`,
        `${placeIn(request, `${input.at}:`, input.feature)} = ${python(input.high)}`,
      ];
    case "sine":
      return waves(
        `${python(input.amplitude)} * torch.sin(2 * torch.pi * (t / ${python(input.period)} + ${python(input.phase)}))`,
        input.feature,
      );
    case "sawtooth":
      return waves(
        `${python(input.low)} + ${python(input.high - input.low)} * ((t / ${python(input.period)} + ${python(input.phase)}) % 1)`,
        input.feature,
      );
    case "one_hot": {
      const pattern = input.pattern
        ? `torch.tensor([${input.pattern.join(", ")}])`
        : `torch.arange(${config.input_size})`;
      const place = config.batch_first
        ? "x[:, t, pattern[t % len(pattern)]]"
        : "x[t, :, pattern[t % len(pattern)]]";
      return [
        `pattern = ${pattern}`,
        `t = torch.arange(${input.seq_len})`,
        zeros,
        `${place} = ${python(input.amplitude)}`,
      ];
    }
    default:
      return [];
  }
}

/** @param {TraceRequest} request */
const lengthOf = ({ input }) => (input.kind === "values" ? 0 : input.seq_len);
