/** Sends files of weights, one at a time: a newer one overtakes. */

import { ApiError } from "./api.js";
import { failed, forgotten, found, sending, uploadOf } from "../state/upload.js";

/** @typedef {import("../state/upload.js").UploadedFile} UploadedFile */

/**
 * @param {import("../types.js").Store<import("../types.js").State>} store
 * @param {Pick<typeof import("./api.js"), "uploadFile" | "fetchUpload" | "deleteUpload">} api
 * @param {(found: UploadedFile) => void} arrived what to do with a file that has come
 */
export function createUploader(store, api, arrived) {
  let controller = new AbortController();
  let asked = "";

  function overtake() {
    controller.abort();
    controller = new AbortController();
    return controller.signal;
  }

  return {
    /** @param {File} file */
    async send(file) {
      const signal = overtake();
      store.update(sending(file.name));
      try {
        const answer = await api.uploadFile(file, signal);
        if (signal.aborted) return;
        asked = answer.id;
        store.update(found(file.name, answer));
        arrived(answer);
      } catch (error) {
        if (!signal.aborted)
          store.update(failed(file.name, error instanceof ApiError ? error.failure : null));
      }
    },
    /** Give up what is being sent. */
    cancel() {
      overtake();
      store.update(forgotten);
    },
    /** Have the server forget a file for good; what is shown of it stays. @param {string} id */
    async remove(id) {
      overtake();
      await api.deleteUpload(id).catch(() => {});
      store.update(forgotten);
    },
    /** Learn what is in the file that a link's weights are in. */
    async look() {
      const { request, upload } = store.get();
      const id = uploadOf(request);
      if (
        !id ||
        id === asked ||
        upload?.phase === "sending" ||
        (upload?.phase === "found" && upload.found.id === id)
      )
        return;
      asked = id;
      const signal = overtake();
      const answer = await api.fetchUpload(id, signal).catch(() => null);
      if (answer && !signal.aborted) store.update(found(null, answer));
    },
  };
}
