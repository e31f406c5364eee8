/**
 * The call that is being looked at, as Python, and the parameters that it makes.
 *
 * @typedef {import("../types.js").TraceRequest} TraceRequest
 */
import { shapeText } from "../base/format.js";
import { signalLines } from "./input-code.js";
import { inputSizes } from "./request.js";

/** @param {unknown} value */
const python = (value) => (value === true ? "True" : value === false ? "False" : String(value));

/** Only what differs from nn.LSTM's defaults; sizes stand in place, as people write them.
 * @param {import("../types.js").Config} config */
function argumentsOf(config) {
  const given = [python(config.input_size), python(config.hidden_size)];
  if (config.num_layers !== 1) given.push(`num_layers=${python(config.num_layers)}`);
  if (!config.bias) given.push("bias=False");
  if (config.batch_first) given.push("batch_first=True");
  if (config.dropout) given.push(`dropout=${python(config.dropout)}`);
  if (config.bidirectional) given.push("bidirectional=True");
  if (config.proj_size) given.push(`proj_size=${python(config.proj_size)}`);
  return given.join(", ");
}

/** `nn.LSTM(2, 4, bias=False)`. @param {import("../types.js").Config} config */
export const constructorText = (config) => `nn.LSTM(${argumentsOf(config)})`;

/** The shape that the call's input has. @param {TraceRequest} request @returns {number[]} */
export function inputShape(request) {
  const { seqLen, batchSize } = inputSizes(request);
  const { config, input } = request;
  if (input.kind === "values" && !Array.isArray(/** @type {any} */ (input.values)?.[0]?.[0]))
    return [seqLen, config.input_size];
  return config.batch_first
    ? [batchSize, seqLen, config.input_size]
    : [seqLen, batchSize, config.input_size];
}

/** Runnable lines of Python that make this very call. @param {TraceRequest} request @returns {string[]} */
export function callLines(request) {
  const { config, weights } = request;
  const lines = ["import torch", "from torch import nn", ""];
  if (weights.kind === "seed") lines.push(`torch.manual_seed(${weights.seed})`);
  const dtype = request.dtype === "float64" ? ", dtype=torch.float64" : "";
  lines.push(`lstm = nn.LSTM(${argumentsOf(config)}${dtype})`);
  if (weights.kind !== "seed") lines.push("lstm.load_state_dict(state_dict)");
  lines.push(request.training ? "lstm.train()" : "lstm.eval()");
  lines.push(...inputLines(request));
  const states = request.h_0 || request.c_0 ? ", (h_0, c_0)" : "";
  if (request.lengths) {
    const batchFirst = config.batch_first ? ", batch_first=True" : "";
    lines.push(
      `packed = nn.utils.rnn.pack_padded_sequence(`,
      `    x, [${request.lengths.join(", ")}]${batchFirst}, enforce_sorted=False)`,
    );
    lines.push(`output, (h_n, c_n) = lstm(packed${states})`);
    return lines;
  }
  lines.push(`output, (h_n, c_n) = lstm(x${states})`);
  return lines;
}

/** @param {TraceRequest} request */
function inputLines(request) {
  const shape = inputShape(request);
  const axes =
    shape.length === 2
      ? "T, input_size"
      : request.config.batch_first
        ? "N, T, input_size"
        : "T, N, input_size";
  const dtype = request.dtype === "float64" ? ", dtype=torch.float64" : "";
  const comment = `# ${shapeText(shape)}: (${axes})`;
  if (request.input.kind === "values") return [comment, `x = torch.tensor(values${dtype})`];
  if (request.input.kind !== "random") return [comment, ...signalLines(request, shape, dtype)];
  return [
    comment,
    `generator = torch.Generator().manual_seed(${request.input.seed})`,
    `x = torch.randn(${shape.join(", ")}, generator=generator${dtype})`,
  ];
}

/** What is in a parameter: its rows by gate, where it has them.
 * @param {import("../types.js").Parameter} parameter */
export function bandsOf(parameter) {
  const rows = parameter.shape[0] ?? 0;
  if (parameter.name.startsWith("weight_hr")) return [];
  const height = rows / 4;
  return /** @type {const} */ (["i", "f", "g", "o"]).map((gate, k) => ({
    gate,
    start: k * height,
    stop: (k + 1) * height,
  }));
}

/** @param {import("../types.js").Parameter[]} parameters */
export const parameterCount = (parameters) =>
  parameters.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
