/** Reads a kept trace, whole or in windows. */

import { roundDown, windowAt } from "../model/windows.js";

/**
 * The part of a kept trace that holds a timestep: a window of that size, or a smaller one for as long as the server finds
 * it too large for one reply.
 * @param {Pick<typeof import("./api.js"), "fetchTrace">} api @param {string} id @param {{timestep: number, seqLen: number, size: number}} place
 * @param {AbortSignal} signal @returns {Promise<import("../types.js").Trace>}
 */
export async function readTrace(api, id, { timestep, seqLen, size }, signal) {
  try {
    return await api.fetchTrace(
      id,
      size < seqLen ? windowAt(timestep, seqLen, size) : null,
      signal,
    );
  } catch (error) {
    if (!isTooLarge(error) || size <= 1) throw error;
    return readTrace(api, id, { timestep, seqLen, size: roundDown(size / 2) }, signal);
  }
}

/** @param {unknown} error */
export const isTooLarge = (error) => /** @type {any} */ (error)?.failure?.status === 413;
