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
