/** Asks the server what a source holds and what it is read as, the newest question only. */

import { ApiError } from "../../server/api.js";
import { inputQuery, tokensIn } from "./choices.js";

/**
 * @typedef {import("./choices.js").Choices} Choices
 * @typedef {import("../../types.js").InputPreview} Preview
 * @typedef {import("../../types.js").InputReading} Reading
 * @typedef {{preview: Preview | null, reading: Reading | null, failure: import("../../types.js").Failure | null, offline: boolean}} SourceAnswer
 */

/** The body of a question; a text with a vocabulary goes as JSON. @param {Blob | string} source @param {Choices} choices @param {string} format
 * @returns {Promise<{body: Blob | string, type: string}>} */
async function bodyOf(source, choices, format) {
  if (format !== "text" || !choices.vocabulary)
    return { body: source, type: "application/octet-stream" };
  const text = typeof source === "string" ? source : await source.text();
  return {
    body: JSON.stringify({ text, vocabulary: tokensIn(choices.vocabulary) }),
    type: "application/json",
  };
}

/**
 * @param {Pick<typeof import("../../server/api.js"), "previewInput" | "readInput">} api
 * @param {(answer: SourceAnswer) => void} answered
 */
export function createSource(api, answered) {
  let controller = new AbortController();

  return {
    stop() {
      controller.abort();
    },
    /** @param {Blob | string} source @param {Choices} choices @param {Preview | null} known what is known of the source already
     * @param {{batchFirst: boolean, upload: string | null}} context */
    async ask(source, choices, known, { batchFirst, upload }) {
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      /** @type {SourceAnswer} */
      const answer = { preview: known, reading: null, failure: null, offline: false };
      try {
        const asked = choices.format === "auto" ? (known?.format ?? "") : choices.format;
        if (!known) {
          const { body, type } = await bodyOf(source, choices, asked);
          answer.preview = await api.previewInput(
            inputQuery(choices, batchFirst, asked, null),
            body,
            type,
            signal,
          );
        }
        const format = answer.preview?.format ?? asked;
        const { body, type } = await bodyOf(source, choices, format);
        answer.reading = await api.readInput(
          inputQuery(choices, batchFirst, format, upload),
          body,
          type,
          signal,
        );
      } catch (error) {
        if (error instanceof ApiError) answer.failure = error.failure;
        else answer.offline = true;
      }
      if (!signal.aborted) answered(answer);
    },
  };
}
