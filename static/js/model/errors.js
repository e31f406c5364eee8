/** Which field an error speaks of. The server says where in the request; the page has fields for some of its paths. */

/** Names of union members that a validator may put into a location: they are no part of the path. */
const MEMBERS = new Set([
  "seed",
  "preset",
  "state_dict",
  "random",
  "values",
  "upload",
  "noise",
  "impulse",
  "step",
  "sine",
  "sawtooth",
  "one_hot",
]);

/** The candidate paths of a location, the union member kept or left out.
 * @param {(string | number)[]} loc @returns {string[][]} */
function candidates(loc) {
  const path = loc.map(String);
  if (path[0] === "body") path.shift();
  const parent = path[0];
  const member = path[1];
  if (
    (parent !== "weights" && parent !== "input") ||
    !member ||
    !MEMBERS.has(member) ||
    path.length < 3
  )
    return [path];
  return [[parent, ...path.slice(2)], path];
}

/** The field that holds a location, or its nearest parent, and where inside that field the location is.
 * @param {(string | number)[]} loc @param {readonly string[]} fields @returns {{field: string, inner: string[]} | null} */
function located(loc, fields) {
  for (const path of candidates(loc)) {
    for (let end = path.length; end > 0; end -= 1) {
      const field = path.slice(0, end).join(".");
      if (fields.includes(field)) return { field, inner: path.slice(end) };
    }
  }
  const path = candidates(loc)[0] ?? [];
  const field = fields.find((one) => one === `${path[0]}.kind`);
  return field === undefined ? null : { field, inner: path.slice(1) };
}

/** The path of the field that an error is shown at; null if there is none.
 * @param {(string | number)[]} loc @param {readonly string[]} fields */
export const fieldOf = (loc, fields) => located(loc, fields)?.field ?? null;

/** @param {string} text @param {string} part */
const joined = (text, part) => text + (/^\d+$/.test(part) ? `[${part}]` : text ? `.${part}` : part);

/** Where inside its field an error stands: "[0][1]" or "weight_ih_l0", for the message; empty at the field itself.
 * @param {(string | number)[]} loc @param {readonly string[]} fields */
export const innerPlace = (loc, fields) => (located(loc, fields)?.inner ?? []).reduce(joined, "");

/** The whole place, as one would write it: "weights.tensors.weight_hh_l1", "lengths[2]"; an argument of nn.LSTM by its name.
 * @param {(string | number)[]} loc @param {readonly string[]} fields */
export function errorPlace(loc, fields) {
  const found = located(loc, fields);
  const field = found?.field.replace(/^config\./, "").replace(/\.kind$/, "") ?? "";
  return (found?.inner ?? []).reduce(joined, field);
}

/** What the fields say of a failure: a run that is too large has a single cause, so its field gets the first estimate;
 * a field that holds unreadable text has not sent what the server spoke of.
 * @param {import("../types.js").Failure | null} failure @param {readonly string[]} fields
 * @param {Record<string, string>} unread @param {import("../base/i18n.js").Say} [say] @returns {Map<string, string[]>} */
export function messagesOf(failure, fields, unread, say = ({ msg }) => msg) {
  /** @type {Map<string, string[]>} */
  const messages = new Map();
  for (const error of standing(failure, fields, unread)) {
    const { loc } = error;
    const field = fieldOf(loc, fields);
    const earlier = field === null ? undefined : (messages.get(field) ?? []);
    if (field === null || earlier === undefined || (failure?.status === 413 && earlier.length))
      continue;
    const place = innerPlace(loc, fields);
    messages.set(field, [...earlier, place ? `${place}: ${say(error)}` : say(error)]);
  }
  return messages;
}

/** The errors that still hold: each once, and none of a field whose text changed to what cannot be read.
 * @param {import("../types.js").Failure | null} failure @param {readonly string[]} fields
 * @param {Record<string, string>} unread @returns {import("../types.js").FieldError[]} */
export function standing(failure, fields, unread) {
  const all = (failure?.detail ?? []).filter(
    ({ loc }) => !((fieldOf(loc, fields) ?? "") in unread),
  );
  return all.filter(
    ({ loc, msg }, k) =>
      all.findIndex((other) => other.msg === msg && String(other.loc) === String(loc)) === k,
  );
}
