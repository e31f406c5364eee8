/**
 * What the server says, in the words of the page. Its sentences are English; the catalog has a template of each, with
 * holes for what changes, as the key of what to say instead: `said.Expected {expected} features, found {found}`.
 *
 * A hole carries over what stands in it: {name}. One whose name begins with `said_` is itself a sentence of the catalog,
 * with `opt_` it may be empty, and with `maybe_` it stays as it is where the catalog does not know it.
 *
 * @typedef {(sentence: string) => string} Say
 * @typedef {{texts: string[], holes: string[], words: string}} Template
 *   `texts` are what stands before, between and after the holes
 * @typedef {{words: string, fixed: number}} Said `fixed`: how many characters of the sentence are not left to holes
 * @typedef {{parts: Record<string, string>, fixed: number}} Filling
 */

const PREFIX = "said.";
const HOLE = /\{(\w+)\}/g;
/** Longer ones are not looked at: no sentence of the server is, but what stands in its holes may be. */
const LONGEST = 1500;

/** @param {string} pattern @param {string} words @returns {Template} */
const templateOf = (pattern, words) => ({
  texts: pattern.split(/\{\w+\}/),
  holes: [...pattern.matchAll(HOLE)].map(([, name = ""]) => name),
  words,
});

/** Whether the fixed parts of a template stand in a sentence in their order, whatever is between.
 * @param {Template} template @param {string} sentence */
function mayFit({ texts, holes }, sentence) {
  if (holes.length === 0) return sentence === texts[0];
  if (!sentence.startsWith(texts[0] ?? "") || !sentence.endsWith(texts.at(-1) ?? "")) return false;
  let from = 0;
  return texts.every((text) => {
    const at = sentence.indexOf(text, from);
    from = at + text.length;
    return at >= 0;
  });
}

/** A sentence that nobody has translated stays as the server said it.
 * @param {Record<string, string>} messages the catalog of the page @returns {Say} */
export function sayer(messages) {
  const templates = Object.entries(messages)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, words]) => templateOf(key.slice(PREFIX.length), words));

  /** Of several templates that fit, the one counts that leaves the least to holes.
   * @param {string} sentence @param {Map<string, Said | null>} told @returns {Said | null} null for one that is unknown */
  function known(sentence, told) {
    const before = told.get(sentence);
    if (before !== undefined) return before;
    /** @type {Said | null} */
    let best = null;
    for (const template of templates) {
      const filling = mayFit(template, sentence) ? fillingOf(template, sentence, told) : null;
      if (!filling || filling.fixed <= (best?.fixed ?? -1)) continue;
      const { parts, fixed } = filling;
      best = { words: template.words.replace(HOLE, (hole, name) => parts[name] ?? hole), fixed };
    }
    told.set(sentence, best);
    return best;
  }

  /** What stands in a hole, said; null where it cannot stand there.
   * @param {string} name @param {string} part @param {Map<string, Said | null>} told @returns {Said | null} */
  function inHole(name, part, told) {
    const plain = { words: part, fixed: 0 };
    if (part === "") return name.startsWith("opt_") ? plain : null;
    if (name.startsWith("said_") || name.startsWith("opt_")) return known(part, told);
    return (name.startsWith("maybe_") ? known(part, told) : null) ?? plain;
  }

  /** @param {Template} template @param {string} sentence @param {Map<string, Said | null>} told @returns {Filling | null} */
  function fillingOf({ texts, holes }, sentence, told) {
    /** The holes from the k-th on, filled from a place in the sentence on. @param {number} k @param {number} from
     * @returns {Filling | null} */
    function fill(k, from) {
      const name = holes[k];
      const text = texts[k + 1] ?? "";
      if (name === undefined)
        return from === sentence.length ? { parts: {}, fixed: texts.join("").length } : null;
      const isLast = k === holes.length - 1;
      let at = isLast ? sentence.length - text.length : sentence.indexOf(text, from);
      while (at >= from) {
        const said = inHole(name, sentence.slice(from, at), told);
        const others = said && fill(k + 1, at + text.length);
        if (said && others)
          return {
            parts: { ...others.parts, [name]: said.words },
            fixed: others.fixed + said.fixed,
          };
        at = isLast || at >= sentence.length ? -1 : sentence.indexOf(text, at + 1);
      }
      return null;
    }
    return fill(0, (texts[0] ?? "").length);
  }

  return (sentence) =>
    templates.length && sentence.length <= LONGEST
      ? (known(sentence, new Map())?.words ?? sentence)
      : sentence;
}
