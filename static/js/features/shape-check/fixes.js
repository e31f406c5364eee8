/**
 * How to mend a call: lines of Python to copy, and the question that they lead to, which is one that fits.
 *
 * @typedef {import("../../types.js").ShapeQuestion} Question
 * @typedef {"flag" | "tensor" | "input_size" | "both" | "state" | "lengths" | "projection"} FixKind what is changed
 * @typedef {{kind: FixKind, lines: string[], question: Question}} Fix
 */
import { constructorText } from "../../model/call.js";
import { diagnose, layoutOf, meaningOf } from "./diagnosis.js";

/** @param {Question} question */
export const constructorOf = (question) =>
  `lstm = ${constructorText({ ...question, bias: true, dropout: 0 })}`;

/** @param {readonly number[]} shape */
const tuple = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);

/** @param {string} call what is done to x @param {number[]} shape @param {string} layout */
const line = (call, shape, layout) =>
  `x = x${call}  # ${tuple(shape)}${layout ? `: ${[...layout].join(", ")}` : ""}`;

/** The axes brought into an order: the call that does it, "" if they are. @param {string} from @param {string} to */
function reordered(from, to) {
  const places = [...to].map((letter) => from.indexOf(letter));
  const moved = places.flatMap((place, axis) => (place === axis ? [] : [axis]));
  if (!moved.length) return "";
  return moved.length === 2 ? `.transpose(${moved.join(", ")})` : `.permute(${places.join(", ")})`;
}

/** x as torch wants it, from what its axes mean: a lacking axis is put in, the rest brought into order.
 * @param {Question} question @param {string} means @returns {{call: string, shape: number[], layout: string}} */
function arranged({ shape, batch_first: batchFirst }, means) {
  const layout = means.includes("N") ? layoutOf(3, batchFirst) : "TI";
  const widened = means.includes("I") ? means : `${means}I`;
  const sizes = means.includes("I") ? shape : [...shape, 1];
  const without = [...layout].filter((letter) => widened.includes(letter)).join("");
  const time = layout.indexOf("T");
  const call = `${means.includes("I") ? "" : ".unsqueeze(-1)"}${reordered(widened, without)}${widened.includes("T") ? "" : `.unsqueeze(${time})`}`;
  return {
    call,
    layout,
    shape: [...layout].map((letter) =>
      widened.includes(letter) ? (sizes[widened.indexOf(letter)] ?? 1) : 1,
    ),
  };
}

/** A tensor whose axes mean something to who asks. @param {Question} question @param {string} means @returns {Fix[]} */
function meant(question, means) {
  /** @type {Fix[]} */
  const fixes = [];
  for (const batchFirst of means.length === 3
    ? [!question.batch_first, question.batch_first]
    : [question.batch_first]) {
    const turned = { ...question, batch_first: batchFirst };
    const { call, shape, layout } = arranged(turned, means);
    // The flag is worth turning only where it spares the tensor.
    if (batchFirst !== question.batch_first && call) continue;
    const width = shape.at(-1) || question.input_size;
    const built = batchFirst !== question.batch_first || width !== question.input_size;
    const mended = { ...turned, shape, means: layout, input_size: width };
    const lines = [
      ...(built ? [constructorOf(mended)] : []),
      ...(call ? [line(call, shape, layout)] : []),
    ];
    const kind = !built
      ? "tensor"
      : call
        ? "both"
        : batchFirst !== question.batch_first
          ? "flag"
          : "input_size";
    if (lines.length) fixes.push({ kind, lines, question: mended });
  }
  return fixes;
}

