/** Which field an error speaks of. The server says where in the request; the page has fields for some of its paths. */

/** Names of union members that a validator may put into a location: they are no part of the path. */
const MEMBERS = new Set(["seed", "preset", "state_dict", "random", "values", "upload"]);

/** The candidate paths of a location, the union member kept or left out.
 * @param {(string | number)[]} loc @returns {string[][]} */
function candidates(loc) {
  const path = loc.map(String);
  if (path[0] === "body") path.shift();
  const parent = path[0];
  const member = path[1];
  if ((parent !== "weights" && parent !== "input") || !member || !MEMBERS.has(member) || path.length < 3) return [path];
  return [[parent, ...path.slice(2)], path];
}

/** The path of the field that holds this location, or its nearest parent; null if there is none.
 * @param {(string | number)[]} loc @param {readonly string[]} fields @returns {string | null} */
export function fieldOf(loc, fields) {
  for (const path of candidates(loc)) {
    for (let end = path.length; end > 0; end -= 1) {
      const prefix = path.slice(0, end).join(".");
      if (fields.includes(prefix)) return prefix;
    }
  }
  const group = candidates(loc)[0]?.[0];
  return group === undefined ? null : fields.find((field) => field === `${group}.kind`) ?? null;
}

/** Where inside its field an error stands: "[0][1]" or "weight_ih_l0", for the message; empty at the field itself.
 * @param {(string | number)[]} loc @param {string} field */
export function within(loc, field) {
  const inner = loc.map(String).slice(loc.map(String).lastIndexOf(field.split(".").at(-1) ?? "") + 1);
  return inner.map((part) => (/^\d+$/.test(part) ? `[${part}]` : part)).join("");
}
