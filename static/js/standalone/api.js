/** The interface of ../server/api.js without a server: what it would be asked is in the file, and anything else is refused. */

import { ApiError, traceOf } from "../server/api.js";
import { data } from "./data.js";
import { createReplies } from "./replies.js";

export { ApiError, traceOf } from "../server/api.js";

const replies = createReplies(data, { ApiError, traceOf });

export const runTrace = replies.runTrace;
export const fetchTrace = replies.trace;
export const fetchRequest = replies.request;
export const fetchRun = replies.refuse;
export const cancelRun = replies.refuse;
export const runEvents = /** @type {typeof import("../server/api.js").runEvents} */ (
  /** @type {unknown} */ (replies.refuse)
);
export const fetchPresets = replies.presets;
/** @param {string} _id @param {import("../types.js").Cursor} cursor */
export const fetchExplanation = (_id, cursor) => replies.explanation(cursor);
/** @param {string} _id @param {import("../types.js").Cursor} cursor @param {import("../types.js").Window} window */
export const fetchSums = (_id, cursor, window) => replies.sums(cursor, window);
/** @param {AbortSignal} _signal @param {string} _id @param {import("../types.js").Cursor} cursor */
export const fetchUnits = (_signal, _id, cursor) => replies.units(cursor);
/** Nobody asks: the trace is here as a whole. */
export const fetchTiles = replies.refuse;
export const uploadFile = replies.refuse;
export const fetchUpload = replies.refuse;
export const deleteUpload = replies.refuse;
export const previewInput = replies.refuse;
export const readInput = replies.refuse;