/** Nothing is said of the axes: what would run, by their sizes. @param {Question} question @returns {Fix[]} */
function unmeant(question) {
  const { shape, input_size: width } = question;
  const rank = shape.length;
  const last = shape.at(-1) ?? 0;
  /** @param {string} call @param {number[]} sizes @returns {Fix} */
  const shaped = (call, sizes) => {
    const features = sizes.at(-1) || width;
    const mended = { ...question, shape: sizes, means: "", input_size: features };
    const built = features === width ? [] : [constructorOf(mended)];
    return {
      kind: built.length ? "both" : "tensor",
      lines: [...built, line(call, sizes, "")],
      question: mended,
    };
  };
  if (rank === 0) return [];
  if (rank === 1)
    return [
      ...(last === width ? [shaped(".unsqueeze(0)", [1, last])] : []),
      shaped(".unsqueeze(-1)", [last, 1]),
    ];
  if (rank > 3)
    return [
      shaped(".flatten(2)", [
        ...shape.slice(0, 2),
        shape.slice(2).reduce((product, size) => product * size, 1),
      ]),
    ];
  if (last === width) return [];
  const axis = shape.indexOf(width);
  const swapped = shape.map((size, k) => (k === axis ? last : k === rank - 1 ? width : size));
  return [
    ...(axis >= 0 ? [shaped(`.transpose(${axis}, -1)`, swapped)] : []),
    ...(rank === 2 && width === 1 ? [shaped(".unsqueeze(-1)", [...shape, 1])] : []),
    ...(last
      ? [
          {
            kind: /** @type {const} */ ("input_size"),
            lines: [constructorOf({ ...question, input_size: last })],
            question: { ...question, input_size: last },
          },
        ]
      : []),
  ];
}

/** A state of another shape: turned where it is the same numbers, else zeros. @param {Question} question @returns {Fix | null} */
function stated(question) {
  const { states, fault } = diagnose({ ...question, lengths: null });
  const given = question.h_0;
  if (!given || !states || (fault?.reason !== "state_rank" && fault?.reason !== "state_shape"))
    return null;
  const wanted = states.h_0;
  const is = (/** @type {number[]} */ shape) => shape.join() === wanted.join();
  const [first = 0, second = 0, third = 0] = given;
  const call =
    given.length === 3 && is([second, first, third])
      ? ".transpose(0, 1).contiguous()"
      : given.length === 3 && second === 1 && is([first, third])
        ? ".squeeze(1)"
        : given.length === 2 && is([first, 1, second])
          ? ".unsqueeze(1)"
          : null;
  const made = call === null ? `torch.zeros${tuple(wanted)}` : `h_0${call}`;
  return {
    kind: "state",
    lines: [`h_0 = ${made}  # ${tuple(wanted)}`],
    question: { ...question, h_0: wanted },
  };
}

/** Lengths that torch takes: within T, at least 1, one for each sample. @param {Question} question @returns {Fix | null} */
function measured(question) {
  const { lengths, shape, batch_first: batchFirst } = question;
  if (!lengths) return null;
  const layout = layoutOf(shape.length, batchFirst);
  if (!layout.includes("N"))
    return {
      kind: "lengths",
      lines: ["output, (h_n, c_n) = lstm(x)"],
      question: { ...question, lengths: null },
    };
  const [samples = 0, timesteps = 0] = [shape[layout.indexOf("N")], shape[layout.indexOf("T")]];
  if (!samples || !timesteps) return null;
  const mended = Array.from({ length: samples }, (_, sample) =>
    Math.min(timesteps, Math.max(1, lengths[sample] ?? timesteps)),
  );
  if (mended.join() === lengths.join()) return null;
  return {
    kind: "lengths",
    lines: [`lengths = [${mended.join(", ")}]`],
    question: { ...question, lengths: mended },
  };
}

/** Every way to a call that runs and reads the axes as they are meant. @param {Question} question @returns {Fix[]} */
export function fixesOf(question) {
  if (question.proj_size >= question.hidden_size) {
    const mended = { ...question, proj_size: 0 };
    return [{ kind: "projection", lines: [constructorOf(mended)], question: mended }];
  }
  const means = meaningOf(question);
  const fixes = means ? meant(question, means) : unmeant(question);
  /** @type {Fix[]} */
  const bases = fixes.length ? fixes : [{ kind: "tensor", lines: [], question }];
  return bases
    .map((fix) => {
      const length = measured(fix.question);
      const state = stated(length?.question ?? fix.question);
      const last = state ?? length ?? fix;
      const lines = [...fix.lines, ...(length?.lines ?? []), ...(state?.lines ?? [])];
      return { kind: fix.lines.length ? fix.kind : last.kind, lines, question: last.question };
    })
    .filter(({ lines, question: mended }) => lines.length && diagnose(mended).verdict !== "error");
}
