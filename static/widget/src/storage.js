/**
 * The little this widget remembers, under names scoped by the site's key. Where storage is denied (in-app browsers,
 * private windows) it lives in memory until the page goes. Called by session.js and outbox.js.
 */

/**
 * @typedef {object} Storage
 * @property {(name: string) => string} get empty if unknown
 * @property {(name: string, value: string) => void} set
 * @property {(name: string) => void} remove
 * @property {(prefix: string) => string[]} names those that start with the prefix
 */

/**
 * @param {string} key of the site
 * @returns {Storage}
 */
export function openStorage(key) {
  const scope = `kanal:${key}:`;
  const area = usable(scope) || inMemory();
  return {
    get: (name) => area.getItem(scope + name) || "",
    set: (name, value) => {
      try {
        area.setItem(scope + name, value);
      } catch {
        // Full: the message is still sent, it only does not survive a reload.
      }
    },
    remove: (name) => area.removeItem(scope + name),
    names: (prefix) => {
      const found = [];
      for (let i = 0; i < area.length; i++) {
        const name = area.key(i) || "";
        if (name.startsWith(scope + prefix)) found.push(name.slice(scope.length));
      }
      return found;
    },
  };
}

/** @param {string} scope */
function usable(scope) {
  try {
    localStorage.setItem(scope, "");
    localStorage.removeItem(scope);
    return localStorage;
  } catch {
    return undefined;
  }
}

function inMemory() {
  /** @type {Map<string, string>} */
  const values = new Map();
  return {
    get length() {
      return values.size;
    },
    key: (/** @type {number} */ i) => [...values.keys()][i],
    getItem: (/** @type {string} */ name) => values.get(name),
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void values.set(name, value),
    removeItem: (/** @type {string} */ name) => void values.delete(name),
  };
}
