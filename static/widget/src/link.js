/**
 * Links out of the chat. Called wherever an address comes from outside; lets only harmless ones become links.
 */

import { element } from "./element.js";

/**
 * Opened beside the chat, without telling the other side where from. Words that name another host than the real one are
 * followed by the real one; plain words where the address may not be linked.
 * @param {string} words
 * @param {string} [address]
 * @returns {HTMLElement}
 */
export function anchor(words, address = "") {
  // Characters that turn the direction of what follows can make one address look like another.
  const shown = words.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
  try {
    const { protocol, username, host, href } = new URL(address);
    if (/^(https?|mailto|tel):$/.test(protocol) && !username) {
      const posing = /\w\.[a-z]{2}/i.test(shown) && !shown.toLowerCase().includes(host);
      return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, posing ? `${shown} (${host})` : shown);
    }
  } catch {
    // Not an address.
  }
  return element("span", {}, shown);
}
