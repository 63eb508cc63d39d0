/**
 * The little this widget remembers, under names scoped by the site's key. Where storage is denied (in-app browsers,
 * private windows) it lives in memory until the page goes. Called by session.js and outbox.js.
 */

/** @typedef {ReturnType<typeof openStorage>} Storage */

/** @param {string} key of the site */
export function openStorage(key) {
  const scope = `kanal:${key}:`;
  /** @type {Record<string, string>} */
  let area = {};
  try {
    localStorage[scope] = "";
    delete localStorage[scope];
    area = localStorage;
  } catch {
    // Denied: the memory above serves.
  }
  return {
    /** @param {string} name @returns {string | undefined} */
    get: (name) => area[scope + name],
    /** @param {string} name @param {string} value */
    set(name, value) {
      try {
        area[scope + name] = value;
      } catch {
        // Full: the message is still sent, it only does not survive a reload.
      }
    },
    /** @param {string} name */
    remove: (name) => delete area[scope + name],
    /** @param {string} prefix @returns {string[]} the values whose names start so */
    all: (prefix) => Object.keys(area).filter((name) => name.startsWith(scope + prefix)).map((name) => area[name]),
  };
}
