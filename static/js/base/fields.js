/**
 * Between what stands in a field and the value it means. What is not of the right kind goes to the server as typed, so
 * that one place, the server, says what is wrong with it; only JSON that cannot be read stays here.
 *
 * @typedef {{type?: string, checked?: boolean, value: string, dataset: DOMStringMap}} Fieldlike
 */

/** @param {Fieldlike} field @returns {{value?: unknown, unread?: string}} */
export function readField(field) {
  const text = field.value.trim();
  switch (field.dataset.kind) {
    case "flag":
      return { value: field.checked === true };
    case "int":
      return { value: whole(text) };
    case "float":
      return { value: text !== "" && Number.isFinite(Number(text)) ? Number(text) : text };
    case "optional":
      return { value: text === "" ? null : whole(text) };
    case "lengths":
      return {
        value:
          text === ""
            ? null
            : text
                .split(/[\s,]+/)
                .filter(Boolean)
                .map(whole),
      };
    case "json":
      return readJson(field.value);
    default:
      return { value: field.value };
  }
}

/** @param {string} text */
const whole = (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);

/** @param {string} text @returns {{value?: unknown, unread?: string}} */
function readJson(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { unread: text };
  }
}

/** Whether what stands there means this setting, however it is written. @param {Fieldlike} field @param {unknown} setting */
export function means(field, setting) {
  const { value } = readField(field);
  return value === setting || JSON.stringify(value) === JSON.stringify(setting);
}

/** @param {Fieldlike} field @param {unknown} setting */
export function writeField(field, setting) {
  if (field.dataset.kind === "flag") {
    field.checked = setting === true;
    return;
  }
  const text =
    field.dataset.kind === "json"
      ? setting === null || setting === undefined
        ? ""
        : nested(setting)
      : Array.isArray(setting)
        ? setting.join(", ")
        : setting === null || setting === undefined
          ? ""
          : String(setting);
  if (field.value !== text) field.value = text;
}

/** Nested lists with a line for each innermost list. @param {any} value @param {string} [indent] @returns {string} */
export function nested(value, indent = "") {
  if (Array.isArray(value) && value.some(Array.isArray)) {
    const inner = `${indent} `;
    return `[${value.map((entry, k) => (k ? inner : "") + nested(entry, inner)).join(",\n")}]`;
  }
  if (value && typeof value === "object" && !Array.isArray(value)) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}:\n ${nested(entry, " ")}`,
    );
    return `{${entries.join(",\n")}}`;
  }
  return Array.isArray(value) ? `[${value.join(", ")}]` : JSON.stringify(value);
}
