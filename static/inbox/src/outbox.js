/**
 * What left and waits for its acknowledgement: messages, notes, actions, knowledge. One at a time, so the order holds; sent
 * again after a drop with the same id, which the server takes once. Words are kept over reloads. Called by session.js.
 */

import { uuid } from "../../widget/src/uuid.js";

const KEPT = "outbox";

/**
 * @typedef {import("./frames.js").ClientFrame & {id: string, conversation: string, text?: string, at: string}} Entry
 * @typedef {ReturnType<typeof openOutbox>} Outbox
 */

/** @param {import("./drafts.js").Drafts} drafts */
export function openOutbox(drafts) {
  /** @type {Entry[]} */
  let entries = [];
  let flying = "";

  /** @param {Entry[]} next */
  const become = (next) => {
    entries = next;
    // Actions are not kept: what was meant before a reload may not be meant after it.
    const words = entries.filter(({ type }) => type === "message.send" || type === "note.add");
    drafts.set(KEPT, words.length ? JSON.stringify(words) : "");
  };

  return {
    /** What an earlier page of this person left unsent; asked for once it is sure who this is. */
    load() {
      const known = new Set(entries.map(({ id }) => id));
      become([...read(drafts.get(KEPT)).filter(({ id }) => !known.has(id)), ...entries]);
    },
    all: () => entries,
    /** @param {string} id */
    find: (id) => entries.find((entry) => entry.id === id),
    /** @param {import("./frames.js").ClientFrame & {conversation: string}} frame @returns {Entry} */
    add(frame) {
      const entry = { id: uuid(), at: new Date().toISOString(), ...frame };
      become([...entries, entry]);
      return entry;
    },
    /** @param {string} id */
    remove(id) {
      if (flying === id) flying = "";
      become(entries.filter((entry) => entry.id !== id));
    },
    /** After a drop nothing is under way. */
    land() {
      flying = "";
    },
    /** @param {(frame: import("./frames.js").ClientFrame) => boolean} send */
    pump(send) {
      const [next] = entries;
      if (!next || flying) return;
      const { at: _at, ...frame } = next;
      if (send(/** @type {import("./frames.js").ClientFrame} */ (frame))) flying = next.id;
    },
  };
}

/** @param {string} kept @returns {Entry[]} */
function read(kept) {
  try {
    return kept ? JSON.parse(kept) : [];
  } catch {
    return [];
  }
}
