/**
 * Messages on their way: each keeps its client id in storage until the server has stored it, so neither a drop nor a
 * reload loses or doubles one. One storage entry per message, so two tabs never overwrite each other. Called by session.js.
 */

import { uuid } from "./uuid.js";

/**
 * @typedef {object} Pending
 * @property {string} id client id; becomes the id of the row
 * @property {string} text
 * @property {string} at ISO 8601
 */

const PREFIX = "out:";

/** @param {import("./storage.js").Storage} storage */
export function openOutbox(storage) {
  return {
    /** @param {string} text @returns {Pending} */
    add(text) {
      const entry = { id: uuid(), text, at: new Date().toISOString() };
      storage.set(PREFIX + entry.id, JSON.stringify(entry));
      return entry;
    },
    /** @param {string} id */
    remove: (id) => storage.remove(PREFIX + id),
    /** @returns {Pending[]} in the order they were written */
    all: () =>
      storage
        .all(PREFIX)
        .map((kept) => JSON.parse(kept))
        .sort((a, b) => (a.at < b.at ? -1 : 1)),
  };
}
