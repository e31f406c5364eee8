/**
 * What a reader chooses in the dialog of data, as a value: the query that it makes, and the request that comes of it.
 *
 * @typedef {import("../../types.js").TraceRequest} TraceRequest
 * @typedef {import("../../types.js").ColumnRole} Role
 * @typedef {import("../../types.js").InputColumn} Column
 * @typedef {import("../../types.js").InputReading} Reading
 * @typedef {{format: string, header: string, missing: string, normalisation: string, array: string, layout: string, tokens: string,
 *            lines: boolean, vocabulary: string, unknown: string, matrix: string, roles: Record<string, Role>}} Choices
 */

/** @type {readonly Role[]} */
export const ROLES = ["feature", "time", "sample", "label", "target", "prediction", "skip"];

/** @type {Choices} */
export const UNDECIDED = {
  format: "auto",
  header: "auto",
  missing: "error",
  normalisation: "none",
  array: "",
  layout: "time_first",
  tokens: "characters",
  lines: false,
  vocabulary: "",
  unknown: "",
  matrix: "",
  roles: {},
};

/** After these, columns are others than before. */
const STRUCTURAL = new Set(["format", "header", "array", "layout", "tokens", "lines"]);

/** Whether a choice asks for a new look into the source. @param {string} name */
export const isStructural = (name) => STRUCTURAL.has(name);

/** One choice made; columns that are no longer there are not spoken of. @param {Choices} choices @param {string} name @param {string | boolean} value @returns {Choices} */
export const chosen = (choices, name, value) => ({
  ...choices,
  [name]: value,
  ...(isStructural(name) ? { roles: {} } : {}),
});

/** One column taken as something: only one can be the time, and one the sample. @param {Choices} choices @param {Column[]} columns @param {string} name @param {Role} role @returns {Choices} */
export function taken(choices, columns, name, role) {
  const before = Object.fromEntries(
    columns.map((column) => [column.name, choices.roles[column.name] ?? column.taken_as]),
  );
  const alone = role === "time" || role === "sample";
  const rest = Object.entries(before).map(
    ([other, was]) => /** @type {[string, Role]} */ ([other, alone && was === role ? "skip" : was]),
  );
  return { ...choices, roles: { ...Object.fromEntries(rest), [name]: role } };
}

/** @param {Choices} choices @param {boolean} batchFirst @param {string} format that was found out @param {string | null} upload that has the matrix @returns {URLSearchParams} */
export function inputQuery(choices, batchFirst, format, upload) {
  const query = new URLSearchParams();
  const kind = choices.format === "auto" ? format : choices.format;
  if (kind) query.set("format", kind);
  if (batchFirst) query.set("batch_first", "true");
  if (kind === "text") {
    query.set("tokens", choices.tokens);
    if (choices.lines) query.set("lines", "true");
    if (choices.vocabulary && choices.unknown) query.set("unknown", choices.unknown);
    if (choices.matrix && upload) {
      query.set("upload", upload);
      query.set("matrix", choices.matrix);
    }
    return query;
  }
  if (choices.header !== "auto" && kind === "csv") query.set("header", choices.header);
  if (choices.array) query.set("array", choices.array);
  query.set("layout", choices.layout);
  query.set("missing", choices.missing);
  query.set("normalisation", choices.normalisation);
  for (const [name, role] of Object.entries(choices.roles)) query.append(role, name);
  return query;
}

/** The tokens of a vocabulary, one a line. @param {string} text */
export const tokensIn = (text) => text.replace(/\n$/, "").split("\n");

/** What the current weights make of an input of another width. @param {TraceRequest} request @param {Pick<Reading, "input_size">} reading
 * @returns {"kept" | "seed" | "replaced" | "refused"} */
export function weightsFor({ config, weights }, { input_size: size }) {
  if (config.input_size === size) return "kept";
  if (weights.kind === "seed") return "seed";
  return weights.kind === "upload" ? "refused" : "replaced";
}

/** The request with data as its input, and what of it was replaced, for the reader to be told. @param {TraceRequest} request @param {Reading} reading
 * @returns {{request: TraceRequest, notes: string[]}} */
export function requestWithInput(request, reading) {
  const replaced = weightsFor(request, reading) === "replaced";
  const states = request.h_0 !== null || request.c_0 !== null;
  return {
    request: {
      ...request,
      config: { ...request.config, input_size: reading.input_size },
      input: reading.input,
      lengths: reading.lengths,
      notes: saysSomething(reading.notes) ? reading.notes : null,
      h_0: null,
      c_0: null,
      ...(replaced ? { weights: { kind: "seed", seed: 0 } } : {}),
    },
    notes: [...(replaced ? ["weights"] : []), ...(states ? ["states"] : [])],
  };
}

/** Whether a reading says anything that is to be kept beside the numbers. @param {import("../../types.js").Notes} notes */
const saysSomething = ({ features, times, rows, normalisation }) =>
  Boolean(features || times || rows.length || normalisation);
