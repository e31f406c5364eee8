/** Whether an explanation is of the scalar that a cursor stands on. */

/** @param {import("../types.js").Explanation | null} opened @param {import("../types.js").Cursor} cursor */
export const isAbout = (opened, cursor) =>
  opened !== null &&
  opened.layer === cursor.layer &&
  opened.direction === cursor.direction &&
  opened.timestep === cursor.timestep &&
  opened.sample === cursor.sample &&
  opened.unit === cursor.unit;
