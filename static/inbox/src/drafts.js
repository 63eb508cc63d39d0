/**
 * What is written but not sent, kept in this tab over reloads: a reply and a note for each conversation, and what left without
 * being acknowledged. Where storage is denied it lives as long as the page. Called by session.js and composer.js.
 */

const SCOPE = "kanal:inbox:";

/** @typedef {ReturnType<typeof openDrafts>} Drafts */

export function openDrafts() {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @param {string} name */
  const get = (name) => {
    try {
      return sessionStorage.getItem(SCOPE + name) ?? memory.get(name) ?? "";
    } catch {
      return memory.get(name) ?? "";
    }
  };
  /** @param {string} name @param {string} value */
  const set = (name, value) => {
    memory.set(name, value);
    try {
      if (value) sessionStorage.setItem(SCOPE + name, value);
      else sessionStorage.removeItem(SCOPE + name);
    } catch {
      // Denied or full: the memory above serves until the page goes.
    }
  };
  return {
    get,
    set,
    /** @param {string} conversation @param {"reply" | "note"} kind */
    draft: (conversation, kind) => get(`${kind}:${conversation}`),
    /** @param {string} conversation @param {"reply" | "note"} kind @param {string} words */
    keep: (conversation, kind, words) => set(`${kind}:${conversation}`, words),
  };
}
