/**
 * What is written but not sent, kept in this tab over reloads: a reply and a note for each conversation, and what left without
 * being acknowledged. Where storage is denied it lives as long as the page. Called by session.js and composer.js.
 *
 * All of it is one account's. Another account in the same tab neither sees nor sends it; it waits for its owner, whose words
 * must not be lost with a session that ended, until the tab is closed.
 */

const SCOPE = "kanal:inbox:";
/** What an older version of this page kept said not whose it is. */
const OWNERLESS = /^kanal:inbox:(outbox$|reply:|note:)/;

/** @typedef {ReturnType<typeof openDrafts>} Drafts */

/** @param {number} owner id of the account that the page was made for */
export function openDrafts(owner) {
  const scope = `${SCOPE}${owner}:`;
  try {
    for (const name of Object.keys(sessionStorage)) if (OWNERLESS.test(name)) sessionStorage.removeItem(name);
  } catch {
    // Denied: nothing is kept there.
  }
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @param {string} name */
  const get = (name) => {
    try {
      return sessionStorage.getItem(scope + name) ?? memory.get(name) ?? "";
    } catch {
      return memory.get(name) ?? "";
    }
  };
  /** @param {string} name @param {string} value */
  const set = (name, value) => {
    memory.set(name, value);
    try {
      if (value) sessionStorage.setItem(scope + name, value);
      else sessionStorage.removeItem(scope + name);
    } catch {
      // Denied or full: the memory above serves until the page goes.
    }
  };
  return {
    owner,
    get,
    set,
    /** @param {string} conversation @param {"reply" | "note"} kind */
    draft: (conversation, kind) => get(`${kind}:${conversation}`),
    /** @param {string} conversation @param {"reply" | "note"} kind @param {string} words */
    keep: (conversation, kind, words) => set(`${kind}:${conversation}`, words),
  };
}
