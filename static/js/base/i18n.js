/** Words: every one from the catalog that the page came with. */

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @param {Record<string, string>} messages @returns {Translate} */
export function translator(messages) {
  return (key, values = {}) => {
    const message = messages[key];
    if (message === undefined) throw new Error(`no message ${key}`);
    return message.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
  };
}

/**
 * A sentence of the server by its type, with the values in it.
 * @typedef {{type: string, msg: string, ctx?: Record<string, string | number | boolean>}} ServerSentence
 * @typedef {(sentence: ServerSentence) => string} Say
 */

/** Says what the server says in the words of the catalog, by its type; what the catalog lacks stays English.
 * A hole {name:,} takes a number with its thousands apart. @param {Record<string, string>} messages @returns {Say} */
export const sayer =
  (messages) =>
  ({ type, msg, ctx = {} }) =>
    messages[`error.${type}`]?.replace(/\{(\w+)(:,)?\}/g, (hole, name, apart) =>
      apart ? Number(ctx[name]).toLocaleString("en") : String(ctx[name] ?? hole),
    ) ?? msg;
